#pragma once

#include <cstdint>

namespace yagura::detect {

/// Whether a memory is worth asking, by how often it knew the answer lately. While it is not, one question in
/// `sampled_one_in` still goes to it, so that better times are noticed.
class Meter {
 public:
  static constexpr uint32_t sampled_one_in = 32;

  /// Worth it again from `good_percent` of answers on, no more below `bad_percent`.
  constexpr Meter(uint32_t bad_percent, uint32_t good_percent) : bad_(bad_percent), good_(good_percent) {}

  bool worth_asking() const { return on_; }

  void note(bool known) {
    ++asked_;
    known_ += known ? 1 : 0;
    if (asked_ < (on_ ? window : sampled_window)) return;
    const uint32_t percent = known_ * 100 / asked_;
    on_ = on_ ? percent >= bad_ : percent >= good_;
    asked_ = 0;
    known_ = 0;
  }

 private:
  static constexpr uint32_t window = 512;
  static constexpr uint32_t sampled_window = 128;

  uint32_t bad_;
  uint32_t good_;
  uint32_t asked_ = 0;
  uint32_t known_ = 0;
  bool on_ = true;
};

}  // namespace yagura::detect
