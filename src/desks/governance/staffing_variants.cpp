#include "desks/governance/staffing_simulation.hpp"

namespace yagura::desks::governance {

std::vector<StaffingVariant> staffing_variants(const StaffingLevel& staffing, int people_per_always_seat) {
  std::vector<StaffingVariant> out;
  for (size_t i = 0; i < staffing.teams.size(); ++i) {
    const auto change = [&](StaffingVariant::Change what, int people, auto&& apply) {
      StaffingVariant variant{staffing.teams[i].title_ja, what, people, staffing};
      StaffedTeam& team = variant.staffing.teams[i];
      if (team.mode == "shared" || team.mode == "none") {
        team.mode = "day";
        team.seats = 0;
        team.by.clear();
      }
      apply(team);
      team.headcount += people;
      variant.staffing.total += people;
      out.push_back(std::move(variant));
    };
    change(StaffingVariant::Change::one_more, 1, [](StaffedTeam& team) { ++team.day_seats; });
    if (staffing.teams[i].mode == "day")
      change(StaffingVariant::Change::night_cover, people_per_always_seat, [](StaffedTeam& team) {
        team.day_seats += team.seats;
        team.mode = "always";
        team.seats = 1;
      });
  }
  return out;
}

}  // namespace yagura::desks::governance
