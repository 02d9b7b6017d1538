#include "api/staffing_json.hpp"

#include <boost/json.hpp>

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::governance::Estimate;
using desks::governance::SimulationOutcome;
using desks::governance::StaffedTeam;
using desks::governance::StaffingDemand;
using desks::governance::StaffingLevel;
using desks::governance::StaffingVariant;
using desks::governance::TeamOutcome;
using desks::governance::WorkOutcome;

json::value estimate_json(const Estimate& estimate) {
  return json::object{{"mean", estimate.mean}, {"half_width", estimate.half_width}};
}

}  // namespace

json::object staffing_json(const StaffingLevel& level) {
  json::array teams;
  for (const StaffedTeam& team : level.teams) {
    json::object one{{"team_ja", team.title_ja},
                     {"team_en", team.title_en},
                     {"mode", team.mode},
                     {"seats", team.seats},
                     {"headcount", team.headcount}};
    if (!team.by.empty()) one["by_ja"] = team.by;
    teams.push_back(std::move(one));
  }
  return {{"total", level.total}, {"teams", std::move(teams)}};
}

json::object simulation_json(const SimulationOutcome& outcome) {
  json::array work;
  for (const WorkOutcome& one : outcome.work)
    work.push_back(json::object{{"id", one.id},
                                {"per_day", estimate_json(one.per_day)},
                                {"wait_mean_minutes", estimate_json(one.wait_mean)},
                                {"wait_median_minutes", estimate_json(one.wait_median)},
                                {"wait_p90_minutes", estimate_json(one.wait_p90)},
                                {"missed_share", estimate_json(one.missed)},
                                {"left_over", estimate_json(one.left_over)},
                                {"done_by_nobody", one.done_by_nobody}});
  json::array teams;
  for (const TeamOutcome& one : outcome.teams)
    teams.push_back(json::object{{"team_ja", one.title_ja},
                                 {"team_en", one.title_en},
                                 {"people", one.people},
                                 {"staffed_hours_per_week", one.staffed_hours},
                                 {"utilisation", estimate_json(one.utilisation)}});
  return {{"work", std::move(work)}, {"teams", std::move(teams)}, {"cut_short", outcome.cut_short}};
}

double missed_share(const StaffingDemand& demand, const SimulationOutcome& outcome) {
  double due = 0;
  double missed = 0;
  for (size_t i = 0; i < outcome.work.size(); ++i) {
    if (demand.work[i].within_minutes <= 0) continue;
    due += outcome.work[i].per_day.mean;
    missed += outcome.work[i].per_day.mean * outcome.work[i].missed.mean;
  }
  return due == 0 ? 0 : missed / due;
}

std::string_view to_text(StaffingVariant::Change change) {
  return change == StaffingVariant::Change::one_more ? "one_more" : "night_cover";
}

schema::Value staffing_schema() {
  using namespace schema;
  return object({{"total", integer(0)},
                 optional("level", integer(0)),
                 optional("note", object({{"ja", text(1)}, {"en", text(1)}})),
                 {"teams", list(object({{"team_ja", text(1)},
                                        {"team_en", text(1)},
                                        {"mode", choice({"day", "always", "shared", "none"})},
                                        {"seats", integer(0)},
                                        {"headcount", integer(0)},
                                        optional("by_ja", text(1))}))}});
}

schema::Value simulation_schema() {
  using namespace schema;
  const auto estimate = described(object({{"mean", number()}, {"half_width", number()}}),
                                  "over the runs, with half the width of its 95 % confidence interval");
  return object({{"work", list(object({{"id", text(1)},
                                       {"per_day", estimate},
                                       {"wait_mean_minutes", estimate},
                                       {"wait_median_minutes", estimate},
                                       {"wait_p90_minutes", estimate},
                                       {"missed_share", estimate},
                                       {"left_over", estimate},
                                       {"done_by_nobody", boolean()}}))},
                 {"teams", list(object({{"team_ja", text(1)},
                                        {"team_en", text(1)},
                                        {"people", integer(0)},
                                        {"staffed_hours_per_week", number()},
                                        {"utilisation", estimate}}))},
                 {"cut_short", boolean()}});
}

}  // namespace yagura::api
