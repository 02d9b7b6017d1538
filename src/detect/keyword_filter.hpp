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
class KeywordFilter {
 public:
  static constexpr size_t piece_bytes_min = 3;

  /// A pattern (folded) to look for. False when it has no literal with piece_bytes_min plain characters in a row:
  /// then nothing can be told from the text.
  bool add(const Pattern& pattern);

  /// Call once, after the last add().
  void build();

  /// False only when no value of the text fits one of the patterns. Cost: some 50 to 100 ps a byte with AVX2.
  bool may_hold(std::string_view json) const;

  /// The same without vector instructions.
  bool may_hold_plain(std::string_view json) const;

 private:
  static constexpr size_t window = 3;  // bytes that are looked at together
  static constexpr size_t buckets = 8;
  static constexpr size_t hiding_bucket = 7;  // for what could hide a piece
  friend struct KeywordScan;

  struct Piece {
    std::string text;    // lower case
    uint32_t window_at;  // where in `text` the bytes stand that are looked for
  };

  void note(size_t bucket, size_t place, char c);
  bool confirm(std::string_view json, size_t at, uint32_t mask) const;
  bool hides(std::string_view json, size_t at) const;

  std::vector<Piece> pieces_;
  std::array<std::vector<uint32_t>, buckets> in_bucket_;
  std::array<bool, 128> letters_{};  // that stand in some piece
  /// For each byte of the window: the buckets that know such a low half, such a high half.
  alignas(16) std::array<std::array<uint8_t, 16>, window> low_{};
  alignas(16) std::array<std::array<uint8_t, 16>, window> high_{};
};

}  // namespace yagura::detect
