// All literals that a lane's rules look for in one field, searched in one pass over a folded value.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/pattern.hpp"
#include "detect/quick_hash.hpp"

namespace yagura::detect {

/// Exact values, beginnings and endings sit in hash tables by rolling hashes; everything else is found by its
/// rarest four bytes (two for shorter literals): one bit table in front, then the candidates' own bytes.
class LiteralIndex {
 public:
  /// Makes `pattern` (folded) findable under `target`. False when it has no literal of at least two bytes
  /// in a place that helps; then it is for the caller to ask it of every value.
  bool add(uint32_t target, const Pattern& pattern);

  /// Makes `text` (folded, two bytes at least) findable anywhere; the caller is to ask more of what it is found in.
  void add_piece(uint32_t target, std::string_view text);

  /// Call once, after the last add().
  void build();

  bool empty() const { return literals_.empty(); }

  /// Calls found(target, certain) at least once for each pattern that may fit `value` (folded); `certain`
  /// says that it does fit, else the caller has to ask the pattern itself.
  template <typename Found>
  void search(std::string_view value, Found&& found) const {
    search_whole(value, found);
    search_start(value, found);
    search_end(value, found);
    if (!grams4_.empty()) search_grams<4>(value, grams4_, found);
    if (!grams2_.empty()) search_grams<2>(value, grams2_, found);
  }

 private:
  enum class Place : uint8_t { whole, start, end, anywhere };

  struct Literal {
    uint32_t offset;  // in bytes_
    uint32_t size;
    uint32_t target;
    Place place;
    bool certain;
  };

  /// Open addressing from a 64-bit hash to a literal; equal hashes stand side by side.
  struct Table {
    struct Slot {
      uint64_t hash = 0;
      uint32_t literal = none;
    };
    static constexpr uint32_t none = UINT32_MAX;
    std::vector<Slot> slots;
    std::vector<bool> sizes;           // which literal sizes there are
    std::array<uint64_t, 16> edges{};  // hashes of the two bytes at the value's end or beginning that literals have
    void note_edge(size_t edge);
    bool may_have(size_t edge) const { return (edges[edge / 64] >> edge % 64 & 1) != 0; }
    void build(const std::vector<std::pair<uint64_t, uint32_t>>& entries);
    size_t mask() const { return slots.size() - 1; }
  };

  struct Grams {
    struct Entry {
      uint32_t literal;
      uint32_t before;  // bytes of the literal before its gram
    };
    struct Slot {
      uint32_t gram = 0;
      uint32_t first = 0;
      uint32_t count = 0;
    };
    std::vector<uint64_t> bits;  // a power of two of bits: may this gram's hash be known?
    std::vector<Slot> slots;
    std::vector<Entry> entries;
    unsigned shift = 0;
    size_t stride = 1;  // 2 when every literal is known by two neighbouring grams, one of which stands at an even place
    bool empty() const { return entries.empty(); }
    void build(std::vector<std::pair<uint32_t, Entry>> all);
  };

  static uint64_t step(uint64_t hash, char c) {
    return (hash ^ static_cast<unsigned char>(c)) * 0x9E3779B97F4A7C15ULL + (hash >> 29);
  }
  static uint32_t scramble(uint32_t gram) { return gram * 0x9E3779B1U; }
  static constexpr size_t none_edge = SIZE_MAX;
  static size_t edge_of(const char* two) {
    return (static_cast<size_t>(static_cast<unsigned char>(two[0])) * 37 + static_cast<unsigned char>(two[1])) & 1023;
  }

  template <size_t Size>
  static uint32_t gram_at(const char* at) {
    uint32_t out = 0;
    std::memcpy(&out, at, Size);
    return out;
  }

  std::string_view text_of(const Literal& literal) const { return {bytes_.data() + literal.offset, literal.size}; }

  template <typename Found>
  void probe(const Table& table, uint64_t hash, std::string_view text, Found& found) const {
    for (size_t at = hash & table.mask(); table.slots[at].literal != Table::none; at = (at + 1) & table.mask()) {
      if (table.slots[at].hash != hash) continue;
      const Literal& literal = literals_[table.slots[at].literal];
      if (text_of(literal) == text) found(literal.target, literal.certain);
    }
  }

  template <typename Found>
  void search_whole(std::string_view value, Found& found) const {
    if (value.size() < whole_.sizes.size() && whole_.sizes[value.size()])
      probe(whole_, quick_hash(value, 0), value, found);
  }

  template <typename Found>
  void search_start(std::string_view value, Found& found) const {
    if (start_.sizes.empty() || (value.size() >= 2 && !start_.may_have(edge_of(value.data())))) return;
    uint64_t hash = 0;
    for (size_t size = 1; size <= value.size() && size < start_.sizes.size(); ++size) {
      hash = step(hash, value[size - 1]);
      if (start_.sizes[size]) probe(start_, hash, value.substr(0, size), found);
    }
  }

  template <typename Found>
  void search_end(std::string_view value, Found& found) const {
    if (end_.sizes.empty() || (value.size() >= 2 && !end_.may_have(edge_of(value.data() + value.size() - 2)))) return;
    uint64_t hash = 0;
    for (size_t size = 1; size <= value.size() && size < end_.sizes.size(); ++size) {
      hash = step(hash, value[value.size() - size]);
      if (end_.sizes[size]) probe(end_, hash, value.substr(value.size() - size), found);
    }
  }

  template <size_t Size, typename Found>
  void search_grams(std::string_view value, const Grams& grams, Found& found) const {
    if (value.size() < Size) return;
    const char* const begin = value.data();
    const char* const last = begin + value.size() - Size;
    // Held in locals: the compiler can't know that reading chars leaves the index as it is.
    const uint64_t* const bits = grams.bits.data();
    const unsigned shift = grams.shift;
    const size_t stride = grams.stride;
    for (const char* at = begin; at <= last; at += stride) {
      const uint32_t gram = gram_at<Size>(at);
      const uint32_t hash = scramble(gram) >> shift;
      if (bits[hash >> 6] >> (hash & 63) & 1) [[unlikely]]
        confirm(grams, gram, value, static_cast<size_t>(at - begin), found);
    }
  }

  template <typename Found>
  void confirm(const Grams& grams, uint32_t gram, std::string_view value, size_t at, Found& found) const {
    const size_t mask = grams.slots.size() - 1;
    for (size_t i = scramble(gram) >> 7 & mask; grams.slots[i].count != 0; i = (i + 1) & mask) {
      const Grams::Slot& slot = grams.slots[i];
      if (slot.gram != gram) continue;
      for (uint32_t n = slot.first; n < slot.first + slot.count; ++n) {
        const Grams::Entry& entry = grams.entries[n];
        const Literal& literal = literals_[entry.literal];
        if (entry.before > at || at - entry.before + literal.size > value.size()) continue;
        if (std::memcmp(value.data() + at - entry.before, bytes_.data() + literal.offset, literal.size) == 0)
          found(literal.target, literal.certain);
      }
      return;
    }
  }

  void build_tables();
  template <size_t Size>
  Grams choose_grams() const;
  /// Where in `text` the best `count` neighbouring grams start.
  template <size_t Size>
  static uint32_t rarest(std::string_view text, const std::unordered_map<uint32_t, uint32_t>& counts, uint32_t count);

  std::string bytes_;
  std::vector<Literal> literals_;
  Table whole_;
  Table start_;
  Table end_;
  Grams grams4_;
  Grams grams2_;
};

}  // namespace yagura::detect
