#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "detect/rule_set.hpp"
#include "event/batch.hpp"

namespace yagura::bench {

/// The yardstick for command lines: for each field one Hyperscan database of all texts and expressions that the rules
/// of a log source look for in it, as they are written; each value of each event is scanned. No condition is evaluated.
class PlainScan {
 public:
  /// Whether the program was built with Hyperscan.
  static bool available();

  PlainScan(const detect::RuleSet& rules, const detect::LogSource& source);
  ~PlainScan();
  PlainScan(const PlainScan&) = delete;
  PlainScan& operator=(const PlainScan&) = delete;

  /// Returns how many patterns were found.
  size_t scan(const event::Batch& batch) const;

  size_t patterns = 0;
  size_t left_out = 0;  // that Hyperscan can't take

 private:
  struct Databases;
  std::unique_ptr<Databases> databases_;
};

}  // namespace yagura::bench
