// The engine and the oracle side by side.
#pragma once

#include <deque>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "detect/lane_demand.hpp"
#include "detect/matcher.hpp"
#include "oracle.hpp"

namespace yagura::detect::test {

/// An oracle that holds the rules that the engine holds (read anew from their files).
oracle::Oracle oracle_for(const RuleSet& rules);

/// Whether YAGURA_ORACLE_FULL asks for all of the shared data.
bool full();

/// In the order of their names.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder,
                                               std::initializer_list<std::string_view> extensions);

/// The public rules, read in another order than all_rules(); once a program.
std::shared_ptr<const RuleSet> shuffled_rules(const std::filesystem::path& data);

struct Agreement {
  size_t events = 0;
  size_t matches = 0;
  std::vector<std::string> differences;  // at most a hundred, as sentences
};

/// Runs both over the batch.
void compare(Matcher& matcher, oracle::Oracle& oracle, const event::Batch& batch, Agreement& into);

/// The same rules as the compiled cache gives them.
std::shared_ptr<const RuleSet> from_cache(const RuleSet& rules);

using Ids = std::set<std::string>;

/// What a matcher finds in a batch.
struct Fired {
  std::vector<Ids> ids;  // by event
  size_t matches = 0;
  bool twice = false;  // some pair is given twice
};

/// Matchers with every setting that may change nothing: one thread alone and many at once over the same set, without
/// memos, with memos so small that everything falls out of them at once, with hashes that all collide, over rules in
/// another order and rules from the cache, and with the fields alone that rules want.
class EverySetting {
 public:
  /// `shuffled`: the same rules, loaded in another order; may be null.
  EverySetting(const std::shared_ptr<const RuleSet>& rules, const std::shared_ptr<const RuleSet>& shuffled);

  /// Runs all of them over the batch, and the oracle once.
  void compare(oracle::Oracle& oracle, const event::Batch& batch, Agreement& into);

  /// Runs the first and one other (from 1) over the batch and holds them against each other.
  void agree(const event::Batch& batch, size_t other, Agreement& into);

  size_t count() const { return settings_.size(); }

 private:
  /// The first alone, then the others (or the one) at once, each in a thread of its own.
  std::vector<Fired> run(const event::Batch& batch, std::optional<size_t> only);

  struct Setting {
    std::string name;
    std::unique_ptr<Matcher> matcher;
    bool demanded;
  };

  LaneDemand demand_;
  std::deque<Setting> settings_;
};

}  // namespace yagura::detect::test
