// All literals that a lane's rules look for in one field, searched in one pass over a folded value.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "detect/pattern.hpp"
#include "detect/quick_hash.hpp"

namespace yagura::detect {

/// Exact values, beginnings and endings sit in hash tables by rolling hashes; everything else is found by its
/// rarest four bytes (three or two for shorter literals): one bit table in front, then the candidates' own bytes.
/// Literals of one byte are sought one by one.
class LiteralIndex {
 public:
  /// What must be readable behind a value that is searched.
  static constexpr size_t readable_behind = 32;

  /// Makes `pattern` (folded) findable under `target` (< 2^31); `sure` says that the folded text decides. False when
  /// the pattern has no literal; then it is for the caller to ask it of every value.
  bool add(uint32_t target, const Pattern& pattern, bool sure);

  /// Makes `text` (folded, not empty) findable anywhere; the caller is to ask more of what it is found in.
  void add_piece(uint32_t target, std::string_view text);

  /// Call once, after the last add().
  void build();

  bool empty() const { return literals_.empty(); }

  /// Calls found(target, certain) at least once for each pattern that may fit `value` (folded); `certain` says that it
  /// does fit, else the caller has to ask the pattern itself.
  template <typename Found>
  void search(std::string_view value, Found&& found) const {
    search_by(vectors(), value, found);
  }

  /// The same without vector instructions.
  template <typename Found>
  void search_plain(std::string_view value, Found&& found) const {
    search_by(false, value, found);
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

  template <size_t Size>
  static size_t edge_of(const char* at, size_t mask) {
    uint32_t bytes = 0;
    std::memcpy(&bytes, at, Size);
    return bytes * 0x9E3779B1U >> 12 & mask;
  }

  /// Open addressing from a 64-bit hash to a literal; equal hashes stand side by side.
  struct Table {
    struct Slot {
      uint64_t hash = 0;
      uint32_t literal = none;
    };
    static constexpr uint32_t none = UINT32_MAX;
    std::vector<Slot> slots;
    std::vector<bool> sizes;  // which literal sizes there are
    /// Hashes of what literals have at the value's end or beginning: two bytes of the short ones, four of the others.
    std::array<uint64_t, 16> edges2{};
    std::array<uint64_t, 64> edges4{};
    bool any_edge = false;  // there are literals of one byte or none
    void note_edge(std::string_view text, bool at_end);
    bool may_have(std::string_view value, bool at_end) const {
      if (any_edge || value.size() < 4) return true;
      const size_t two = edge_of<2>(value.data() + (at_end ? value.size() - 2 : 0), 1023);
      const size_t four = edge_of<4>(value.data() + (at_end ? value.size() - 4 : 0), 4095);
      return ((edges2[two / 64] >> two % 64 | edges4[four / 64] >> four % 64) & 1) != 0;
    }
    void build(const std::vector<std::pair<uint64_t, uint32_t>>& entries);
    size_t mask() const { return slots.size() - 1; }
  };

  /// A literal known by one of its grams. Half a cache line: looking at a candidate costs one miss.
  struct Entry {
    static constexpr size_t text_bytes = 16;
    std::array<char, text_bytes> text{};  // its first bytes
    uint32_t offset = 0;                  // of all of them
    uint32_t target = 0;
    uint16_t size = 0;
    uint16_t before = 0;  // bytes before its gram
    bool certain = false;

    bool fits(std::string_view value, size_t start, const char* bytes) const;
  };

  struct Grams {
    std::vector<uint64_t> bits;    // a power of two of bits: is this gram's hash known?
    std::vector<uint32_t> before;  // word of bits -> known hashes before it
    std::vector<uint32_t> heads;   // number of a known hash -> its entries, up to the next one's
    unsigned shift = 0;

    /// The number of a known hash.
    size_t number_of(uint32_t hash) const {
      const uint64_t lower = bits[hash >> 6] & ((uint64_t{1} << (hash & 63)) - 1);
      return before[hash >> 6] + static_cast<size_t>(std::popcount(lower));
    }
  };

  static uint64_t step(uint64_t hash, char c) {
    return (hash ^ static_cast<unsigned char>(c)) * 0x9E3779B97F4A7C15ULL + (hash >> 29);
  }
  static uint32_t scramble(uint32_t gram) { return gram * 0x9E3779B1U; }
  /// Reads four bytes.
  template <size_t Size>
  static uint32_t gram_at(const char* at) {
    uint32_t out = 0;
    std::memcpy(&out, at, sizeof out);
    if constexpr (Size < 4) out &= (1U << 8 * Size) - 1;
    return out;
  }

  /// Reads no more than the gram.
  template <size_t Size>
  static uint32_t gram_of(const char* at) {
    uint32_t out = 0;
    std::memcpy(&out, at, Size);
    return out;
  }

  template <typename Found>
  void search_by(bool vectors, std::string_view value, Found& found) const {
    search_whole(value, found);
    search_start(value, found);
    search_end(value, found);
    if (!grams_[0].heads.empty()) search_grams<4>(vectors, value, found);
    if (!grams_[1].heads.empty()) search_grams<3>(vectors, value, found);
    if (!grams_[2].heads.empty()) search_grams<2>(vectors, value, found);
    if (!single_.empty()) search_bytes(value, found);
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
    if (start_.sizes.empty() || !start_.may_have(value, false)) return;
    uint64_t hash = 0;
    for (size_t size = 1; size <= value.size() && size < start_.sizes.size(); ++size) {
      hash = step(hash, value[size - 1]);
      if (start_.sizes[size]) probe(start_, hash, value.substr(0, size), found);
    }
  }

  template <typename Found>
  void search_end(std::string_view value, Found& found) const {
    if (end_.sizes.empty() || !end_.may_have(value, true)) return;
    uint64_t hash = 0;
    for (size_t size = 1; size <= value.size() && size < end_.sizes.size(); ++size) {
      hash = step(hash, value[value.size() - size]);
      if (end_.sizes[size]) probe(end_, hash, value.substr(value.size() - size), found);
    }
  }

  template <typename Found>
  void search_bytes(std::string_view value, Found& found) const {
    for (size_t i = 0; i < single_.size();) {
      const char byte = bytes_[literals_[single_[i]].offset];
      const bool there = value.find(byte) != std::string_view::npos;
      for (; i < single_.size() && bytes_[literals_[single_[i]].offset] == byte; ++i)
        if (there) found(literals_[single_[i]].target, literals_[single_[i]].certain);
    }
  }

  template <size_t Size, typename Found>
  void search_grams(bool vectors, std::string_view value, Found& found) const {
    if (value.size() < Size) return;
    const Grams& grams = grams_[4 - Size];
    const char* const begin = value.data();
    const size_t last = value.size() - Size + 1;
    std::array<uint32_t, places_at_once> candidates;  // NOLINT(*-member-init): what is read was written
    for (size_t at = 0; at < last; at += places_at_once) {
      const size_t count =
          find_known<Size>(vectors, grams, begin + at, std::min(last - at, places_at_once), candidates.data());
      // All entries are asked for before the first is looked at: they lie far apart.
      std::array<std::pair<uint32_t, uint32_t>, places_at_once> ranges;  // NOLINT(*-member-init): as above
      for (size_t i = 0; i < count; ++i) {
        const uint32_t hash = scramble(gram_at<Size>(begin + at + candidates[i])) >> grams.shift;
        const uint32_t* const heads = grams.heads.data() + grams.number_of(hash);
        ranges[i] = {heads[0], heads[1]};
        __builtin_prefetch(entries_.data() + heads[0]);
      }
      for (size_t i = 0; i < count; ++i) {
        const size_t there = at + candidates[i];
        for (uint32_t n = ranges[i].first; n < ranges[i].second; ++n) {
          const Entry& entry = entries_[n];
          if (entry.before <= there && entry.fits(value, there - entry.before, bytes_.data()))
            found(entry.target, entry.certain);
        }
      }
    }
  }

  static constexpr size_t places_at_once = 256;
  /// Whether find_known() can look at many places at once here.
  static bool vectors();
  /// Which of so many places from `at` on a gram starts at whose hash is known, in ascending order; how many those are.
  template <size_t Size>
  static size_t find_known(bool vectors, const Grams& grams, const char* at, size_t places, uint32_t* out);
  friend struct GramScan;

  void build_tables();
  template <size_t Size>
  void build_grams();
  /// Where in `text` the best gram starts.
  template <size_t Size>
  static uint32_t rarest(std::string_view text, const std::unordered_map<uint32_t, uint32_t>& counts);

  std::string bytes_;
  std::vector<Literal> literals_;
  Table whole_;
  Table start_;
  Table end_;
  std::array<Grams, 3> grams_;    // of four, three and two bytes
  std::vector<Entry> entries_;    // of all of them
  std::vector<uint32_t> single_;  // literals of one byte that may stand anywhere, by their byte
};

}  // namespace yagura::detect
