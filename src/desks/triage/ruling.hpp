// What the criteria in force say of findings.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desks/attack_names.hpp"
#include "desks/criteria.hpp"

namespace yagura::desks::triage {

struct AlertRuling {
  CriteriaInput input;
  Decision decision;

  /// As an alert's fields: the input, the decision, and the edition and row that gave it.
  boost::json::object fields(const std::optional<Criteria>& criteria) const;
};

/// Without criteria: off the criteria, lowest priority.
AlertRuling rule_on(const AttackNames& names, const std::optional<Criteria>& criteria,
                    const std::vector<std::string>& tags, detect::Level level, std::string_view host,
                    FindingFields fields = {});

}  // namespace yagura::desks::triage
