// What a correlation measures over the occurrences of one window, kept up while the window slides.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/correlation/definition.hpp"
#include "detect/correlation/occurrence.hpp"
#include "detect/correlation/ranked.hpp"
#include "detect/correlation/value_counts.hpp"

namespace yagura::detect::correlation {

struct Measured {
  bool holds = false;
  Exact value = 0;  // the count, sum, average, percentile or share that was compared; of rules, how many occurred
};

/// docs/correlation.md defines each measure.
class Window {
 public:
  explicit Window(const Definition& definition);

  /// Whether there is anything to add: plain counts need only their number.
  bool counts_only() const { return definition_->type == Type::event_count; }
  /// Occurrences must be added in order, and a window can't be taken back.
  bool in_order_only() const { return definition_->type == Type::temporal_ordered; }

  void clear();
  void add(const Occurrence& occurrence);
  /// Takes out one that was added; of an ordered one the oldest.
  void remove(const Occurrence& occurrence);

  /// Of the `count` occurrences added, which lie later than `start`; `newest` is the last of them.
  Measured measure(size_t count, int64_t start, const Occurrence& newest) const;

  size_t bytes() const;

 private:
  void count_rules(uint64_t rules, bool add);
  void follow(const Occurrence& occurrence);
  Measured measure_rules(int64_t start) const;
  bool holds(const Term& term, size_t chain, int64_t start) const;
  size_t longest(int64_t start) const;
  Exact value_of(size_t count, const Occurrence& newest) const;

  const Definition* definition_;
  ValueCounts values_;
  Ranked ranked_;
  Exact sum_ = 0;
  uint64_t present_ = 0;           // rules that occurred
  std::vector<uint32_t> by_rule_;  // how often
  /// temporal_ordered: when, at the latest, the first of so many rules in order occurred. By term and length; without
  /// terms by length and last rule.
  std::vector<int64_t> chains_;
};

double number_of(const Occurrence& occurrence);

}  // namespace yagura::detect::correlation
