#include <boost/json.hpp>

#include "api/organisation_routes.hpp"
#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "desks/governance/path.hpp"
#include "desks/governance/skill_overlay.hpp"
#include "desks/governance/skills.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::governance::Organisation;
using desks::governance::PathStage;
using desks::governance::PersonPath;
using desks::governance::PersonSkills;
using desks::governance::RoleExperience;
using desks::governance::SkillGap;
using desks::governance::SkillMatrix;
using desks::governance::StageView;

constexpr size_t overlay_bytes_max = size_t{16} << 20;
constexpr std::string_view personal = "liaison.personal";  // what people can and did is personal

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

json::value stage_json(const PathStage* stage) {
  if (stage == nullptr) return nullptr;
  return json::object{{"id", stage->id}, {"title_ja", stage->title_ja}, {"title_en", stage->title_en}};
}

json::array experience_json(const std::vector<RoleExperience>& experience) {
  json::array out;
  for (const RoleExperience& one : experience)
    out.push_back(json::object{{"role", one.role},
                               {"deeds", one.deeds},
                               {"days", one.days},
                               {"first", format_time(one.first, 0)},
                               {"last", format_time(one.last, 0)}});
  return out;
}

json::object person_json(const PersonPath& person) {
  return {{"record", person.record},
          {"name", person.name},
          {"account", text_or_null(person.account)},
          {"team", text_or_null(person.team)},
          {"claimed", text_or_null(person.claimed)},
          {"shown", stage_json(person.path.shown)},
          {"next", stage_json(person.path.next)},
          {"t_type", person.path.t_type},
          {"i_type", person.path.i_type},
          {"mentor", text_or_null(person.mentor)},
          {"retention",
           {{"last_held", text_or_null(person.retention.last_held)},
            {"next_due", text_or_null(person.retention.next_due)},
            {"overdue", person.retention.overdue}}}};
}

json::array stages_json(const PersonPath& person) {
  json::array out;
  for (const StageView& one : person.path.stages) {
    json::object stage = stage_json(one.stage).as_object();
    stage["state"] = to_text(one.state);
    stage["recognised"] = one.recognised;
    stage["evidence"] = experience_json(one.evidence);
    stage["next_roles"] = json::value_from(one.next_roles);
    out.push_back(std::move(stage));
  }
  return out;
}

json::array gaps_json(const std::vector<SkillGap>& gaps, bool only_open) {
  json::array out;
  for (const SkillGap& one : gaps) {
    if (only_open && !one.open()) continue;
    out.push_back(json::object{{"skill", one.skill->record},
                               {"code", one.skill->code},
                               {"name", one.skill->name},
                               {"framework", one.skill->framework},
                               {"edition", one.skill->edition},
                               {"asked", one.asked},
                               {"best", one.best ? json::value(*one.best) : json::value(nullptr)},
                               {"able", json::value_from(one.able)},
                               {"unstated", json::value_from(one.unstated)},
                               {"open", one.open()}});
  }
  return out;
}

json::array records_of(const std::vector<const PersonSkills*>& people) {
  json::array out;
  for (const PersonSkills* person : people) out.push_back(json::value(person->record));
  return out;
}

/// The levels that one person's roles ask for, against the person's own.
json::array own_gaps(const SkillMatrix& matrix, const std::string& record) {
  json::array out;
  for (const auto& role : matrix.roles) {
    if (std::ranges::find(role.people, record, [](const PersonSkills* one) { return one->record; }) ==
        role.people.end())
      continue;
    for (const SkillGap& gap : role.skills) {
      if (std::ranges::find(gap.able, record) != gap.able.end()) continue;
      const bool unstated = std::ranges::find(gap.unstated, record) != gap.unstated.end();
      out.push_back(json::object{{"role", role.role->id},
                                 {"code", gap.skill->code},
                                 {"name", gap.skill->name},
                                 {"asked", gap.asked},
                                 {"stated", !unstated}});
    }
  }
  return out;
}

Response list_people(ledger::Ledger& ledger, Organisation& organisation) {
  auto people = read_paths(ledger, organisation.book(), organisation.pulse().deeds());
  if (!people) return problem(people.error());
  json::array out;
  for (const PersonPath& person : *people) out.push_back(person_json(person));
  return json_response(
      200, json::object{{"days_asked", desks::governance::experience_days_min}, {"people", std::move(out)}});
}

Response show_person(ledger::Ledger& ledger, Organisation& organisation, const Request& request) {
  auto people = read_paths(ledger, organisation.book(), organisation.pulse().deeds(), request.path_value("id"));
  if (!people) return problem(people.error());
  if (people->empty()) return problem(404, "not_found", "there is no such active person");
  auto board = organisation.pulse().board();
  if (!board) return problem(board.error());
  auto matrix = read_skills(ledger, organisation.book(), *board);
  if (!matrix) return problem(matrix.error());
  const PersonPath& person = people->front();
  json::object out = person_json(person);
  out["days_asked"] = desks::governance::experience_days_min;
  out["stages"] = stages_json(person);
  out["experience"] = experience_json(person.experience);
  out["gaps"] = own_gaps(**matrix, person.record);
  return json_response(200, out);
}

Response show_gaps(ledger::Ledger& ledger, Organisation& organisation, const Request& request) {
  auto board = organisation.pulse().board();
  if (!board) return problem(board.error());
  auto matrix = read_skills(ledger, organisation.book(), *board);
  if (!matrix) return problem(matrix.error());
  const bool only_open = request.param("all") != "true";
  const auto wanted = request.param("role");
  json::array roles;
  for (const auto& one : (*matrix)->roles) {
    if (wanted && one.role->id != *wanted) continue;
    json::array gaps = gaps_json(one.skills, only_open);
    if (only_open && gaps.empty()) continue;
    roles.push_back(json::object{{"role", one.role->id},
                                 {"title_ja", one.role->title_ja},
                                 {"title_en", one.role->title_en},
                                 {"people", records_of(one.people)},
                                 {"skills", std::move(gaps)}});
  }
  json::array teams;
  for (const auto& one : (*matrix)->teams) {
    json::array gaps = gaps_json(one.skills, only_open);
    if (only_open && gaps.empty()) continue;
    teams.push_back(json::object{{"team_ja", one.team.title_ja},
                                 {"team_en", one.team.title_en},
                                 {"people", records_of(one.people)},
                                 {"skills", std::move(gaps)}});
  }
  return json_response(200, json::object{{"skills", (*matrix)->skills.size()},
                                         {"people", (*matrix)->people.size()},
                                         {"roles", std::move(roles)},
                                         {"teams", std::move(teams)}});
}

std::expected<std::string, Response> read_body(BodyReader& stream) {
  std::string out;
  for (;;) {
    auto piece = stream.read();
    if (!piece) return std::unexpected(problem(piece.error()));
    if (piece->empty()) return out;
    if (out.size() + piece->size() > overlay_bytes_max)
      return std::unexpected(problem(413, "limit", "an overlay of skills has at most 16 MiB"));
    out += *piece;
  }
}

Response load_overlay(ledger::Ledger& ledger, Organisation& organisation, const Request& request) {
  auto bytes = read_body(*request.stream);
  if (!bytes) return bytes.error();
  const auto overlay =
      desks::governance::read_overlay(*bytes, organisation.book(), std::string(request.param("framework").value_or("")),
                                      std::string(request.param("edition").value_or("")));
  if (!overlay) {
    std::vector<Fault> faults;
    for (const auto& fault : overlay.error().kept)
      faults.push_back({"row:" + std::to_string(fault.row) + (fault.column.empty() ? "" : "/" + fault.column),
                        fault.reason.code, fault.reason.message});
    return problem(422, "skills", "nothing was loaded: " + std::to_string(overlay.error().count) + " mistakes", faults);
  }
  auto outcome = desks::governance::load_overlay(ledger, actor_of(request.principal), *overlay);
  if (!outcome) return problem(outcome.error());
  return json_response(200, json::object{{"framework", overlay->framework},
                                         {"edition", overlay->edition},
                                         {"skills", overlay->skills.size()},
                                         {"created", outcome->created},
                                         {"changed", outcome->changed},
                                         {"unchanged", outcome->unchanged},
                                         {"replaced", outcome->replaced}});
}

std::vector<schema::Property> person_properties() {
  using namespace schema;
  const auto stage = nullable(object({{"id", text(1)}, {"title_ja", text(1)}, {"title_en", text(1)}}));
  return {{"record", text(1)},
          {"name", text()},
          {"account", nullable(text(1))},
          {"team", nullable(text(1))},
          {"claimed", described(nullable(text(1)), "the stage that the person's record names")},
          {"shown", described(stage, "the last stage up to which work shows every one")},
          {"next", stage},
          {"t_type", boolean()},
          {"i_type", boolean()},
          {"mentor", nullable(text(1))},
          {"retention",
           object({{"last_held", nullable(text(1))}, {"next_due", nullable(text(1))}, {"overdue", boolean()}})}};
}

schema::Value experience_schema() {
  using namespace schema;
  return list(
      object({{"role", text(1)}, {"deeds", integer(1)}, {"days", integer(1)}, {"first", time()}, {"last", time()}}));
}

schema::Value person_schema() {
  using namespace schema;
  auto out = person_properties();
  out.push_back({"days_asked", described(integer(1), "days of work that make an experience")});
  out.push_back({"stages", list(object({{"id", text(1)},
                                        {"title_ja", text(1)},
                                        {"title_en", text(1)},
                                        {"state", choice({"open", "begun", "reached"})},
                                        {"recognised", boolean()},
                                        {"evidence", experience_schema()},
                                        {"next_roles", list(text(1))}}))});
  out.push_back({"experience", experience_schema()});
  out.push_back(
      {"gaps",
       list(object(
           {{"role", text(1)}, {"code", text()}, {"name", text()}, {"asked", integer(1, 4)}, {"stated", boolean()}}))});
  return object(out);
}

schema::Value gaps_schema() {
  using namespace schema;
  const auto gaps = list(object({{"skill", text(1)},
                                 {"code", text()},
                                 {"name", text()},
                                 {"framework", text()},
                                 {"edition", text()},
                                 {"asked", integer(1, 4)},
                                 {"best", nullable(integer(0, 4))},
                                 {"able", list(text(1))},
                                 {"unstated", described(list(text(1)), "people of whom nothing is known")},
                                 {"open", boolean()}}));
  return object(
      {{"skills", integer(0)},
       {"people", integer(0)},
       {"roles", list(object({{"role", text(1)},
                              {"title_ja", text(1)},
                              {"title_en", text(1)},
                              {"people", list(text(1))},
                              {"skills", gaps}}))},
       {"teams",
        list(object({{"team_ja", text(1)}, {"team_en", text(1)}, {"people", list(text(1))}, {"skills", gaps}}))}});
}

Route overlay_route(ledger::Ledger& ledger, Organisation& organisation) {
  using namespace schema;
  Route out;
  out.method = Method::post;
  out.pattern = "/api/v1/skills/overlay";
  out.operation = "loadSkillOverlay";
  out.tag = "organisation";
  out.summary =
      "Load an edition of a framework of skills (CSV or XLSX: code, name, role, level, note): all of it or nothing";
  out.permission = "liaison.write";
  out.query = {{"framework", text(1, 100), "its name: NICE, SecBoK", true}, {"edition", text(1, 50), "2.0.0", true}};
  out.body = BodySpec{.types = {"*"}, .bytes_max = overlay_bytes_max, .stream = true};
  out.answers = {{.schema = object({{"framework", text(1)},
                                    {"edition", text(1)},
                                    {"skills", integer(0)},
                                    {"created", integer(0)},
                                    {"changed", integer(0)},
                                    {"unchanged", integer(0)},
                                    {"replaced", described(integer(0), "of other editions, and gone from this one")}}),
                  .summary = "What was loaded"}};
  out.handler = [&ledger, &organisation](const Request& request) {
    return load_overlay(ledger, organisation, request);
  };
  return out;
}

}  // namespace

RouteSet people_routes(ledger::Ledger& ledger, Organisation& organisation) {
  using namespace schema;
  RouteSet out;
  out.components["PersonPath"] = object(person_properties());
  out.components["PersonPathPage"] = person_schema();
  const auto row = [](std::string pattern, std::string operation, std::string summary, Answer answer, Handler handler) {
    Route route;
    route.method = Method::get;
    route.pattern = std::move(pattern);
    route.operation = std::move(operation);
    route.tag = "organisation";
    route.summary = std::move(summary);
    route.permission = std::string(personal);
    route.answers = {std::move(answer)};
    route.handler = std::move(handler);
    return route;
  };
  out.routes.push_back(row(
      "/api/v1/people", "listPeople", "People on the IT-type path, as their work shows it",
      {.schema = object({{"days_asked", integer(1)}, {"people", list(ref("PersonPath"))}}), .summary = "Active people"},
      [&ledger, &organisation](const Request&) { return list_people(ledger, organisation); }));
  out.routes.push_back(
      row("/api/v1/people/{id}", "getPerson", "One person: stages with their evidence, past work, gaps",
          {.schema = ref("PersonPathPage"), .summary = "The person"},
          [&ledger, &organisation](const Request& request) { return show_person(ledger, organisation, request); }));
  Route gaps = row("/api/v1/skills/gaps", "getSkillGaps", "What roles and teams ask for and nobody of theirs can",
                   {.schema = gaps_schema(), .summary = "Gaps"}, [&ledger, &organisation](const Request& request) {
                     return show_gaps(ledger, organisation, request);
                   });
  gaps.query = {{"role", text(1, 8), "this role alone"}, {"all", boolean(), "skills without a gap too"}};
  out.routes.push_back(std::move(gaps));
  out.routes.push_back(overlay_route(ledger, organisation));
  return out;
}

}  // namespace yagura::api
