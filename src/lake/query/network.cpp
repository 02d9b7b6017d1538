#include "lake/query/network.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace yagura::lake {

std::optional<std::array<uint8_t, 16>> parse_address(std::string_view text) {
  if (text.size() >= INET6_ADDRSTRLEN) return std::nullopt;
  const std::string copy(text);
  std::array<uint8_t, 16> out{};
  if (inet_pton(AF_INET, copy.c_str(), out.data() + 12) == 1) {
    out[10] = out[11] = 0xFF;
    return out;
  }
  out = {};
  if (copy.find('\0') == std::string::npos && inet_pton(AF_INET6, copy.c_str(), out.data()) == 1) return out;
  return std::nullopt;
}

std::optional<Network> parse_network(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return std::nullopt;
  const bool v4 = text.substr(0, slash).find(':') == std::string_view::npos;
  unsigned bits = 0;
  const std::string_view prefix = text.substr(slash + 1);
  const auto [end, error] = std::from_chars(prefix.data(), prefix.data() + prefix.size(), bits);
  if (error != std::errc() || end != prefix.data() + prefix.size() || bits > (v4 ? 32u : 128u)) return std::nullopt;
  if (v4) bits += 96;
  Network out{*address, *address, v4};
  for (unsigned bit = bits; bit < 128; ++bit) {
    const auto mask = static_cast<uint8_t>(0x80 >> (bit % 8));
    out.first[bit / 8] = static_cast<uint8_t>(out.first[bit / 8] & ~mask);
    out.last[bit / 8] = static_cast<uint8_t>(out.last[bit / 8] | mask);
  }
  return out;
}

std::string to_text(const std::array<uint8_t, 16>& address) {
  char text[INET6_ADDRSTRLEN];
  inet_ntop(AF_INET6, address.data(), text, sizeof text);
  return text;
}

}  // namespace yagura::lake
