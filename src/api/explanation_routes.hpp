#pragma once

#include <functional>
#include <memory>

#include "api/services.hpp"
#include "detect/taxonomy.hpp"
#include "lake/event_store.hpp"
#include "ledger/ledger.hpp"
#include "pipeline/rule_store.hpp"

namespace yagura::api {

using RulesInForceSource = std::function<std::shared_ptr<const pipeline::RulesInForce>()>;

/// GET alerts/{id}/explanation: why a finding of the alert fired, as the rule in force and the stored event say it now.
/// Needs alert.read and event.read.
RouteSet explanation_routes(ledger::Ledger& ledger, lake::EventStore& store, RulesInForceSource rules,
                            std::shared_ptr<const detect::Taxonomy> taxonomy);

}  // namespace yagura::api
