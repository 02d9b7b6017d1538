// The numbers of a window in their order, so that any rank is found without sorting anew.
#pragma once

#include <algorithm>
#include <cstddef>
#include <limits>
#include <vector>

namespace yagura::detect::correlation {

class Ranked {
 public:
  size_t size() const { return size_; }
  size_t bytes() const { return runs_.size() * (run_size_max * sizeof(double) + sizeof(Run)); }

  void clear() {
    runs_.clear();
    size_ = 0;
  }

  void add(double value) {
    if (runs_.empty()) runs_.emplace_back().reserve(run_size_max);
    const size_t at = run_for(value);
    Run& run = runs_[at];
    run.insert(std::ranges::upper_bound(run, value), value);
    ++size_;
    if (run.size() < run_size_max) return;
    Run upper;
    upper.reserve(run_size_max);
    upper.assign(run.begin() + run_size_max / 2, run.end());
    run.resize(run_size_max / 2);
    runs_.insert(runs_.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(upper));
  }

  /// `value` must have been added.
  void remove(double value) {
    const size_t at = run_for(value);
    Run& run = runs_[at];
    run.erase(std::ranges::lower_bound(run, value));
    --size_;
    if (run.empty()) runs_.erase(runs_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  /// The `rank`-th smallest, from 1 to size().
  double at_rank(size_t rank) const {
    for (const Run& run : runs_) {
      if (rank <= run.size()) return run[rank - 1];
      rank -= run.size();
    }
    return 0;
  }

 private:
  static constexpr size_t run_size_max = 512;
  using Run = std::vector<double>;  // sorted, never empty but for the very first

  /// The first run that ends at `value` or above it; else the last.
  size_t run_for(double value) const {
    const auto it = std::ranges::lower_bound(runs_, value, {}, [](const Run& run) {
      return run.empty() ? std::numeric_limits<double>::infinity() : run.back();
    });
    return it == runs_.end() ? runs_.size() - 1 : static_cast<size_t>(it - runs_.begin());
  }

  std::vector<Run> runs_;
  size_t size_ = 0;
};

}  // namespace yagura::detect::correlation
