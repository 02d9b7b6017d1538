#include <boost/json.hpp>
#include <charconv>
#include <mutex>

#include "api/organisation_routes.hpp"
#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "api/staffing_json.hpp"
#include "desks/governance/measured_demand.hpp"
#include "desks/governance/staffing_choice.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::governance::MeasuredDemand;
using desks::governance::MeasuredWork;
using desks::governance::Organisation;
using desks::governance::SimulationOptions;
using desks::governance::StaffedTeam;
using desks::governance::StaffingDemand;
using desks::governance::StaffingLevel;
using desks::governance::StaffingVariant;
using desks::governance::WorkKind;

constexpr int days_max = 730;
constexpr int runs_max = 50;
constexpr int runs_default = 10;
constexpr int measured_days_default = 90;
constexpr double items_max = 20'000'000;  // of one request, its variants included: some ten seconds
constexpr double per_day_max = 10'000;
constexpr double minutes_max = 100'000;

/// One simulation at a time: it takes a whole core.
std::mutex simulating;

double number_in(const json::object& body, std::string_view key, double otherwise) {
  const json::value* value = body.if_contains(key);
  return value != nullptr && value->is_number() ? value->to_number<double>() : otherwise;
}

json::object work_json(const WorkKind& kind, const MeasuredWork& measured) {
  json::array leads;
  for (const auto& [work, share] : kind.leads_to) leads.push_back(json::object{{"work", work}, {"share", share}});
  return {{"id", kind.id},
          {"title_ja", kind.title_ja},
          {"title_en", kind.title_en},
          {"team_ja", kind.team},
          {"per_day", kind.per_day},
          {"per_day_of", measured.arrivals_measured ? "records" : "catalogue"},
          {"minutes", kind.minutes},
          {"variation", kind.variation},
          {"minutes_of", measured.minutes_measured ? "records" : "catalogue"},
          {"within_minutes", kind.within_minutes},
          {"arrived", measured.arrived},
          {"worked_on", measured.worked_on},
          {"leads_to", std::move(leads)}};
}

schema::Value demand_schema() {
  using namespace schema;
  const auto from = choice({"records", "catalogue"});
  return object({{"days", described(number(), "that were looked at")},
                 {"cut", boolean()},
                 {"work", list(object({{"id", text(1)},
                                       {"title_ja", text(1)},
                                       {"title_en", text(1)},
                                       {"team_ja", text(1)},
                                       {"per_day", number()},
                                       {"per_day_of", from},
                                       {"minutes", described(number(), "mean handling time")},
                                       {"variation", described(number(), "its coefficient of variation")},
                                       {"minutes_of", from},
                                       {"within_minutes", described(number(), "0: no deadline")},
                                       {"arrived", described(integer(0), "records in those days")},
                                       {"worked_on", described(integer(0), "records on which people's time was seen")},
                                       {"leads_to", list(object({{"work", text(1)}, {"share", number()}}))}}))}});
}

json::object demand_json(const MeasuredDemand& measured) {
  json::array work;
  for (size_t i = 0; i < measured.work.size(); ++i)
    work.push_back(work_json(measured.demand.work[i], measured.work[i]));
  return {{"days", measured.days}, {"cut", measured.cut}, {"work", std::move(work)}};
}

ledger::Outcome<MeasuredDemand> demand_of(ledger::Ledger& ledger, const Organisation& organisation, bool measured,
                                          int days) {
  if (measured) return measure_demand(ledger, organisation.demand(), organisation.work_sources(), days);
  MeasuredDemand out{.demand = organisation.demand(), .work = {}};
  for (const WorkKind& kind : out.demand.work) out.work.push_back({.id = kind.id});
  return out;
}

Response show_staffing(ledger::Ledger& ledger, Organisation& organisation, const Texts& texts, const Request& request) {
  int days = measured_days_default;
  if (const auto text = request.param("days")) std::from_chars(text->data(), text->data() + text->size(), days);
  auto measured = demand_of(ledger, organisation, true, days);
  if (!measured) return problem(measured.error());
  json::array levels;
  for (const auto& [level, staffing] : organisation.staffing()) {
    json::object one = staffing_json(staffing);
    one["level"] = level;
    const std::string key = "governance.staffing.level." + std::to_string(level);
    one["note"] = json::object{{"ja", texts.get(Lang::ja, key)}, {"en", texts.get(Lang::en, key)}};
    levels.push_back(std::move(one));
  }
  return json_response(200, json::object{{"levels", std::move(levels)}, {"demand", demand_json(*measured)}});
}

Diagnosed<StaffingLevel> staffing_in(const json::object& body, const Organisation& organisation) {
  const auto& table = organisation.staffing();
  const json::value* teams = body.if_contains("teams");
  if (teams == nullptr) {
    const auto found = table.find(static_cast<int>(integer_in(body, "level", 1)));
    if (found == table.end())
      return std::unexpected(Diagnostic{"staffing.level", "staffing", 0, 0, "the table has no such level", ""});
    return found->second;
  }
  std::vector<StaffedTeam> given;
  for (const json::value& value : teams->as_array()) {
    const json::object& team = value.as_object();
    StaffedTeam one;
    one.title_ja = text_in(team, "team_ja");
    one.mode = text_in(team, "mode");
    one.seats = static_cast<int>(integer_in(team, "seats"));
    one.by = text_in(team, "by_ja");
    given.push_back(std::move(one));
  }
  return compose_staffing(std::move(given), table.begin()->second);
}

/// What the request says of kinds of work in place of what was measured; false for one that is not there.
bool override_work(const json::object& body, MeasuredDemand& measured) {
  const json::value* work = body.if_contains("work");
  if (work == nullptr) return true;
  for (const json::value& value : work->as_array()) {
    const json::object& one = value.as_object();
    const auto kind = std::ranges::find(measured.demand.work, text_in(one, "id"), &WorkKind::id);
    if (kind == measured.demand.work.end()) return false;
    kind->per_day = number_in(one, "per_day", kind->per_day);
    kind->minutes = number_in(one, "minutes", kind->minutes);
    kind->variation = number_in(one, "variation", kind->variation);
    kind->within_minutes = number_in(one, "within_minutes", kind->within_minutes);
  }
  return true;
}

Response invalid(const Diagnostic& diagnostic, std::string pointer) {
  return problem(422, "staffing", diagnostic.what, {{std::move(pointer), diagnostic.code, diagnostic.what}});
}

Diagnosed<json::array> variants_json(const StaffingLevel& staffing, const StaffingDemand& demand,
                                     const SimulationOptions& options) {
  json::array out;
  for (const StaffingVariant& variant : staffing_variants(staffing)) {
    const auto outcome = simulate_staffing(variant.staffing, demand, options);
    if (!outcome) return std::unexpected(outcome.error());
    const auto team = std::ranges::find(staffing.teams, variant.team, &StaffedTeam::title_ja);
    out.push_back(json::object{{"team_ja", variant.team},
                               {"team_en", team->title_en},
                               {"change", to_text(variant.change)},
                               {"people", variant.people},
                               {"missed_share_after", missed_share(demand, *outcome)},
                               {"simulation", simulation_json(*outcome)}});
  }
  return out;
}

Response simulate(ledger::Ledger& ledger, Organisation& organisation, const Request& request) {
  const json::object& body = request.json.get_object();
  const auto staffing = staffing_in(body, organisation);
  if (!staffing) return invalid(staffing.error(), "/teams");
  auto measured = demand_of(ledger, organisation, text_in(body, "demand", "measured") == "measured",
                            static_cast<int>(integer_in(body, "measured_days", measured_days_default)));
  if (!measured) return problem(measured.error());
  if (!override_work(body, *measured))
    return problem(422, "staffing", "there is no such kind of work", {{"/work", "staffing.work", "unknown id"}});
  const SimulationOptions options{.days = static_cast<int>(integer_in(body, "days", 365)),
                                  .warmup_days = 28,
                                  .runs = static_cast<int>(integer_in(body, "runs", runs_default)),
                                  .seed = static_cast<uint64_t>(integer_in(body, "seed", 1))};
  const bool variants = flag_in(body, "variants");
  const double staffings = 1 + (variants ? static_cast<double>(staffing_variants(*staffing).size()) : 0);
  const double items =
      items_per_day(measured->demand) * (options.days + options.warmup_days) * options.runs * staffings;
  if (items > items_max)
    return problem(422, "limit", "more work than one request may simulate: take fewer days or runs, or no variants",
                   {{"/days", "staffing.items", "at most 20,000,000 pieces of work, variants included"}});
  const std::unique_lock alone(simulating, std::try_to_lock);
  if (!alone) return problem(503, "unavailable", "another simulation is running: try again in some seconds");
  const auto base = simulate_staffing(*staffing, measured->demand, options);
  if (!base) return invalid(base.error(), "/teams");
  json::object out{{"staffing", staffing_json(*staffing)},
                   {"demand", demand_json(*measured)},
                   {"simulation", simulation_json(*base)},
                   {"missed_share", missed_share(measured->demand, *base)},
                   {"variants", json::array()}};
  if (variants) {
    auto all = variants_json(*staffing, measured->demand, options);
    if (!all) return invalid(all.error(), "/teams");
    out["variants"] = std::move(*all);
  }
  return json_response(200, out);
}

schema::Value range(double min, double max) {
  return json::object{{"type", "number"}, {"minimum", min}, {"maximum", max}};
}

schema::Value order_schema() {
  using namespace schema;
  return object(
      {optional("level", described(integer(0, 3), "of the textbook's table; default 1")),
       optional("teams", described(list(object({{"team_ja", text(1, 100)},
                                                {"mode", choice({"day", "always", "shared", "none"})},
                                                optional("seats", integer(0, desks::governance::seats_each_max)),
                                                optional("by_ja", text(1, 100))}),
                                        50),
                                   "a staffing of one's own instead of a level")),
       optional("demand", described(choice({"measured", "catalogue"}), "default measured")),
       optional("measured_days", integer(1, desks::governance::measured_days_max)),
       optional("work", described(list(object({{"id", text(1, 64)},
                                               optional("per_day", range(0, per_day_max)),
                                               optional("minutes", range(0.1, minutes_max)),
                                               optional("variation", range(0, 10)),
                                               optional("within_minutes", range(0, minutes_max))}),
                                       50),
                                  "figures in place of those")),
       optional("days", integer(1, days_max)), optional("runs", integer(2, runs_max)), optional("seed", integer(0)),
       optional("variants", described(boolean(), "one more person and night cover, team by team"))});
}

}  // namespace

RouteSet staffing_routes(ledger::Ledger& ledger, Organisation& organisation, const Texts& texts) {
  RouteSet out;
  out.components["Staffing"] = staffing_schema();
  out.components["Simulation"] = simulation_schema();
  out.components["StaffingDemand"] = demand_schema();
  using namespace schema;
  const auto variant = object({{"team_ja", text(1)},
                               {"team_en", text(1)},
                               {"change", choice({"one_more", "night_cover"})},
                               {"people", integer(1)},
                               {"missed_share_after", number()},
                               {"simulation", ref("Simulation")}});
  out.routes = {
      {.method = Method::get,
       .pattern = "/api/v1/staffing",
       .operation = "getStaffing",
       .tag = "organisation",
       .summary = "The textbook's staffing table, and what arrives by the platform's own records",
       .permission = "governance.read",
       .query = {{"days", integer(1, desks::governance::measured_days_max), "to measure over; default 90"}},
       .answers = {{.schema = object({{"levels", list(ref("Staffing"))}, {"demand", ref("StaffingDemand")}}),
                    .summary = "Table and demand"}},
       .handler = [&ledger, &organisation,
                   &texts](const Request& request) { return show_staffing(ledger, organisation, texts, request); }},
      {.method = Method::post,
       .pattern = "/api/v1/staffing/simulation",
       .operation = "simulateStaffing",
       .tag = "organisation",
       .summary = "What a staffing comes to: waits, missed deadlines, utilisation, the effect of one more person",
       .permission = "governance.read",
       .body = BodySpec{.schema = order_schema()},
       .answers = {{.schema = object({{"staffing", ref("Staffing")},
                                      {"demand", ref("StaffingDemand")},
                                      {"simulation", ref("Simulation")},
                                      {"missed_share", number()},
                                      {"variants", list(variant)}}),
                    .summary = "The outcome"}},
       .handler = [&ledger, &organisation](const Request& request) { return simulate(ledger, organisation, request); }},
  };
  return out;
}

}  // namespace yagura::api
