// A staffing that somebody puts together: seats by team, held to the rules of the table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "desks/governance/staffing_simulation.hpp"
#include "desks/governance/staffing_table.hpp"

namespace yagura::desks::governance {

constexpr int seats_each_max = 200;

/// Fills in the English titles that `table` knows, the headcounts (so many people for a seat around the clock) and the
/// total. A team given twice, an unknown mode, too many seats or a "shared" by a team that is not there is a
/// Diagnostic.
Diagnosed<StaffingLevel> compose_staffing(std::vector<StaffedTeam> teams, const StaffingLevel& table,
                                          int people_per_always_seat = 6);

/// Pieces of work that one simulated day brings, those that follow others included.
double items_per_day(const StaffingDemand& demand);

}  // namespace yagura::desks::governance
