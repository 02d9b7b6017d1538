#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "api/textbook_json.hpp"
#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/fault.hpp"
#include "app/say.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;
using desks::governance::Area;
using desks::governance::Role;
using desks::governance::Textbook;

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& one : texts) out += (out.empty() ? "" : ", ") + one;
  return out;
}

/// A word that the catalogue uses for itself, as a person says it.
std::string said(const Words& words, const std::string& word) {
  return words("cli.textbook.word." + word);
}

void print_functions(const Words& words, const Textbook& book) {
  const bool ja = words.lang == Lang::ja;
  std::vector<std::vector<std::string>> rows;
  for (const auto& function : book.functions) {
    std::vector<std::string> phases;
    for (const std::string& phase : function.phases) phases.push_back(said(words, phase));
    rows.push_back({function.id, ja ? function.title_ja : function.title_en,
                    std::to_string(std::ranges::count(book.roles, function.id, &Role::function)), joined(phases)});
  }
  print_table({words("cli.textbook.function"), words("cli.roles.title"), words("cli.textbook.roles"),
               words("cli.textbook.phases")},
              rows);
}

void print_areas(const Words& words, const Textbook& book) {
  const bool ja = words.lang == Lang::ja;
  std::vector<const Area*> areas;
  for (const Area& area : book.areas) areas.push_back(&area);
  std::ranges::sort(areas, {}, &Area::dependence);
  std::vector<std::vector<std::string>> rows;
  for (const Area* area : areas)
    rows.push_back({area->id, ja ? area->title_ja : area->title_en,
                    std::to_string(std::ranges::count(book.roles, area->id, &Role::area)),
                    said(words, area->information), said(words, area->specialist_skill)});
  print_table({words("cli.roles.area"), words("cli.roles.title"), words("cli.textbook.roles"),
               words("cli.textbook.information"), words("cli.textbook.skill")},
              rows);
}

/// Roles whose area the two sources print differently, with the one in force and why.
void print_disagreements(const Words& words, const Textbook& book) {
  const bool ja = words.lang == Lang::ja;
  std::vector<std::vector<std::string>> rows;
  for (const Role& role : book.roles)
    if (role.area_table2 != role.area_figure7)
      rows.push_back({role.id, role.area_table2, role.area_figure7.value_or("-"), role.area,
                      ja ? role.area_reason_ja : role.area_reason_en});
  print_table({words("cli.roles.role"), words("cli.textbook.table2"), words("cli.textbook.figure7"),
               words("cli.textbook.chosen"), words("cli.textbook.reason")},
              rows);
}

void print_roles(const Words& words, const std::vector<const Role*>& roles) {
  const bool ja = words.lang == Lang::ja;
  std::vector<std::vector<std::string>> rows;
  for (const Role* role : roles) {
    std::vector<std::string> links;
    for (const auto& link : role->links) links.push_back(link.kind + " " + link.to);
    std::vector<std::string> teams;
    for (const auto& team : role->teams) teams.push_back(ja ? team.title_ja : team.title_en);
    rows.push_back({role->id, ja ? role->title_ja : role->title_en, joined(role->aliases_ja), role->area, joined(teams),
                    joined(links)});
  }
  print_table({words("cli.roles.role"), words("cli.roles.title"), words("cli.textbook.aliases"),
               words("cli.roles.area"), words("cli.roles.teams"), words("cli.textbook.links")},
              rows);
}

}  // namespace

Exit run_textbook(const CommonOptions& common, const std::string& find) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  auto book = Textbook::load(*catalog / "textbook/isog-j-1.0.yaml");
  if (!book) return say(book.error());
  if (!find.empty()) {
    const auto found = book->named(find);
    if (found.empty()) return say(fault(ErrorKind::not_found, "no_role", {{"name", find}}));
    std::vector<Role> kept;
    for (const Role* role : found) kept.push_back(*role);
    if (!common.json) print_roles(*words, found);
    book->roles = std::move(kept);
    if (common.json) fmt::print("{}\n", json::serialize(api::textbook_json(*book).at("roles")));
    return Exit::done;
  }
  const json::object all = api::textbook_json(*book);
  if (common.json) {
    fmt::print("{}\n", json::serialize(all));
    return Exit::done;
  }
  const auto count = [&](const char* key) { return std::to_string(all.at("counts").at(key).to_number<int64_t>()); };
  fmt::print("{} ({})\n{}\n\n", book->source, book->edition,
             (*words)("cli.textbook.counts", {{"functions", count("functions")},
                                              {"roles", count("roles")},
                                              {"links", count("links")},
                                              {"teams", count("teams")},
                                              {"placements", count("placements")}}));
  print_functions(*words, *book);
  fmt::print("\n{}\n", (*words)("cli.textbook.dependence"));
  print_areas(*words, *book);
  fmt::print("\n{}\n", (*words)("cli.textbook.disagree"));
  print_disagreements(*words, *book);
  return Exit::done;
}

}  // namespace yagura::app
