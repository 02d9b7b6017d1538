#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>
#include <vector>

#include "detect/indicators/key_hash.hpp"

namespace yagura::detect {

constexpr size_t memo_entries = 8192;
constexpr size_t memo_value_bytes = 1 << 20;  // of remembered values; the oldest give way
constexpr size_t memo_value_bytes_each_max = 512;
constexpr uint32_t memo_trial = 4096;            // lookups after which its use is judged
constexpr uint32_t memo_rest = 16 * memo_trial;  // lookups that pass it by when it was of little use

/// Values that were asked for lately and are no indicators. It keeps them whole and compares them, so that it can't
/// hide one. Where values hardly repeat it steps aside. One a thread.
class ValueMemo {
 public:
  /// Forgets everything, since the indicators changed.
  void forget() {
    entries_.fill({});
    written_ = 1;
  }

  /// The key of a value under a class of fields; 0 when the memo rests or the value is too long for it.
  uint64_t key(uint8_t holds, std::string_view value) {
    if (resting_ > 0) {
      --resting_;
      return 0;
    }
    if (value.size() > memo_value_bytes_each_max) return 0;
    return sample(value) * (multiplier_ + 2 * holds) | 1;
  }

  void prefetch(uint64_t key) const { __builtin_prefetch(&entry(key)); }
  /// After prefetch(): what has() will compare with.
  void prefetch_value(uint64_t key) const {
    const Entry& found = entry(key);
    if (found.check != static_cast<uint32_t>(key)) return;
    const char* at = values_.data() + found.at % memo_value_bytes;
    __builtin_prefetch(at);
    __builtin_prefetch(at + found.size);
  }

  bool has(uint64_t key, uint8_t holds, std::string_view value) {
    const Entry& known = entry(key);
    const bool found = known.check == static_cast<uint32_t>(key) && known.size == value.size() &&
                       known.holds == holds && written_ - known.at <= memo_value_bytes &&
                       std::memcmp(values_.data() + known.at % memo_value_bytes, value.data(), value.size()) == 0;
    found_ += found;
    if (++asked_ >= memo_trial) judge();
    return found;
  }

  void keep(uint64_t key, uint8_t holds, std::string_view value) {
    if (written_ % memo_value_bytes + value.size() > memo_value_bytes)
      written_ += memo_value_bytes - written_ % memo_value_bytes;
    entry(key) = {static_cast<uint32_t>(key), static_cast<uint16_t>(value.size()), holds, written_};
    std::memcpy(values_.data() + written_ % memo_value_bytes, value.data(), value.size());
    written_ += value.size();
  }

 private:
  struct Entry;
  const Entry& entry(uint64_t key) const { return entries_[key >> 32 & (memo_entries - 1)]; }
  Entry& entry(uint64_t key) { return entries_[key >> 32 & (memo_entries - 1)]; }

  /// Where values of a field differ: their length, start, middle and end. Whoever makes values that fall together only
  /// loses the memo's help.
  uint64_t sample(std::string_view value) const {
    const char* at = value.data();
    const size_t size = value.size();
    if (size < 8) {
      uint64_t out = 0;
      std::memcpy(&out, at, size);
      return (out ^ size << 56) * 0x9E3779B97F4A7C15 ^ seed_;
    }
    const auto word = [&](size_t offset) {
      uint64_t out = 0;
      std::memcpy(&out, at + offset, 8);
      return out;
    };
    const auto product =
        static_cast<unsigned __int128>(word(0) ^ word(size / 2 - 4) ^ seed_) *
        (word(size - 8) ^ (size >= 16 ? std::rotl(word(size - 16), 23) : 0) ^ size * 0xD6E8FEB86659FD93);
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  }

  struct Entry {
    uint32_t check = 0;  // keys are odd, so 0 is none
    uint16_t size = 0;
    uint8_t holds = 0;
    uint64_t at = 0;  // of all bytes ever written
  };

  void judge() {
    if (found_ * 4 < asked_) resting_ = memo_rest;
    found_ = asked_ = 0;
  }

  uint64_t seed_ = key_seed();
  uint64_t multiplier_ = key_seed() | 1;
  uint64_t written_ = 1;
  uint32_t asked_ = 0;
  uint32_t found_ = 0;
  uint32_t resting_ = 0;
  std::array<Entry, memo_entries> entries_{};
  std::vector<char> values_ = std::vector<char>(memo_value_bytes);
};

}  // namespace yagura::detect
