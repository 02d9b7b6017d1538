// Which records can be in a period at all, so that a measure of one month does not read the years around it.
#pragma once

#include <vector>

#include "base/time.hpp"
#include "desks/governance/measure_definition.hpp"
#include "ledger/query.hpp"
#include "ledger/record_type.hpp"

namespace yagura::desks::governance {

/// Queries that together find every record that one of `definitions` (all of `type`) may place in [since, until), each
/// in order of time; a record may be found by several, and some that are found belong elsewhere. What was left alone
/// since before `since` and is only waiting is not among them.
std::vector<ledger::RecordQuery> ways_into(const ledger::RecordType& type,
                                           const std::vector<const MeasureDefinition*>& definitions, Timestamp since,
                                           Timestamp until);

}  // namespace yagura::desks::governance
