// Whether a table of criteria may be approved: every combination decided exactly once, and classes and
// actions answering each other one to one.
#pragma once

#include <vector>

#include "desks/action_policy.hpp"
#include "desks/attack_names.hpp"
#include "desks/criteria.hpp"
#include "desks/vulnerability_criteria.hpp"
#include "ledger/refusal.hpp"

namespace yagura::desks::governance {

/// So many gaps and overlaps are named one by one; the rest is counted in a reason of its own.
constexpr size_t named_faults_max = 50;

/// Every fault, none when the table is whole: "governance.criteria.gap" (no row covers a combination),
/// "overlap" (two rows do), "unreachable_row" (earlier rows, or none of its values, leave it nothing),
/// "unknown_value", "unknown_class", "class_without_row", "unknown_importance", "more". Cost: combinations x
/// rows, at worst half a second at the limits of criteria.hpp.
std::vector<ledger::Reason> check_criteria(const Criteria& criteria);
/// The same; "unknown_input" when a rule for damage or ease gives a value that the table does not define.
std::vector<ledger::Reason> check_criteria(const VulnerabilityCriteria& criteria);

/// Whether the naming table speaks the language of the criteria: "governance.naming.unknown_type", "unknown_stage".
std::vector<ledger::Reason> check_naming(const AttackNames& names, const Criteria& criteria);

/// "governance.policy.class_without_action", "action_without_class", "class_without_tasks".
std::vector<ledger::Reason> check_pair(const DecisionTable& criteria, const ActionPolicy& policy);

}  // namespace yagura::desks::governance
