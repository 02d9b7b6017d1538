#include <boost/json.hpp>

#include "api/organisation_routes.hpp"
#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "desks/governance/resources.hpp"
#include "desks/governance/roster_records.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::governance::Organisation;
using desks::governance::ResourceRow;
using desks::governance::Resources;
using desks::governance::RosterFinding;
using desks::governance::Span;

constexpr int64_t day_ns = int64_t{86'400} * ns_per_second;
constexpr int64_t days_default = 28;
constexpr std::string_view calendar_type = "text/calendar; charset=utf-8";

/// The period that a request asks for, from now on when it names none; a problem when it is none or too long.
std::expected<Span, Response> period_of(ledger::Ledger& ledger, const Request& request) {
  Span out;
  out.from = parse_time(request.param("from").value_or("")).value_or(ledger.now());
  out.until = parse_time(request.param("until").value_or("")).value_or(Timestamp{out.from.ns + days_default * day_ns});
  if (out.until <= out.from)
    return std::unexpected(problem(422, "query", "the period ends before it begins",
                                   {{"query:until", "query.period", "must be after \"from\""}}));
  if (out.until.ns - out.from.ns > desks::governance::roster_days_max * day_ns)
    return std::unexpected(
        problem(422, "query", "the period is too long",
                {{"query:until", "query.period",
                  "at most " + std::to_string(desks::governance::roster_days_max) + " days after \"from\""}}));
  return out;
}

json::object both(const Texts& texts, const std::string& key) {
  return {{"ja", texts.get(Lang::ja, key)}, {"en", texts.get(Lang::en, key)}};
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

/// What is asked for and who is planned, for whoever draws it.
void add_plan(const desks::governance::RosterPlan& plan, json::object& out) {
  json::array demand;
  for (const auto& one : plan.demand) {
    json::array spans;
    for (const Span& span : one.spans)
      spans.push_back(json::object{{"from", format_time(span.from, 0)}, {"until", format_time(span.until, 0)}});
    demand.push_back(json::object{{"roster", one.roster},
                                  {"team", one.team},
                                  {"seats", one.seats},
                                  {"handover", one.handover},
                                  {"spans", std::move(spans)}});
  }
  out["demand"] = std::move(demand);
  json::array shifts;
  for (const auto& one : plan.shifts)
    shifts.push_back(json::object{{"record", one.record},
                                  {"team", one.team},
                                  {"seat", text_or_null(one.seat)},
                                  {"from", format_time(one.span.from, 0)},
                                  {"until", format_time(one.span.until, 0)},
                                  {"person", text_or_null(one.person)},
                                  {"substitute", text_or_null(one.substitute)},
                                  {"on_call", one.on_call}});
  out["planned"] = std::move(shifts);
  json::array absences;
  for (const auto& one : plan.absences)
    absences.push_back(json::object{{"record", one.record},
                                    {"person", one.person},
                                    {"from", format_time(one.span.from, 0)},
                                    {"until", format_time(one.span.until, 0)}});
  out["absences"] = std::move(absences);
}

Response check_roster(ledger::Ledger& ledger, const Texts& texts, const Request& request) {
  const auto period = period_of(ledger, request);
  if (!period) return period.error();
  const std::string team(request.param("team").value_or(""));
  auto look = desks::governance::read_roster(ledger, team, *period);
  if (!look) return problem(look.error());
  json::array findings;
  for (const RosterFinding& one : desks::governance::check_roster(look->plan, *period, ledger.now())) {
    const std::string kind(to_text(one.kind));
    findings.push_back(json::object{{"kind", kind},
                                    {"text", both(texts, "governance.roster." + kind)},
                                    {"team", one.team},
                                    {"person", one.person.empty() ? json::value(nullptr) : json::value(one.person)},
                                    {"from", format_time(one.span.from, 0)},
                                    {"until", format_time(one.span.until, 0)},
                                    {"missing", one.missing},
                                    {"records", json::value_from(one.records)}});
  }
  json::array faults;
  for (const auto& fault : look->faults)
    faults.push_back(json::object{{"record", fault.record},
                                  {"what", fault.what},
                                  {"text", both(texts, "governance.roster.fault." + fault.what)}});
  json::object out{{"from", format_time(period->from, 0)}, {"until", format_time(period->until, 0)},
                   {"rosters", look->plan.demand.size()},  {"shifts", look->plan.shifts.size()},
                   {"findings", std::move(findings)},      {"faults", std::move(faults)}};
  if (request.param("detail") == "true") add_plan(look->plan, out);
  return json_response(200, out);
}

Response show_calendar(ledger::Ledger& ledger, const Texts& texts, const Request& request) {
  const auto period = period_of(ledger, request);
  if (!period) return period.error();
  std::string person(request.param("person").value_or(""));
  if (person == "me") person = request.principal.id;
  const std::string team(request.param("team").value_or(""));
  const Lang lang = parse_lang(request.param("lang").value_or("")).value_or(Lang::ja);
  const desks::governance::CalendarWords words{texts.get(lang, "governance.roster.on_call"),
                                               texts.get(lang, "governance.roster.unassigned")};
  auto events =
      desks::governance::roster_calendar(ledger, team, desks::governance::account_name(person), *period, words);
  if (!events) return problem(events.error());
  std::string name = texts.get(lang, "governance.roster.calendar");
  if (!team.empty()) name += " " + team;
  Response out;
  out.type = calendar_type;
  out.body = desks::governance::write_calendar(name, *events);
  out.headers.emplace_back("Content-Disposition", "attachment; filename=\"yagura-roster.ics\"");
  return out;
}

json::object row_json(const ResourceRow& row) {
  return {{"id", row.id},
          {"title_ja", row.title_ja},
          {"title_en", row.title_en},
          {"owner", row.owner.empty() ? json::value(nullptr) : json::value(row.owner)},
          {"people", json::value_from(row.people)},
          {"people_planned", row.planned.people},
          {"people_actual", row.planned.people_actual},
          {"budget", row.planned.budget},
          {"spent", row.planned.spent},
          {"systems", json::value_from(row.planned.systems)}};
}

Response show_resources(ledger::Ledger& ledger, Organisation& organisation, const Texts& texts) {
  auto board = organisation.pulse().board();
  if (!board) return problem(board.error());
  auto resources = desks::governance::read_resources(ledger, organisation.book(), *board);
  if (!resources) return problem(resources.error());
  json::array functions;
  for (const ResourceRow& row : resources->functions) functions.push_back(row_json(row));
  json::array roles;
  for (const ResourceRow& row : resources->roles) roles.push_back(row_json(row));
  json::array people;
  for (const auto& [person, held] : resources->roles_of)
    people.push_back(json::object{{"person", person}, {"roles", json::value_from(held)}});
  json::array warnings;
  for (const auto& one : resources->warnings) {
    const std::string kind(to_text(one.kind));
    warnings.push_back(json::object{{"kind", kind},
                                    {"text", both(texts, "governance.resources." + kind)},
                                    {"what", one.what},
                                    {"records", json::value_from(one.records)}});
  }
  return json_response(200, json::object{{"at", format_time(board->at, 0)},
                                         {"plans", json::value_from(resources->plans)},
                                         {"functions", std::move(functions)},
                                         {"roles", std::move(roles)},
                                         {"people", std::move(people)},
                                         {"warnings", std::move(warnings)}});
}

schema::Value texts_schema() {
  return schema::object({{"ja", schema::text(1)}, {"en", schema::text(1)}});
}

schema::Value roster_schema() {
  using namespace schema;
  const auto span = object({{"from", time()}, {"until", time()}});
  const auto person = nullable(text(1));
  return object({{"from", time()},
                 {"until", time()},
                 optional("demand", described(list(object({{"roster", text(1)},
                                                           {"team", text()},
                                                           {"seats", integer(1)},
                                                           {"handover", boolean()},
                                                           {"spans", list(span)}})),
                                              "with detail=true, as planned and absences")),
                 optional("planned", list(object({{"record", text(1)},
                                                  {"team", text()},
                                                  {"seat", nullable(text(1))},
                                                  {"from", time()},
                                                  {"until", time()},
                                                  {"person", person},
                                                  {"substitute", person},
                                                  {"on_call", boolean()}}))),
                 optional("absences",
                          list(object({{"record", text(1)}, {"person", text()}, {"from", time()}, {"until", time()}}))),
                 {"rosters", integer(0)},
                 {"shifts", integer(0)},
                 {"findings", list(object({{"kind", choice({"gap", "nobody", "absent", "twice", "backwards",
                                                            "handover_missing", "handover_unconfirmed"})},
                                           {"text", texts_schema()},
                                           {"team", text()},
                                           {"person", nullable(text(1))},
                                           {"from", time()},
                                           {"until", time()},
                                           {"missing", described(integer(0), "empty seats, of a gap")},
                                           {"records", list(text(1))}}))},
                 {"faults", list(object({{"record", text(1)},
                                         {"what", choice({"zone", "hours", "holiday"})},
                                         {"text", texts_schema()}}))}});
}

schema::Value resources_schema() {
  using namespace schema;
  const auto row = object({{"id", text(1)},
                           {"title_ja", text(1)},
                           {"title_en", text(1)},
                           {"owner", nullable(text(1))},
                           {"people", list(text(1))},
                           {"people_planned", number()},
                           {"people_actual", number()},
                           {"budget", integer(0)},
                           {"spent", integer(0)},
                           {"systems", list(text(1))}});
  return object({{"at", time()},
                 {"plans", list(text(1))},
                 {"functions", list(row)},
                 {"roles", list(row)},
                 {"people", list(object({{"person", text(1)}, {"roles", list(text(1))}}))},
                 {"warnings", list(object({{"kind", choice({"no_plan", "unknown_line", "without_owner", "nobody",
                                                            "over_budget", "too_many_roles"})},
                                           {"text", texts_schema()},
                                           {"what", text()},
                                           {"records", list(text(1))}}))}});
}

}  // namespace

RouteSet roster_routes(ledger::Ledger& ledger, Organisation& organisation, const Texts& texts) {
  RouteSet out;
  const std::vector<Parameter> period{{"from", schema::time(), "default: now"},
                                      {"until", schema::time(), "default: 28 days later; at most 400"},
                                      {"team", schema::text(1, 100), "of this team alone"}};
  std::vector<Parameter> look = period;
  look.push_back({"detail", schema::boolean(), "what is asked for, planned shifts and absences too"});
  std::vector<Parameter> calendar = period;
  calendar.push_back({"person", schema::text(1, 100), "of this account alone; \"me\" is who asks"});
  calendar.push_back({"lang", schema::choice({"ja", "en"}), "of what the calendar says; default ja"});
  out.routes = {
      {.method = Method::get,
       .pattern = "/api/v1/roster",
       .operation = "checkRoster",
       .tag = "organisation",
       .summary = "Empty seats, shifts without anybody, people who are twice at once, missing handovers",
       .permission = "governance.read",
       .query = look,
       .answers = {{.schema = roster_schema(), .summary = "What is wrong in the period"}},
       .handler = [&ledger, &texts](const Request& request) { return check_roster(ledger, texts, request); }},
      {.method = Method::get,
       .pattern = "/api/v1/roster/calendar",
       .operation = "getRosterCalendar",
       .tag = "organisation",
       .summary = "Shifts and holidays as iCalendar (RFC 5545)",
       .permission = "governance.read",
       .query = calendar,
       .answers = {{.type = std::string(calendar_type), .schema = schema::text(), .summary = "The calendar"}},
       .handler = [&ledger, &texts](const Request& request) { return show_calendar(ledger, texts, request); }},
      {.method = Method::get,
       .pattern = "/api/v1/resources",
       .operation = "getResources",
       .tag = "organisation",
       .summary = "People, budget and systems against roles",
       .permission = "governance.read",
       .answers = {{.schema = resources_schema(), .summary = "The resources"}},
       .handler = [&ledger, &organisation,
                   &texts](const Request&) { return show_resources(ledger, organisation, texts); }},
  };
  return out;
}

}  // namespace yagura::api
