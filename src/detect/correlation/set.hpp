// The correlations of a rule set with their rules found: which matches feed which correlation, and what is read of an
// event for it. Immutable and shared by threads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/correlation/definition.hpp"
#include "detect/correlation/route_reader.hpp"
#include "detect/stored_rule.hpp"
#include "detect/taxonomy.hpp"

namespace yagura::detect::correlation {

constexpr size_t correlations_max = 10'000;
constexpr size_t chain_depth_max = 8;        // correlations of correlations
constexpr size_t feeds_per_rule_max = 1024;  // correlations that one rule feeds, chains counted through

/// What a match of a rule gives to one correlation.
struct Feed {
  static constexpr uint32_t direct = UINT32_MAX;

  uint32_t correlation = 0;
  uint32_t via = direct;  // the feed of the same rule whose correlation must hold first; direct: the match itself
  uint64_t rule = 0;      // as a bit of Definition::rules
  std::vector<RoutedField> group;
  std::vector<RoutedField> values;
  bool routed = false;  // some of these stand elsewhere in the events of another route
};

class Set {
 public:
  struct Rejected {
    std::string id;
    std::string title;
    Diagnostic diagnostic;
  };

  Set() = default;

  /// Finds what the definitions name among `rules` (by id, then by name) and each other. A definition that names what
  /// is not there, two things at once or itself is refused, and so are those that name it.
  static Set build(std::vector<Definition> definitions, std::span<const SharedRule> rules, const Taxonomy& taxonomy,
                   std::vector<Rejected>& rejected);

  bool empty() const { return definitions_.empty(); }
  size_t size() const { return definitions_.size(); }
  const Definition& definition(uint32_t correlation) const { return *definitions_[correlation]; }
  std::shared_ptr<const Definition> share(uint32_t correlation) const { return definitions_[correlation]; }

  /// The same for the same correlation of the same rules, whatever else the set holds: what its state is kept under.
  const std::string& fingerprint(uint32_t correlation) const { return fingerprints_[correlation]; }

  /// A correlation that another one listens to, and may be silent itself.
  bool has_parents(uint32_t correlation) const { return parents_[correlation]; }
  /// A temporal one listens, which must hear of every window that holds.
  bool hears_holding(uint32_t correlation) const { return heard_holding_[correlation]; }
  bool emits(uint32_t correlation) const { return emits_[correlation]; }

  /// Whether matches of a rule are findings: not when only correlations without `generate` name it.
  bool rule_emits(uint32_t rule) const { return rule >= silent_.size() || !silent_[rule]; }

  /// In an order in which `via` comes first.
  std::span<const Feed> feeds(uint32_t rule) const {
    return rule < feeds_.size() ? std::span<const Feed>(feeds_[rule]) : std::span<const Feed>();
  }
  const std::vector<Route>& routes(uint32_t rule) const { return routes_[rule]; }

  /// Names of every event field that feeds read.
  std::vector<std::string_view> field_names() const;

 private:
  friend class SetBuilder;

  std::vector<std::shared_ptr<const Definition>> definitions_;
  std::vector<std::string> fingerprints_;
  std::vector<bool> parents_;
  std::vector<bool> heard_holding_;
  std::vector<bool> emits_;
  std::vector<bool> silent_;                // by rule
  std::vector<std::vector<Feed>> feeds_;    // by rule
  std::vector<std::vector<Route>> routes_;  // by rule; of those that feed something
};

}  // namespace yagura::detect::correlation
