// The engine and the oracle side by side.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "detect/lane_demand.hpp"
#include "detect/matcher.hpp"
#include "oracle.hpp"

namespace yagura::detect::test {

/// An oracle that holds the rules that the engine holds (read anew from their files).
oracle::Oracle oracle_for(const RuleSet& rules);

struct Agreement {
  size_t events = 0;
  size_t matches = 0;
  std::vector<std::string> differences;  // at most a hundred, as sentences
};

/// Runs both over the batch.
void compare(Matcher& matcher, oracle::Oracle& oracle, const event::Batch& batch, Agreement& into);

/// Matchers with every setting that may change nothing: without memos, with memos so small that everything falls out of
/// them at once, with hashes that all collide, over rules in another order, and with the fields alone that rules want.
class EverySetting {
 public:
  /// `shuffled`: the same rules, loaded in another order; may be null.
  EverySetting(const std::shared_ptr<const RuleSet>& rules, const std::shared_ptr<const RuleSet>& shuffled);

  /// Runs all of them over the batch, and the oracle once.
  void compare(oracle::Oracle& oracle, const event::Batch& batch, Agreement& into);

  size_t count() const { return settings_.size(); }

 private:
  struct Setting {
    std::string name;
    std::unique_ptr<Matcher> matcher;
    bool demanded;
  };

  LaneDemand demand_;
  std::deque<Setting> settings_;
};

}  // namespace yagura::detect::test
