#pragma once

#include "api/services.hpp"
#include "lake/event_store.hpp"
#include "ledger/ledger.hpp"

namespace yagura::api {

/// GET incidents/{id}/graph: the entities of an incident's alerts and what joins them. Needs incident.read, alert.read
/// and event.read.
RouteSet graph_routes(ledger::Ledger& ledger, lake::EventStore& store);

}  // namespace yagura::api
