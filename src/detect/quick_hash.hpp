// A fast 64-bit hash for memories that verify what they find: not stable between versions, not for hostile tables
// that trust it.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace yagura::detect {

inline uint64_t mixed(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

inline uint64_t word_at(const char* at) {
  uint64_t out = 0;
  std::memcpy(&out, at, sizeof out);
  return out;
}

/// Cost: some 2 ns for up to 16 bytes, then about 16 bytes a nanosecond.
inline uint64_t quick_hash(std::string_view text, uint64_t seed) {
  constexpr uint64_t k0 = 0x9E3779B97F4A7C15;
  constexpr uint64_t k1 = 0xD6E8FEB86659FD93;
  constexpr uint64_t k2 = 0xA0761D6478BD642F;
  const char* at = text.data();
  size_t left = text.size();
  uint64_t hash = seed ^ mixed(left ^ k0, k1);
  if (left <= 16) {
    uint64_t a = 0;
    uint64_t b = 0;
    if (left >= 8) {
      a = word_at(at);
      b = word_at(at + left - 8);
    } else if (left >= 4) {
      uint32_t low = 0;
      uint32_t high = 0;
      std::memcpy(&low, at, 4);
      std::memcpy(&high, at + left - 4, 4);
      a = static_cast<uint64_t>(low) << 32 | high;
    } else if (left > 0) {
      a = static_cast<uint64_t>(static_cast<unsigned char>(at[0])) << 16 |
          static_cast<uint64_t>(static_cast<unsigned char>(at[left / 2])) << 8 |
          static_cast<unsigned char>(at[left - 1]);
    }
    return mixed(mixed(a ^ k0, b ^ hash), k2 ^ hash);
  }
  if (left > 64) {
    uint64_t lanes[4] = {hash, hash ^ k0, hash ^ k1, hash ^ k2};
    for (; left > 64; left -= 64, at += 64) {
      lanes[0] = mixed(word_at(at) ^ k0, word_at(at + 8) ^ lanes[0]);
      lanes[1] = mixed(word_at(at + 16) ^ k1, word_at(at + 24) ^ lanes[1]);
      lanes[2] = mixed(word_at(at + 32) ^ k2, word_at(at + 40) ^ lanes[2]);
      lanes[3] = mixed(word_at(at + 48) ^ k0, word_at(at + 56) ^ lanes[3]);
    }
    hash = mixed(lanes[0] ^ lanes[1], k1 ^ lanes[2]) ^ lanes[3];
  }
  for (; left > 16; left -= 16, at += 16) hash = mixed(word_at(at) ^ k1, word_at(at + 8) ^ hash);
  // The last 16 bytes, some of them for the second time.
  return mixed(word_at(at + left - 16) ^ k0, word_at(at + left - 8) ^ hash ^ k2);
}

}  // namespace yagura::detect
