// Whoever judges a drawn sample again sees nothing of what was decided first: every route, whatever it serves.
#pragma once

#include "api/route.hpp"
#include "ledger/ledger.hpp"

namespace yagura::api {

/// The routes, closed over the items that a signed-in reviewer has still to judge: a path that names such an item is
/// refused (403, "blind_review"), and of JSON answers every member of a list that names one is left out, totals with
/// it. Other answers that name one are refused. The review's own routes stay open. Costs people without an open
/// review one indexed query a request.
Routes with_blind_review(Routes routes, ledger::Ledger& ledger);

}  // namespace yagura::api
