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

}  // namespace yagura::api
