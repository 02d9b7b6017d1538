// How often a memory is asked and what it knows, counted by the thread that asks and told to operators now and then.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/counters.hpp"

namespace yagura::detect {

class MemoUse {
 public:
  /// `counters` must outlive this: detect.memo_<name>_hits, _misses and _bypassed.
  void report_to(Counters& counters, std::string_view name) {
    for (size_t i = 0; i < kinds.size(); ++i)
      out_[i] = &counters.at("detect.memo_" + std::string(name) + "_" + std::string(kinds[i]));
  }

  void asked(bool known) { ++counts_[known ? hits : misses]; }
  /// It was not asked, as that does not pay now, or as no answer about such a thing is kept.
  void passed_by() { ++counts_[bypassed]; }

  /// Adds what was counted since the last time.
  void tell() {
    for (size_t i = 0; i < kinds.size(); ++i)
      if (out_[i]) out_[i]->fetch_add(counts_[i], std::memory_order_relaxed);
    counts_ = {};
  }

 private:
  enum Kind : uint8_t { hits, misses, bypassed };
  static constexpr std::array<std::string_view, 3> kinds{"hits", "misses", "bypassed"};

  std::array<uint64_t, 3> counts_{};
  std::array<std::atomic<uint64_t>*, 3> out_{};
};

}  // namespace yagura::detect
