// A role of the textbook and its pulse as the API and the command line show them.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "api/schema.hpp"
#include "desks/governance/pulse.hpp"
#include "ledger/actor.hpp"
#include "ledger/record_types.hpp"

namespace yagura::api {

/// What the textbook says of a role in short, and `home`, the record types that serve it.
boost::json::object role_head_json(const desks::governance::Role& role, const std::vector<std::string>& home);

/// True when the actor may read every register of the role: a pulse tells how many deeds there are, and of whom.
bool may_see_pulse(const desks::governance::RolePulse& pulse, const ledger::RecordTypes& types,
                   const ledger::Actor& actor);

/// The head with owner, sourcing and pulse; the pulse null when it is hidden.
boost::json::object role_json(const desks::governance::RolePulse& pulse, bool hidden);

/// The same with the textbook's links, the assignments and, unless hidden, the evidence: the last deeds with their
/// facts and records, who performed it, what is due.
boost::json::object role_page_json(const desks::governance::RolePulse& pulse, bool hidden);

schema::Value role_schema();
schema::Value role_page_schema();

}  // namespace yagura::api
