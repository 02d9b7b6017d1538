#pragma once

#include <cstddef>
#include <cstdint>

namespace yagura::detect {

/// Headers and lane combinations that a matcher remembers; past either it starts anew.
constexpr size_t remembered_routes_max = 4096;
constexpr size_t remembered_tracks_max = 512;

/// Longer values are not remembered.
constexpr size_t remembered_value_bytes_max = 8 * 1024;

/// Events with fewer bytes in their fields are not asked for their text first: looking at the values is as quick.
constexpr size_t searched_bytes_min = 1024;

/// How a matcher remembers. Matches are the same whatever stands here.
struct MatcherOptions {
  bool memo = true;
  /// Powers of two. What a matcher may take for remembering, all in all: both rings, 24 bytes for each entry, and some
  /// 6 MiB for classes; below 32 MiB by default.
  size_t value_bytes = 8 << 20;
  size_t value_entries = 128 << 10;
  size_t verdict_bytes = 4 << 20;
  size_t verdict_entries = 64 << 10;
  bool always_memo = false;           // for tests: also where it does not pay
  uint64_t hash_mask = ~uint64_t{0};  // for tests: laid over each hash, so that 0 makes all of them collide
};

}  // namespace yagura::detect
