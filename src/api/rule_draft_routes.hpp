#pragma once

#include <memory>

#include "api/services.hpp"
#include "base/time.hpp"
#include "lake/event_store.hpp"
#include "pipeline/rule_draft.hpp"

namespace yagura::api {

/// POST rules/draft: a search made into a rule.
RouteSet rule_draft_routes(lake::EventStore& store, std::shared_ptr<const pipeline::RuleDrafter> drafter,
                           Clock clock = system_now);

}  // namespace yagura::api
