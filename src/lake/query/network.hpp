#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace yagura::lake {

/// A network's first and last address as IPv6 (IPv4 mapped into ::ffff:0:0/96).
struct Network {
  std::array<uint8_t, 16> first;
  std::array<uint8_t, 16> last;
  bool v4 = false;
};

/// "10.0.0.0/8", "2001:db8::/32". Bits after the prefix are ignored. Nothing when it is no network.
std::optional<Network> parse_network(std::string_view text);
/// One address, mapped the same way.
std::optional<std::array<uint8_t, 16>> parse_address(std::string_view text);
std::string to_text(const std::array<uint8_t, 16>& address);

}  // namespace yagura::lake
