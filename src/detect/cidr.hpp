#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace yagura::detect {

/// An IPv4 or IPv6 address as 16 bytes, IPv4 as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2).
using Address = std::array<uint8_t, 16>;

/// Dotted IPv4 without leading zeros, or IPv6 with an optional zone ("fe80::1%eth0"), which is ignored.
std::optional<Address> parse_address(std::string_view text);

/// A network. IPv4 networks hold IPv4-mapped IPv6 addresses too: Windows logs write both for one peer.
struct Cidr {
  Address address{};
  uint8_t bits = 0;  // of the 16 bytes

  bool contains(const Address& other) const;
};

/// "10.0.0.0/8", "2001:db8::/32"; a lone address is a network of one. Nothing when it is neither, the prefix
/// is out of range or bits stand behind it.
std::optional<Cidr> parse_cidr(std::string_view text);

}  // namespace yagura::detect
