// The criteria, the naming table and the action policies in force at a moment, read from the ledger by record type.
#pragma once

#include <optional>

#include "base/time.hpp"
#include "desks/action_policy.hpp"
#include "desks/attack_names.hpp"
#include "desks/criteria.hpp"
#include "desks/vulnerability_criteria.hpp"
#include "ledger/ledger.hpp"
#include "ledger/refusal.hpp"

namespace yagura::desks {

// Each gives the approved edition with the latest start not after `at`; nothing when none is in force. `corrupt` when
// the stored body can't be read. Cost: one indexed query and reading the table, well under a millisecond.

ledger::Outcome<std::optional<Criteria>> criteria_in_force(ledger::Transaction& transaction, Timestamp at);
ledger::Outcome<std::optional<Criteria>> criteria_in_force(ledger::Ledger& ledger, Timestamp at);
ledger::Outcome<std::optional<VulnerabilityCriteria>> vulnerability_criteria_in_force(ledger::Transaction& transaction,
                                                                                      Timestamp at);
ledger::Outcome<std::optional<VulnerabilityCriteria>> vulnerability_criteria_in_force(ledger::Ledger& ledger,
                                                                                      Timestamp at);
ledger::Outcome<std::optional<AttackNames>> attack_names_in_force(ledger::Transaction& transaction, Timestamp at);
ledger::Outcome<std::optional<AttackNames>> attack_names_in_force(ledger::Ledger& ledger, Timestamp at);
ledger::Outcome<std::optional<ActionPolicy>> policy_in_force(ledger::Transaction& transaction, Timestamp at,
                                                             CriteriaSet set = CriteriaSet::incident);
ledger::Outcome<std::optional<ActionPolicy>> policy_in_force(ledger::Ledger& ledger, Timestamp at,
                                                             CriteriaSet set = CriteriaSet::incident);

}  // namespace yagura::desks
