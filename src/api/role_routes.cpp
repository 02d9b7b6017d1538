#include <algorithm>
#include <boost/json.hpp>

#include "api/organisation_routes.hpp"
#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "api/role_json.hpp"
#include "api/textbook_json.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::governance::Organisation;
using desks::governance::RolePulse;

json::object rule_json(const Organisation& organisation, const Texts& texts) {
  const auto& rule = organisation.cadences();
  const std::map<std::string, std::string> args{{"periods", std::to_string(rule.periods)},
                                                {"cost", std::to_string(rule.overdue_cost)},
                                                {"cost_max", std::to_string(rule.overdue_cost_max)}};
  return {{"ja", texts.get(Lang::ja, "governance.pulse.rule", args)},
          {"en", texts.get(Lang::en, "governance.pulse.rule", args)}};
}

Response list_roles(ledger::Ledger& ledger, Organisation& organisation, const Texts& texts, const Request& request) {
  auto board = organisation.pulse().board();
  if (!board) return problem(board.error());
  const ledger::Actor actor = actor_of(request.principal);
  const auto function = request.param("function");
  std::vector<const desks::governance::Role*> named;
  if (const auto name = request.param("name")) named = organisation.book().named(*name);
  const auto standing = request.param("standing");
  json::array roles;
  for (const RolePulse& pulse : board->roles) {
    const bool hidden = !may_see_pulse(pulse, ledger.types(), actor);
    if (function && pulse.role->function != *function) continue;
    if (request.param("name") && std::ranges::find(named, pulse.role) == named.end()) continue;
    if (standing && (hidden || to_text(pulse.standing) != *standing)) continue;
    roles.push_back(role_json(pulse, hidden));
  }
  json::array unknown;
  for (const auto& one : board->unknown_roles)
    unknown.push_back(json::object{{"record", one.record}, {"role", one.role}});
  return json_response(200, json::object{{"at", format_time(board->at, 0)},
                                         {"edition", organisation.book().edition},
                                         {"rule", rule_json(organisation, texts)},
                                         {"roles", std::move(roles)},
                                         {"unknown_roles", std::move(unknown)}});
}

Response show_role(ledger::Ledger& ledger, Organisation& organisation, const Texts& texts, const Request& request) {
  auto board = organisation.pulse().board(request.path_value("id"));
  if (!board) return problem(board.error());
  if (board->roles.empty()) return problem(404, "not_found", "the textbook has no such role");
  const RolePulse& pulse = board->roles.front();
  json::object out = role_page_json(pulse, !may_see_pulse(pulse, ledger.types(), actor_of(request.principal)));
  out["rule"] = rule_json(organisation, texts);
  return json_response(200, out);
}

}  // namespace

RouteSet role_routes(ledger::Ledger& ledger, Organisation& organisation, const Texts& texts) {
  RouteSet out;
  const auto rule = schema::object({{"ja", schema::text(1)}, {"en", schema::text(1)}});
  out.components["Role"] = role_schema();
  out.components["Textbook"] = textbook_schema();
  schema::Value page = role_page_schema();
  page.as_object().at("properties").as_object()["rule"] = rule;
  page.as_object().at("required").as_array().push_back("rule");
  out.components["RolePage"] = std::move(page);
  out.routes = {
      {.method = Method::get,
       .pattern = "/api/v1/roles",
       .operation = "listRoles",
       .tag = "organisation",
       .summary = "The textbook's roles: whose they are, and their pulse",
       .permission = "governance.read",
       .query = {{"function", schema::text(1, 1), "A to I"},
                 {"name", schema::text(1, 200), "an id, a title or another title that the textbook prints"},
                 {"standing",
                  schema::choice({"alive", "slowing", "in_name_only", "without_owner", "missing", "not_performed"}),
                  "only roles that stand so"}},
       .answers = {{.schema = schema::object(
                        {{"at", schema::time()},
                         {"edition", schema::text(1)},
                         {"rule", schema::described(rule, "how the score comes about")},
                         {"roles", schema::list(schema::ref("Role"))},
                         {"unknown_roles", schema::described(schema::list(schema::object({{"record", schema::text(1)},
                                                                                          {"role", schema::text()}})),
                                                             "role assignments to what is no role of the textbook")}}),
                    .summary = "Roles"}},
       .handler = [&ledger, &organisation,
                   &texts](const Request& request) { return list_roles(ledger, organisation, texts, request); }},
      {.method = Method::get,
       .pattern = "/api/v1/roles/{id}",
       .operation = "getRole",
       .tag = "organisation",
       .summary = "One role with its evidence: facts, records, what is due",
       .permission = "governance.read",
       .answers = {{.schema = schema::ref("RolePage"), .summary = "The role"}},
       .handler = [&ledger, &organisation,
                   &texts](const Request& request) { return show_role(ledger, organisation, texts, request); }},
      {.method = Method::get,
       .pattern = "/api/v1/textbook",
       .operation = "getTextbook",
       .tag = "organisation",
       .summary = "The textbook's catalogue: functions, roles with both printed areas, links, teams, patterns, cycles",
       .permission = "governance.read",
       .answers = {{.schema = schema::ref("Textbook"), .summary = "The edition in force"}},
       .handler = [&organisation](const Request&) { return json_response(200, textbook_json(organisation.book())); }},
  };
  return out;
}

}  // namespace yagura::api
