#pragma once

#include <emmintrin.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "formats/name_tree.hpp"

namespace yagura::formats {

/// Keys of JSON objects met so far, as they stand between their quotes, each with what it means below its parent. A
/// source writes the same few hundred keys over and over: knowing one again costs two loads, a multiplication and a
/// comparison of all its bytes; no two keys are ever taken for each other. Of fixed size; a key that finds no place
/// drives out another.
class KeyMemory {
 public:
  struct Known {
    __m128i head;      // the key's first 16 bytes, zeros behind it
    __m128i tail;      // its last 16, or head where it is shorter
    const char* text;  // the whole key
    uint32_t parent;
    uint32_t size = empty;
    uint32_t node;  // in the NameTree
    NameTree::Meaning meaning;
    bool plain = false;  // its strings are fields and nothing else: named, no role
  };

  KeyMemory() : known_(sets * ways) {}

  /// `key` has 16 readable bytes behind it. Null when it isn't remembered.
  const Known* find(uint32_t parent, std::string_view key) const {
    const Ends ends = ends_of(key);
    const Known* const set = known_.data() + place(parent, key.size(), ends);
    for (size_t way = 0; way < ways; ++way)
      if (is(set[way], parent, key, ends)) return set + way;
    return nullptr;
  }

  /// Remembers a key until clear(); `key` as find() takes it, `lasting` the same bytes where they stay in place.
  const Known* learn(uint32_t parent, std::string_view key, std::string_view lasting, uint32_t node,
                     const NameTree::Meaning& meaning);

  void clear() { std::ranges::fill(known_, Known{}); }

 private:
  static constexpr size_t sets = 1024;
  static constexpr size_t ways = 2;
  static constexpr uint32_t empty = UINT32_MAX;

  struct Ends {
    __m128i head;
    __m128i tail;
  };

  static Ends ends_of(std::string_view key) {
    static constexpr char ones_then_zeros[32] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    const size_t shown = std::min(key.size(), sizeof(__m128i));
    const auto load = [](const char* at) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at)); };
    const __m128i mask = load(ones_then_zeros + sizeof(__m128i) - shown);
    return {_mm_and_si128(load(key.data()), mask), _mm_and_si128(load(key.data() + key.size() - shown), mask)};
  }

  static size_t place(uint32_t parent, size_t size, const Ends& ends) {
    const __m128i mixed = _mm_xor_si128(ends.head, _mm_shuffle_epi32(ends.tail, _MM_SHUFFLE(1, 0, 3, 2)));
    const auto low = static_cast<uint64_t>(_mm_cvtsi128_si64(mixed));
    const auto high = static_cast<uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(mixed, mixed)));
    const uint64_t hash =
        (low * 0x9E3779B97F4A7C15) ^ ((high + size) * 0xC2B2AE3D27D4EB4F) ^ (uint64_t{parent} * 0x165667B19E3779F9);
    constexpr int shift = 64 - 10;
    static_assert(sets == size_t{1} << (64 - shift));
    return (hash >> shift) * ways;
  }

  static bool is(const Known& known, uint32_t parent, std::string_view key, const Ends& ends) {
    if (known.size != key.size() || known.parent != parent) return false;
    const __m128i same = _mm_and_si128(_mm_cmpeq_epi8(known.head, ends.head), _mm_cmpeq_epi8(known.tail, ends.tail));
    if (_mm_movemask_epi8(same) != 0xFFFF) return false;
    return key.size() <= 2 * sizeof(__m128i) || std::memcmp(known.text, key.data(), key.size()) == 0;
  }

  std::vector<Known> known_;
};

}  // namespace yagura::formats
