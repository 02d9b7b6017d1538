// Which rules can fire at all on what the sources really deliver.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "detect/rule_set.hpp"
#include "detect/taxonomy.hpp"

namespace yagura::detect {

/// Events of one header that have been seen.
struct SeenEvents {
  std::string format;
  std::string channel;
  std::string provider;
  int64_t event_id = 0;
  uint64_t events = 0;
  std::set<std::string> fields;  // names that some of them have
  /// Folded values of fields_by_value(), as far as they are known; a field that is not named here may hold anything.
  std::map<std::string, std::set<std::string>> values;
};

/// Fields by whose values log sources are told apart (catalog/sigma: `equal`): worth looking at where events come from.
std::set<std::string> fields_by_value(const RuleSet& rules, const Taxonomy& taxonomy);

/// Why a rule can't fire, the first reason that holds; or that it can.
enum class Coverage {
  can_fire,
  unmapped,           // no log that Yagura knows is the rule's log source
  source_never_seen,  // none of the log source's events came
  events_never_seen,  // the log source came, but not the event ids, channels or providers that the condition asks for
  fields_never_seen,  // the events came, but without fields that the condition can't do without
};
std::string_view to_text(Coverage coverage);

struct RuleCoverage {
  uint32_t rule = 0;  // index into the set
  Coverage coverage = Coverage::can_fire;
  std::string needs;                        // the log source as events: "Security 4688 or Microsoft-Windows-..."
  uint64_t events = 0;                      // seen of its log source
  std::vector<std::string> missing_fields;  // that the rule reads and none of those events has, by the rule's names
};

/// One for each rule, in the order of the set. A rule that can fire may still name missing fields: some of its branches
/// never hold. Keyword rules are taken to be able to fire on any event of their log source.
std::vector<RuleCoverage> coverage_of(const RuleSet& rules, const Taxonomy& taxonomy, std::span<const SeenEvents> seen);

}  // namespace yagura::detect
