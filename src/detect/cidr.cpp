#include "detect/cidr.hpp"

#include <arpa/inet.h>

#include <charconv>
#include <cstring>
#include <string>

namespace yagura::detect {
namespace {

constexpr size_t address_text_max = 64;  // INET6_ADDRSTRLEN is 46

std::optional<Address> parse_v4(const char* text) {
  in_addr v4{};
  if (inet_pton(AF_INET, text, &v4) != 1) return std::nullopt;
  Address out{};
  out[10] = out[11] = 0xFF;
  std::memcpy(out.data() + 12, &v4, 4);
  return out;
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
  if (text.empty() || text.size() > address_text_max || text.find('\0') != std::string_view::npos) return std::nullopt;
  const bool v6 = text.find(':') != std::string_view::npos;
  if (v6) text = text.substr(0, text.find('%'));
  char buffer[address_text_max + 1];
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = '\0';
  if (!v6) return parse_v4(buffer);
  Address out{};
  if (inet_pton(AF_INET6, buffer, out.data()) != 1) return std::nullopt;
  return out;
}

bool Cidr::contains(const Address& other) const {
  const size_t whole = bits / 8;
  if (std::memcmp(address.data(), other.data(), whole) != 0) return false;
  const unsigned rest = bits % 8;
  return rest == 0 || ((address[whole] ^ other[whole]) >> (8 - rest)) == 0;
}

std::optional<Cidr> parse_cidr(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const bool v4 = text.find(':') == std::string_view::npos;
  unsigned bits = v4 ? 32 : 128;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const unsigned most = bits;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (error != std::errc() || end != digits.data() + digits.size() || bits > most) return std::nullopt;
  }
  Cidr out{*address, static_cast<uint8_t>(v4 ? bits + 96 : bits)};
  for (unsigned bit = out.bits; bit < 128; ++bit)
    if ((*address)[bit / 8] >> (7 - bit % 8) & 1) return std::nullopt;
  return out;
}

}  // namespace yagura::detect
