// Staffings and what they come to, as the API and the command line show them.
#pragma once

#include <boost/json/object.hpp>

#include "api/schema.hpp"
#include "desks/governance/staffing_simulation.hpp"
#include "desks/governance/staffing_table.hpp"

namespace yagura::api {

boost::json::object staffing_json(const desks::governance::StaffingLevel& level);
boost::json::object simulation_json(const desks::governance::SimulationOutcome& outcome);

/// Over all work with a deadline: the share of it that is missed.
double missed_share(const desks::governance::StaffingDemand& demand,
                    const desks::governance::SimulationOutcome& outcome);

std::string_view to_text(desks::governance::StaffingVariant::Change change);

schema::Value staffing_schema();
schema::Value simulation_schema();

}  // namespace yagura::api
