// One event as a correlation remembers it.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace yagura::detect::correlation {

/// The lake's id of an event, which is written as a UUID.
struct Uid {
  uint64_t high = 0;
  uint64_t low = 0;

  auto operator<=>(const Uid&) const = default;
};

/// From the UUID's text; of any other text a digest.
Uid parse_uid(std::string_view text);
std::string to_text(const Uid& uid);

struct Occurrence {
  int64_t time = 0;  // of the event, in nanoseconds
  Uid uid;
  uint32_t arrival = 0;  // when it was taken, in seconds
  /// What its correlation reads of it: a value's digest, the bits of a double, or the rules that matched as bits.
  uint64_t value = 0;
};

/// Seconds since 1970 as arrivals count them, 0 to 2^32 - 1.
constexpr uint32_t to_arrival(int64_t ns) {
  constexpr int64_t ns_a_second = 1'000'000'000;
  if (ns <= 0) return 0;
  const int64_t seconds = ns / ns_a_second;
  return seconds > INT64_C(0xFFFFFFFF) ? UINT32_MAX : static_cast<uint32_t>(seconds);
}

}  // namespace yagura::detect::correlation
