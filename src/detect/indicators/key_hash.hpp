#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace yagura::detect {

/// 64 well-mixed bits of a value. Only a guide to where the value may be: whoever finds something compares bytes.
/// Cost: about a nanosecond for each 16 bytes. `seed` is secret and of this process, so that nobody can publish
/// values which all fall on one place.
inline uint64_t key_hash(std::string_view bytes, uint64_t seed) {
  const auto fold = [](uint64_t a, uint64_t b) {
    const auto product = static_cast<unsigned __int128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  const auto word = [](const char* at) {
    uint64_t out = 0;
    std::memcpy(&out, at, 8);
    return out;
  };
  constexpr uint64_t first = 0x9E3779B97F4A7C15;  // odd numbers without structure
  constexpr uint64_t second = 0xD6E8FEB86659FD93;
  uint64_t state = seed ^ fold(seed ^ first, bytes.size() ^ second);
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left > 16; at += 16, left -= 16) state = fold(word(at) ^ first ^ state, word(at + 8) ^ second);
  uint64_t a = 0;
  uint64_t b = 0;
  if (left >= 8) {
    a = word(at);
    b = word(at + left - 8);
  } else if (left >= 4) {
    uint32_t low = 0;
    uint32_t high = 0;
    std::memcpy(&low, at, 4);
    std::memcpy(&high, at + left - 4, 4);
    a = low;
    b = high;
  } else if (left > 0) {
    a = static_cast<unsigned char>(at[0]);
    b = static_cast<unsigned char>(at[left / 2]) | static_cast<uint64_t>(static_cast<unsigned char>(at[left - 1])) << 8;
  }
  state = fold(a ^ second ^ state, b ^ first);
  return fold(state ^ first, state ^ second ^ seed);
}

/// The process's seed.
uint64_t key_seed();

}  // namespace yagura::detect
