// One spelling for each value, so that an indicator and an event that mean the same compare as bytes.
//
//   ip, cidr    4 or 16 bytes; IPv4-mapped IPv6 is IPv4; zones, brackets, ports and bits behind a prefix go
//
//   domain      lower case, no dot at the end, punycode (UTS 46, non-transitional)
//
//   url         scheme and host in lower case, no user, no default port, no fragment; dot segments removed; unreserved
//               characters not percent-encoded, all other bytes that need it are, in upper case; an empty path is "/"
//
//   hashes      bytes
//
//   email       lower case, the domain as above
//
//   file_name   case folded; file_path too, with '/' between its parts
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "detect/indicators/indicator.hpp"

namespace yagura::detect {

// What would match half of the world is refused, however it got onto a list.
constexpr unsigned network_bits_min_v4 = 8;
constexpr unsigned network_bits_min_v6 = 16;
constexpr size_t domain_bytes_max = 253;  // RFC 1035 section 2.3.4, without the root's dot
constexpr size_t label_bytes_max = 63;

/// Shorter values of events are not looked at, so that no indicator may be.
constexpr size_t observed_bytes_min = 3;

/// The packed normal form of an indicator's value, or why there is none: one English sentence without a full stop.
std::expected<std::string, std::string_view> pack(IndicatorType type, std::string_view text);

/// A packed value for people.
std::string unpack(IndicatorType type, std::string_view packed);

/// The type of a value that stands alone; nothing when it looks like none. A name that ends as programs and scripts do
/// and no domain does is a file's.
std::optional<IndicatorType> guess_type(std::string_view text);

/// Why guess_type() gave nothing: that a network is too wide, mostly that it looks like nothing.
std::string_view why_no_type(std::string_view text);

/// Undoes what people do so that nobody clicks: hxxp, [.], (dot), [:], [at], and the like. White space is trimmed.
std::string refang(std::string_view text);

// The event's side: quick, false for what is none. `out` is overwritten.

/// 4 or 16 bytes to `out`, how many; 0 when `text` is no address alone. No leading zeros (they are octal to some).
size_t pack_address(std::string_view text, char* out);
/// A host as logs name it: brackets and a port (also after a lone IPv4 address or name) taken off.
std::string_view without_port(std::string_view text);
bool normal_domain(std::string_view text, std::string& out);
bool normal_email(std::string_view text, std::string& out);
/// Case folded, '\' as '/'.
void normal_path(std::string_view text, std::string& out);
/// Bytes of a hexadecimal text of even length to `out`, how many; 0 when it is none or longer than 64 bytes.
size_t pack_hex(std::string_view text, char* out);
/// The kind of hash that has so many bytes (imphash is written as such, never guessed); nothing for other sizes.
std::optional<IndicatorType> hash_of_size(size_t bytes);

struct NormalUrl {
  std::string text;
  size_t host_at = 0;
  size_t host_size = 0;  // brackets left out

  std::string_view host() const { return std::string_view(text).substr(host_at, host_size); }
};
bool normal_url(std::string_view text, NormalUrl& out);

}  // namespace yagura::detect
