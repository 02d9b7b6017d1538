#pragma once

#include "api/services.hpp"
#include "desks/governance/desk.hpp"
#include "desks/triage/desk.hpp"
#include "ledger/ledger.hpp"

namespace yagura::api {

/// Alerts and analysis reports (function B).
RouteSet triage_routes(ledger::Ledger& ledger, desks::triage::TriageDesk& triage);

/// Criteria and action policies (function A).
RouteSet governance_routes(ledger::Ledger& ledger, desks::governance::GovernanceDesk& governance);

}  // namespace yagura::api
