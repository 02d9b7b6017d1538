// What the criteria in force say of findings, and when that is worse than what was said before.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desks/criteria.hpp"
#include "desks/triage/attack_names.hpp"

namespace yagura::desks::triage {

struct AlertRuling {
  CriteriaInput input;
  Decision decision;

  /// As an alert's fields: the input, the decision, and the edition and row that gave it.
  boost::json::object fields(const std::optional<Criteria>& criteria) const;
};

/// Without criteria: off the criteria, lowest priority.
AlertRuling rule_on(const AttackNames& names, const std::optional<Criteria>& criteria,
                    const std::vector<std::string>& tags, detect::Level level, std::string_view host);

/// Whether `now` calls for more than `before`: something instead of no incident, a higher priority, or at the same
/// priority a row where none covered it. Never true for less.
bool is_worse(const Decision& now, const Decision& before);

/// The decision that an alert's body holds.
Decision decision_in(const boost::json::object& body);

}  // namespace yagura::desks::triage
