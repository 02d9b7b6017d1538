#pragma once

#include <cstdint>

namespace yagura::detect {

/// Whether a memory is worth asking, by how often it knew the answer lately. While it is not, now and then a trial
/// notices better times.
class Meter {
 public:
  /// Worth it from `good_percent` of answers on, no more below `bad_percent`.
  constexpr Meter(uint32_t bad_percent, uint32_t good_percent) : bad_(bad_percent), good_(good_percent) {}

  /// Whether to ask this time.
  bool ask() {
    if (state_ != State::off) return true;
    if (++skipped_ < skipped_between_trials) return false;
    skipped_ = 0;
    state_ = State::trial;
    return true;
  }

  /// After each question that was put: whether the memory knew.
  void note(bool known) {
    ++asked_;
    known_ += known ? 1 : 0;
    // An empty memory knows nothing: it is given time, unless nothing at all repeats.
    if (state_ == State::fresh && asked_ == trial_window && known_ * 100 < asked_ * hopeless_percent) {
      state_ = State::off;
      asked_ = known_ = 0;
      return;
    }
    if (asked_ < (state_ == State::fresh ? fresh_window : state_ == State::trial ? trial_window : window)) return;
    const uint32_t percent = known_ * 100 / asked_;
    state_ = percent >= (state_ == State::trial ? good_ : bad_) ? State::on : State::off;
    asked_ = 0;
    known_ = 0;
  }

 private:
  enum class State : uint8_t { fresh, on, off, trial };
  static constexpr uint32_t fresh_window = 4096;
  static constexpr uint32_t hopeless_percent = 4;
  static constexpr uint32_t window = 1024;
  static constexpr uint32_t trial_window = 256;
  static constexpr uint32_t skipped_between_trials = 8192;

  uint32_t bad_;
  uint32_t good_;
  uint32_t asked_ = 0;
  uint32_t known_ = 0;
  uint32_t skipped_ = 0;
  State state_ = State::fresh;
};

}  // namespace yagura::detect
