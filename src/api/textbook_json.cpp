#include "api/textbook_json.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::governance::Area;
using desks::governance::Role;
using desks::governance::Textbook;

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

/// Whatever has an id and two titles.
json::object head_json(const auto& one) {
  return {{"id", one.id}, {"title_ja", one.title_ja}, {"title_en", one.title_en}};
}

json::object counts_json(const Textbook& book) {
  size_t links = 0;
  size_t placements = 0;
  for (const Role& role : book.roles) {
    links += role.links.size();
    placements += role.teams.size();
  }
  return {{"functions", book.functions.size()}, {"roles", book.roles.size()},  {"links", links},
          {"teams", book.teams.size()},         {"placements", placements},    {"areas", book.areas.size()},
          {"patterns", book.patterns.size()},   {"cycles", book.cycles.size()}};
}

json::array functions_json(const Textbook& book) {
  json::array out;
  for (const auto& function : book.functions) {
    json::object one = head_json(function);
    one["aliases_ja"] = json::value_from(function.aliases_ja);
    one["phases"] = json::value_from(function.phases);
    json::array roles;
    for (const Role& role : book.roles)
      if (role.function == function.id) roles.push_back(json::value(role.id));
    one["roles"] = std::move(roles);
    out.push_back(std::move(one));
  }
  return out;
}

json::array areas_json(const Textbook& book) {
  std::vector<const Area*> areas;
  for (const Area& area : book.areas) areas.push_back(&area);
  std::ranges::sort(areas, {}, &Area::dependence);
  json::array out;
  for (const Area* area : areas) {
    json::object one = head_json(*area);
    one["information"] = area->information;
    one["specialist_skill"] = area->specialist_skill;
    one["dependence"] = area->dependence;
    out.push_back(std::move(one));
  }
  return out;
}

json::array patterns_json(const Textbook& book) {
  json::array out;
  for (const auto& pattern : book.patterns) {
    json::object one = head_json(pattern);
    one["own"] = json::value_from(pattern.own);
    json::array outside;
    for (const Area& area : book.areas)
      if (std::ranges::find(pattern.own, area.id) == pattern.own.end()) outside.push_back(json::value(area.id));
    one["outside"] = std::move(outside);
    out.push_back(std::move(one));
  }
  return out;
}

json::array teams_json(const Textbook& book) {
  json::array out;
  for (const auto& team : book.teams) {
    json::array roles;
    for (const Role& role : book.roles)
      for (const auto& placed : role.teams)
        if (placed.title_ja == team.title_ja) roles.push_back(json::object{{"role", role.id}, {"area", placed.area}});
    out.push_back(json::object{{"title_ja", team.title_ja}, {"title_en", team.title_en}, {"roles", std::move(roles)}});
  }
  return out;
}

json::object role_json(const Role& role) {
  json::object out = head_json(role);
  out["aliases_ja"] = json::value_from(role.aliases_ja);
  out["function"] = role.function;
  out["area"] = role.area;
  out["area_table2"] = role.area_table2;
  out["area_figure7"] = text_or_null(role.area_figure7.value_or(""));
  out["area_reason"] = json::object{{"ja", role.area_reason_ja}, {"en", role.area_reason_en}};
  out["phases"] = json::value_from(role.phases);
  out["phases_explicit"] = role.phases_explicit;
  json::array teams;
  for (const auto& team : role.teams)
    teams.push_back(json::object{{"title_ja", team.title_ja}, {"title_en", team.title_en}, {"area", team.area}});
  out["teams"] = std::move(teams);
  json::array links;
  for (const auto& link : role.links)
    links.push_back(json::object{{"to", link.to}, {"kind", link.kind}, {"explicit", link.explicit_in_text}});
  out["links"] = std::move(links);
  return out;
}

void add_people(const Textbook& book, json::object& out) {
  json::array path;
  for (const auto& stage : book.path) {
    json::object one = head_json(stage);
    one["functions"] = json::value_from(stage.functions);
    path.push_back(std::move(one));
  }
  out["path"] = std::move(path);
  json::array first;
  for (const auto& one : book.first_roles)
    first.push_back(json::object{
        {"background", one.background}, {"title_ja", one.title_ja}, {"title_en", one.title_en}, {"role", one.role}});
  out["first_roles"] = std::move(first);
}

std::vector<schema::Property> head_schema(schema::Value id) {
  return {{"id", std::move(id)}, {"title_ja", schema::text(1)}, {"title_en", schema::text(1)}};
}

/// A list of things that have an id, two titles and `more`.
schema::Value heads(std::vector<schema::Property> more, schema::Value id = schema::text(1)) {
  auto all = head_schema(std::move(id));
  std::ranges::move(more, std::back_inserter(all));
  return schema::list(schema::object(all));
}

schema::Value roles_schema() {
  using namespace schema;
  const auto team = object({{"title_ja", text(1)}, {"title_en", text(1)}, {"area", text(1, 8)}});
  const auto link = object({{"to", text(1)}, {"kind", text(1)}, {"explicit", boolean()}});
  return heads({{"aliases_ja", described(list(text(1)), "as other tables and figures print the title")},
                {"function", text(1, 1)},
                {"area", text(1, 8)},
                {"area_table2", text(1, 8)},
                {"area_figure7", described(nullable(text(1, 8)), "null where the figure omits the role")},
                {"area_reason", described(object({{"ja", text()}, {"en", text()}}), "where the two disagree")},
                {"phases", list(text(1))},
                {"phases_explicit", boolean()},
                {"teams", list(team)},
                {"links", list(link)}});
}

}  // namespace

json::object textbook_json(const Textbook& book) {
  json::object out{{"edition", book.edition},
                   {"source", book.source},
                   {"counts", counts_json(book)},
                   {"functions", functions_json(book)}};
  json::array phases;
  for (const auto& phase : book.phases) phases.push_back(head_json(phase));
  out["phases"] = std::move(phases);
  json::array cycles;
  for (const auto& cycle : book.cycles) {
    json::object one = head_json(cycle);
    one["new_resources"] = cycle.new_resources;
    one["decided_in"] = text_or_null(cycle.decided_in);
    one["built_in"] = text_or_null(cycle.built_in);
    cycles.push_back(std::move(one));
  }
  out["cycles"] = std::move(cycles);
  json::array indicators;
  for (const auto& indicator : book.indicators) {
    json::object one = head_json(indicator);
    one["low"] = indicator.low;
    one["high"] = indicator.high;
    indicators.push_back(std::move(one));
  }
  out["indicators"] = std::move(indicators);
  out["areas"] = areas_json(book);
  out["patterns"] = patterns_json(book);
  out["teams"] = teams_json(book);
  json::array roles;
  for (const Role& role : book.roles) roles.push_back(role_json(role));
  out["roles"] = std::move(roles);
  add_people(book, out);
  return out;
}

schema::Value textbook_schema() {
  using namespace schema;
  std::vector<Property> counts;
  for (const char* name : {"functions", "roles", "links", "teams", "placements", "areas", "patterns", "cycles"})
    counts.push_back({name, integer(0)});
  const auto words = list(text(1));
  return object(
      {{"edition", text(1)},
       {"source", text(1)},
       {"counts", object(counts)},
       {"functions", heads({{"aliases_ja", words}, {"phases", words}, {"roles", words}})},
       {"phases", heads({})},
       {"cycles",
        heads({{"new_resources", boolean()}, {"decided_in", nullable(text(1))}, {"built_in", nullable(text(1))}})},
       {"indicators", heads({{"low", text(1)}, {"high", text(1)}})},
       {"areas", described(heads({{"information", choice({"inside", "outside"})},
                                  {"specialist_skill", choice({"low", "high"})},
                                  {"dependence", integer(1, 4)}}),
                           "in the order in which they depend on specialists")},
       {"patterns", heads({{"own", words}, {"outside", words}}, integer(1, 4))},
       {"teams", list(object({{"title_ja", text(1)},
                              {"title_en", text(1)},
                              {"roles", list(object({{"role", text(1)}, {"area", text(1, 8)}}))}}))},
       {"roles", roles_schema()},
       {"path", heads({{"functions", words}})},
       {"first_roles",
        list(object({{"background", text(1)}, {"title_ja", text(1)}, {"title_en", text(1)}, {"role", text(1)}}))}});
}

}  // namespace yagura::api
