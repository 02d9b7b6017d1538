#pragma once

#include "api/services.hpp"
#include "base/texts.hpp"
#include "desks/governance/organisation.hpp"
#include "ledger/ledger.hpp"

namespace yagura::api {

/// The 54 roles: whose they are and whether they are performed. `texts` outlives the routes.
RouteSet role_routes(ledger::Ledger& ledger, desks::governance::Organisation& organisation, const Texts& texts);

/// GET /api/v1/sourcing: who does each role, on the areas and against the patterns.
RouteSet sourcing_routes(ledger::Ledger& ledger, desks::governance::Organisation& organisation, const Texts& texts);

/// GET /api/v1/roster and its calendar, /api/v1/resources: seats, people, budget and systems.
RouteSet roster_routes(ledger::Ledger& ledger, desks::governance::Organisation& organisation, const Texts& texts);

/// GET /api/v1/staffing and its simulation, bounded and one at a time.
RouteSet staffing_routes(ledger::Ledger& ledger, desks::governance::Organisation& organisation, const Texts& texts);

/// People on their path, gaps of skills, overlays: GET /api/v1/people, /api/v1/skills/gaps, POST
/// /api/v1/skills/overlay.
RouteSet people_routes(ledger::Ledger& ledger, desks::governance::Organisation& organisation);

/// Improvements: the register, the moves of their two cycles, ageing.
RouteSet improvement_routes(ledger::Ledger& ledger);

}  // namespace yagura::api
