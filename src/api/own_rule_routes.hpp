#pragma once

#include "api/services.hpp"
#include "desks/tooling/own_rules.hpp"

namespace yagura::api {

/// Rules that the organisation writes itself (role G-6): the register, and how they come into force and out of it.
RouteSet own_rule_routes(ledger::Ledger& ledger, desks::tooling::RuleDesk& desk);

}  // namespace yagura::api
