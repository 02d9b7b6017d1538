#include <boost/json.hpp>
#include <charconv>
#include <functional>

#include "api/organisation_routes.hpp"
#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "api/role_json.hpp"
#include "desks/governance/sourcing.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::governance::AreaCover;
using desks::governance::DoneBy;
using desks::governance::Organisation;
using desks::governance::Role;
using desks::governance::RolePulse;
using desks::governance::SourcedRole;
using desks::governance::SourcingMove;
using desks::governance::SourcingPattern;
using desks::governance::SourcingView;
using desks::governance::SourcingWarning;

using PulseVisible = std::function<bool(const std::string& role)>;

const std::vector<std::string> done_by_names{"own", "shared", "specialist", "none", "undecided"};

json::object both(const Texts& texts, const std::string& key) {
  return {{"ja", texts.get(Lang::ja, key)}, {"en", texts.get(Lang::en, key)}};
}

json::object titles(const Role& role) {
  return {{"id", role.id}, {"title_ja", role.title_ja}, {"title_en", role.title_en}, {"area", role.area}};
}

json::value pattern_json(const SourcingPattern* pattern) {
  if (pattern == nullptr) return nullptr;
  return json::object{{"id", pattern->id},
                      {"title_ja", pattern->title_ja},
                      {"title_en", pattern->title_en},
                      {"own", json::value_from(pattern->own)}};
}

json::array roles_json(const SourcingView& view) {
  json::array out;
  for (const SourcedRole& one : view.roles) {
    json::object role = titles(*one.role);
    json::array teams;
    for (const auto& team : one.role->teams)
      teams.push_back(json::object{{"ja", team.title_ja}, {"en", team.title_en}, {"area", team.area}});
    role["teams"] = std::move(teams);
    role["done_by"] = to_text(one.done_by);
    role["aimed"] = to_text(one.aimed);
    role["own_led"] = one.own_led;
    role["records"] = json::value_from(one.records);
    out.push_back(std::move(role));
  }
  return out;
}

json::array areas_json(const SourcingView& view) {
  json::array out;
  for (const AreaCover& cover : view.areas) {
    json::object by;
    for (const DoneBy one : {DoneBy::own, DoneBy::shared, DoneBy::specialist, DoneBy::none, DoneBy::undecided}) {
      const auto found = cover.by.find(one);
      by[to_text(one)] = found == cover.by.end() ? 0 : found->second;
    }
    out.push_back(json::object{{"id", cover.area->id},
                               {"title_ja", cover.area->title_ja},
                               {"title_en", cover.area->title_en},
                               {"dependence", cover.area->dependence},
                               {"roles", cover.roles},
                               {"by", std::move(by)},
                               {"own", cover.own}});
  }
  return out;
}

json::array warnings_json(const SourcingView& view, const PulseVisible& visible, const Texts& texts) {
  json::array out;
  for (const SourcingWarning& one : view.warnings) {
    // Whether somebody performs a role is its pulse.
    if (one.kind == SourcingWarning::Kind::insourced_without_deeds && !visible(one.role->id)) continue;
    json::object warning = titles(*one.role);
    warning["kind"] = to_text(one.kind);
    warning["text"] = both(texts, "governance.sourcing.warning." + std::string(to_text(one.kind)));
    warning["records"] = json::value_from(one.records);
    out.push_back(std::move(warning));
  }
  return out;
}

Response show_sourcing(ledger::Ledger& ledger, Organisation& organisation, const Texts& texts, const Request& request) {
  auto board = organisation.pulse().board();
  if (!board) return problem(board.error());
  std::optional<int> target;
  if (const auto text = request.param("target")) {
    int id = 0;
    std::from_chars(text->data(), text->data() + text->size(), id);
    target = id;
  }
  const SourcingView view = view_sourcing(organisation.book(), *board, target);
  const ledger::Actor actor = actor_of(request.principal);
  const PulseVisible visible = [&](const std::string& role) {
    const auto found =
        std::ranges::find_if(board->roles, [&](const RolePulse& pulse) { return pulse.role->id == role; });
    return found != board->roles.end() && may_see_pulse(*found, ledger.types(), actor);
  };
  json::array moves;
  for (const SourcingMove& one : view.moves) {
    json::object move = titles(*one.role);
    move["from"] = to_text(one.from);
    move["to"] = to_text(one.to);
    moves.push_back(std::move(move));
  }
  json::array patterns;
  for (const SourcingPattern& pattern : organisation.book().patterns) patterns.push_back(pattern_json(&pattern));
  return json_response(200, json::object{{"areas", areas_json(view)},
                                         {"patterns", std::move(patterns)},
                                         {"pattern", pattern_json(view.pattern)},
                                         {"exact", view.exact},
                                         {"rule", both(texts, "governance.sourcing.rule")},
                                         {"note", both(texts, "governance.sourcing.note")},
                                         {"undecided", view.undecided},
                                         {"target", pattern_json(view.target)},
                                         {"moves", std::move(moves)},
                                         {"warnings", warnings_json(view, visible, texts)},
                                         {"roles", roles_json(view)}});
}

schema::Value sourcing_schema() {
  using namespace schema;
  const auto texts = object({{"ja", text(1)}, {"en", text(1)}});
  const auto done_by = choice(done_by_names);
  const auto pattern =
      object({{"id", integer(1)}, {"title_ja", text(1)}, {"title_en", text(1)}, {"own", list(text(1))}});
  const auto role = [](std::vector<Property> more) {
    std::vector<Property> out{{"id", text(1)}, {"title_ja", text(1)}, {"title_en", text(1)}, {"area", text(1)}};
    std::ranges::move(more, std::back_inserter(out));
    return object(out);
  };
  return object({{"areas", list(object({{"id", text(1)},
                                        {"title_ja", text(1)},
                                        {"title_en", text(1)},
                                        {"dependence", described(integer(1, 4), "on specialists: I, II, IV, III")},
                                        {"roles", integer(0)},
                                        {"by", map(integer(0))},
                                        {"own", described(boolean(), "covered by the own organisation")}}))},
                 {"patterns", list(pattern)},
                 {"pattern", described(nullable(pattern), "the one that it is in, or comes nearest to")},
                 {"exact", boolean()},
                 {"rule", texts},
                 {"note", texts},
                 {"undecided", integer(0)},
                 {"target", nullable(pattern)},
                 {"moves", list(role({{"from", done_by}, {"to", done_by}}))},
                 {"warnings", list(role({{"kind", text(1)}, {"text", texts}, {"records", list(text(1))}}))},
                 {"roles", list(role({{"teams", list(object({{"ja", text(1)}, {"en", text(1)}, {"area", text(1)}}))},
                                      {"done_by", done_by},
                                      {"aimed", done_by},
                                      {"own_led", boolean()},
                                      {"records", list(text(1))}}))}});
}

}  // namespace

RouteSet sourcing_routes(ledger::Ledger& ledger, Organisation& organisation, const Texts& texts) {
  RouteSet out;
  out.routes = {
      {.method = Method::get,
       .pattern = "/api/v1/sourcing",
       .operation = "getSourcing",
       .tag = "organisation",
       .summary = "Who does each role, on the four areas and against the four patterns",
       .permission = "governance.read",
       .query = {{"target", schema::integer(1, 4), "a pattern to compare with; else what assignments aim at"}},
       .answers = {{.schema = sourcing_schema(), .summary = "The sourcing"}},
       .handler = [&ledger, &organisation,
                   &texts](const Request& request) { return show_sourcing(ledger, organisation, texts, request); }},
  };
  return out;
}

}  // namespace yagura::api
