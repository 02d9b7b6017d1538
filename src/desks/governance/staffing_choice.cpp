#include "desks/governance/staffing_choice.hpp"

#include <algorithm>
#include <map>

namespace yagura::desks::governance {
namespace {

std::unexpected<Diagnostic> wrong(std::string code, std::string what) {
  return std::unexpected(Diagnostic{std::move(code), "staffing", 0, 0, std::move(what), ""});
}

}  // namespace

Diagnosed<StaffingLevel> compose_staffing(std::vector<StaffedTeam> teams, const StaffingLevel& table,
                                          int people_per_always_seat) {
  StaffingLevel out;
  for (StaffedTeam& team : teams) {
    if (std::ranges::find(out.teams, team.title_ja, &StaffedTeam::title_ja) != out.teams.end())
      return wrong("staffing.twice", "the team " + team.title_ja + " is given twice");
    if (team.mode != "day" && team.mode != "always" && team.mode != "shared" && team.mode != "none")
      return wrong("staffing.mode", "'" + team.mode + "' is no mode: day, always, shared or none");
    if (team.seats < 0 || team.seats > seats_each_max)
      return wrong("staffing.seats", "a team has at most " + std::to_string(seats_each_max) + " seats");
    const bool works = team.mode == "day" || team.mode == "always";
    if (!works) team.seats = 0;
    if (team.mode != "shared") team.by.clear();
    team.headcount = team.mode == "always" ? team.seats * people_per_always_seat : team.seats;
    if (team.title_en.empty()) {
      const auto known = std::ranges::find(table.teams, team.title_ja, &StaffedTeam::title_ja);
      team.title_en = known == table.teams.end() ? team.title_ja : known->title_en;
    }
    out.total += team.headcount;
    out.teams.push_back(std::move(team));
  }
  for (const StaffedTeam& team : out.teams)
    if (team.mode == "shared" &&
        (team.by == team.title_ja || std::ranges::find(out.teams, team.by, &StaffedTeam::title_ja) == out.teams.end()))
      return wrong("staffing.by", team.title_ja + " is shared by a team that is not there: '" + team.by + "'");
  return out;
}

double items_per_day(const StaffingDemand& demand) {
  std::map<std::string, double> arriving;
  for (const WorkKind& kind : demand.work) arriving[kind.id] = kind.per_day;
  // Nothing leads in a circle, so after as many rounds as there are kinds everything has arrived.
  for (size_t round = 0; round < demand.work.size(); ++round) {
    std::map<std::string, double> next;
    for (const WorkKind& kind : demand.work) next[kind.id] = kind.per_day;
    for (const WorkKind& kind : demand.work)
      for (const auto& [work, share] : kind.leads_to) next[work] += arriving[kind.id] * share;
    arriving = std::move(next);
  }
  double out = 0;
  for (const auto& [id, per_day] : arriving) out += per_day;
  return out;
}

}  // namespace yagura::desks::governance
