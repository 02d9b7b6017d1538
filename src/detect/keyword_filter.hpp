// Whether a keyword may stand in any value of a JSON text, told from the text itself without reading its values.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detect/pattern.hpp"

namespace yagura::detect {

/// Immutable after build(). Looks for a piece of each keyword that JSON writes as it is; what could hide such a piece
/// (an escape of one of its letters, a letter that only folds to one) counts as found.
///
/// Of each piece three neighbouring bytes, its window, are looked for: first by vectors, which know for each byte of a
/// window in which of few buckets it stands there, then by a table of whole windows. A piece's window and bucket are
/// chosen so that logs seldom fit by chance, however many pieces there are.
class KeywordFilter {
 public:
  static constexpr size_t piece_bytes_min = 3;

  /// A pattern (folded) to look for. False when it has no literal with piece_bytes_min plain characters in a row:
  /// then nothing can be told from the text.
  bool add(const Pattern& pattern);

  /// Call once, after the last add(). Cost: some microseconds a piece.
  void build();

  /// False only when no value of the text fits one of the patterns. Cost: some 25 to 100 ps a byte with AVX-512 VBMI
  /// or AVX2.
  bool may_hold(std::string_view json) const;

  /// The same without vector instructions.
  bool may_hold_plain(std::string_view json) const;

 private:
  static constexpr size_t window = 3;  // bytes that are looked at together
  static constexpr size_t bank_buckets = 8;
  static constexpr size_t banks_max = 2;
  static constexpr size_t bank_pieces_max = 40;  // with more of them a second bank costs less than false suspicions
  friend struct KeywordScan;
  friend class KeywordBuckets;

  struct Piece {
    std::string text;    // lower case
    uint32_t window_at;  // where in `text` the bytes stand that are looked for
  };
  struct Slot {
    uint32_t bytes = 0;
    uint32_t first = 0;  // in by_window_
    uint32_t count = 0;
  };

  static uint32_t window_of(const char* at);
  void index_windows();
  void note(size_t bucket, size_t place, char c);
  bool confirm(std::string_view json, size_t at) const;
  bool hides(std::string_view json, size_t at) const;

  std::vector<Piece> pieces_;
  std::vector<uint32_t> by_window_;  // pieces with equal windows side by side
  std::vector<Slot> slots_;          // open addressing, never more than a quarter full
  std::array<bool, 128> letters_{};  // that stand in some piece
  size_t banks_ = 1;
  /// For each byte of the window: the buckets that know it, of which the last is for what could hide a piece. By the
  /// byte's low seven bits: what stands above ASCII is rare and confirmed anyway.
  alignas(64) std::array<std::array<std::array<uint8_t, 128>, window>, banks_max> known_{};
  /// The same by its low half and by its high half, both banks laid into one.
  alignas(16) std::array<std::array<uint8_t, 16>, window> low_{};
  alignas(16) std::array<std::array<uint8_t, 16>, window> high_{};
};

}  // namespace yagura::detect
