#include "detect/indicators/normal_form.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "base/text.hpp"
#include "detect/fold.hpp"

namespace yagura::detect {
namespace {

using Packed = std::expected<std::string, std::string_view>;

constexpr std::array<uint8_t, 256> make_hex_values() {
  std::array<uint8_t, 256> out{};
  out.fill(0xFF);
  for (uint8_t i = 0; i < 10; ++i) out['0' + i] = i;
  for (uint8_t i = 0; i < 6; ++i) out['a' + i] = out['A' + i] = static_cast<uint8_t>(10 + i);
  return out;
}
constexpr auto hex_values = make_hex_values();

/// Digests of no bytes at all: in every list that somebody's script made of nothing.
constexpr std::string_view empty_digests[] = {"d41d8cd98f00b204e9800998ecf8427e",
                                              "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                                              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"};

size_t hash_bytes(IndicatorType type) {
  switch (type) {
    case IndicatorType::sha1:
      return 20;
    case IndicatorType::sha256:
      return 32;
    case IndicatorType::sha512:
      return 64;
    default:
      return 16;
  }
}

bool is_nobodys(std::string_view address) {
  if (address.size() == 4) return address[0] == 0 || address[0] == 127 || address == "\xFF\xFF\xFF\xFF";
  return std::ranges::all_of(address.substr(0, 15), [](char c) { return c == 0; }) &&
         static_cast<unsigned char>(address[15]) <= 1;
}

Packed pack_ip(std::string_view text) {
  char bytes[16];
  const size_t size = pack_address(without_port(text), bytes);
  if (size == 0) return std::unexpected("it is no IP address");
  const std::string_view address(bytes, size);
  if (is_nobodys(address)) return std::unexpected("the address is nobody's: unspecified, loopback or broadcast");
  return std::string(address);
}

Packed pack_network(std::string_view text) {
  const size_t slash = text.find('/');
  char bytes[16];
  const size_t size = pack_address(text.substr(0, slash), bytes);
  if (size == 0 || slash == std::string_view::npos) return std::unexpected("it is no network such as 192.0.2.0/24");
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  // "::ffff:10.0.0.0/104" is written with the bits of IPv6.
  if (size == 4 && text.substr(0, slash).find(':') != std::string_view::npos) bits = bits >= 96 ? bits - 96 : 129;
  if (error != std::errc() || end != digits.data() + digits.size() || digits.empty() || bits > size * 8)
    return std::unexpected("the prefix length is out of range");
  if (bits < (size == 4 ? network_bits_min_v4 : network_bits_min_v6))
    return std::unexpected("the network is too wide to mean anything");
  for (size_t bit = bits; bit < size * 8; ++bit)
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] & ~(0x80 >> bit % 8));
  std::string out(1, static_cast<char>(bits));
  out.append(bytes, size);
  return out;
}

Packed pack_domain(std::string_view text) {
  if (text.starts_with("*.")) text.remove_prefix(2);
  if (text.starts_with('.')) text.remove_prefix(1);
  std::string out;
  if (!normal_domain(text, out)) return std::unexpected("it is no domain name");
  if (out.find('.') == std::string::npos) return std::unexpected("a domain has at least two labels");
  return out;
}

Packed pack_hash(IndicatorType type, std::string_view text) {
  char bytes[64];
  if (pack_hex(text, bytes) != hash_bytes(type)) return std::unexpected("it is no hash of that kind in hexadecimal");
  const std::string_view packed(bytes, hash_bytes(type));
  if (std::ranges::find(empty_digests, to_hex(packed)) != std::end(empty_digests))
    return std::unexpected("it is the hash of an empty file");
  if (std::ranges::all_of(packed, [&](char c) { return c == packed.front(); }))
    return std::unexpected("one byte repeated is no file's hash");
  return std::string(packed);
}

Packed pack_url(std::string_view text) {
  NormalUrl url;
  const bool named = text.find("://") != std::string_view::npos;
  if (!normal_url(named ? std::string(text) : "http://" + std::string(text), url))
    return std::unexpected("it is no URL with a host");
  return std::move(url.text);
}

Packed pack_name(std::string_view text) {
  std::string out;
  normal_path(text, out);
  if (out.find('/') != std::string::npos) return std::unexpected("a file name holds no path");
  if (out == "." || out == ".." || out.find('.') == std::string::npos)
    return std::unexpected("a file name without an ending says too little");
  if (out.size() < observed_bytes_min) return std::unexpected("so short a name says too little");
  return out;
}

Packed pack_path(std::string_view text) {
  std::string out;
  normal_path(text, out);
  if (out.find('/') == std::string::npos || out.ends_with('/')) return std::unexpected("it is no path of a file");
  if (out.ends_with("/.") || out.ends_with("/..")) return std::unexpected("it is the path of a folder");
  if (out.size() < observed_bytes_min) return std::unexpected("so short a path says too little");
  return out;
}

std::string address_text(std::string_view packed) {
  char text[INET6_ADDRSTRLEN] = "";
  inet_ntop(packed.size() == 4 ? AF_INET : AF_INET6, packed.data(), text, sizeof text);
  return text;
}

}  // namespace

Packed pack(IndicatorType type, std::string_view text) {
  text = trim(text);
  if (text.empty()) return std::unexpected("it is empty");
  if (text.size() > indicator_bytes_max) return std::unexpected("it is longer than an indicator may be");
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }))
    return std::unexpected("it holds control characters");
  if (!is_utf8(text)) return std::unexpected("it is no UTF-8");
  switch (type) {
    case IndicatorType::ip:
      return pack_ip(text);
    case IndicatorType::cidr:
      return pack_network(text);
    case IndicatorType::domain:
      return pack_domain(text);
    case IndicatorType::url:
      return pack_url(text);
    case IndicatorType::email: {
      std::string out;
      if (!normal_email(text, out)) return std::unexpected("it is no e-mail address");
      return out;
    }
    case IndicatorType::file_name:
      return pack_name(text);
    case IndicatorType::file_path:
      return pack_path(text);
    default:
      return pack_hash(type, text);
  }
}

std::string unpack(IndicatorType type, std::string_view packed) {
  switch (type) {
    case IndicatorType::ip:
      return address_text(packed);
    case IndicatorType::cidr:
      return address_text(packed.substr(1)) + "/" + std::to_string(static_cast<unsigned char>(packed.front()));
    case IndicatorType::md5:
    case IndicatorType::sha1:
    case IndicatorType::sha256:
    case IndicatorType::sha512:
    case IndicatorType::imphash:
      return to_hex(packed);
    default:
      return std::string(packed);
  }
}

std::optional<IndicatorType> hash_of_size(size_t bytes) {
  switch (bytes) {
    case 16:
      return IndicatorType::md5;
    case 20:
      return IndicatorType::sha1;
    case 32:
      return IndicatorType::sha256;
    case 64:
      return IndicatorType::sha512;
    default:
      return std::nullopt;
  }
}

size_t pack_hex(std::string_view text, char* out) {
  if (text.empty() || text.size() % 2 != 0 || text.size() > 128) return 0;
  uint8_t wrong = 0;
  for (size_t i = 0; i < text.size(); i += 2) {
    const uint8_t high = hex_values[static_cast<unsigned char>(text[i])];
    const uint8_t low = hex_values[static_cast<unsigned char>(text[i + 1])];
    wrong |= static_cast<uint8_t>(high | low);
    out[i / 2] = static_cast<char>(high << 4 | low);
  }
  return wrong < 16 ? text.size() / 2 : 0;
}

void normal_path(std::string_view text, std::string& out) {
  constexpr uint64_t ones = 0x0101010101010101;
  constexpr uint64_t highs = 0x8080808080808080;
  out.resize(text.size());
  size_t at = 0;
  // Eight letters at a time: 'A'-'Z' get their 0x20; a '\' is looked for after.
  for (; at + 8 <= text.size(); at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    if (word & highs) break;
    const uint64_t upper = ((word + ones * (0x80 - 'A')) & ~(word + ones * (0x80 - 'Z' - 1))) & highs;
    word |= upper >> 2;
    const uint64_t other = word ^ ones * '\\';
    const uint64_t backslash = ~(other + ones * 0x7F) & highs;  // exact: every byte is below 0x80
    word ^= (backslash >> 7) * ('\\' ^ '/');
    std::memcpy(out.data() + at, &word, 8);
  }
  for (; at < text.size(); ++at) {
    if (static_cast<unsigned char>(text[at]) >= 0x80) {
      fold_case(text, out);
      std::ranges::replace(out, '\\', '/');
      return;
    }
    out[at] = text[at] == '\\' ? '/' : ascii_lower(text[at]);
  }
}

}  // namespace yagura::detect
