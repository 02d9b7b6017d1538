#pragma once

#include <boost/json/object.hpp>

#include "api/services.hpp"
#include "pipeline/rule_book.hpp"

namespace yagura::api {

constexpr size_t technique_rules_shown_max = 50;  // ids

/// ATT&CK techniques that rules name, each with how its rules stand; the component AttackCoverage.
boost::json::object attack_coverage_json(const pipeline::RuleBookPage& page);

/// One rule's: the component RuleStanding.
boost::json::object standing_json(const pipeline::RuleBookPage& page, uint32_t rule);

Components coverage_components();

}  // namespace yagura::api
