// SipHash-1-3 (Aumasson, Bernstein): a hash that nobody outside can steer, since its key is drawn at random for each
// data folder. Values are told apart by it and groups are found by it (groups compare their keys in full).
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace yagura::detect::correlation {

struct HashKey {
  uint64_t first = 0;
  uint64_t second = 0;

  bool operator==(const HashKey&) const = default;
};

inline uint64_t keyed_hash(const HashKey& key, std::string_view bytes) {
  uint64_t v0 = key.first ^ 0x736f6d6570736575ULL;
  uint64_t v1 = key.second ^ 0x646f72616e646f6dULL;
  uint64_t v2 = key.first ^ 0x6c7967656e657261ULL;
  uint64_t v3 = key.second ^ 0x7465646279746573ULL;
  const auto round = [&] {
    v0 += v1;
    v2 += v3;
    v1 = std::rotl(v1, 13) ^ v0;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 = std::rotl(v0, 32);
    v2 += v1;
    v0 += v3;
    v1 = std::rotl(v1, 17) ^ v2;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 = std::rotl(v2, 32);
  };
  const size_t whole = bytes.size() / 8 * 8;
  for (size_t at = 0; at < whole; at += 8) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, 8);
    v3 ^= word;
    round();
    v0 ^= word;
  }
  uint64_t last = static_cast<uint64_t>(bytes.size()) << 56;
  for (size_t at = whole; at < bytes.size(); ++at)
    last |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[at])) << 8 * (at - whole);
  v3 ^= last;
  round();
  v0 ^= last;
  v2 ^= 0xff;
  for (int i = 0; i < 3; ++i) round();
  return v0 ^ v1 ^ v2 ^ v3;
}

}  // namespace yagura::detect::correlation
