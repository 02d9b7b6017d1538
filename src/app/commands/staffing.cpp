#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/say.hpp"
#include "desks/governance/staffing_table.hpp"

namespace yagura::app {
namespace json = boost::json;

Exit run_staffing(const CommonOptions& common, const StaffingOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto levels = desks::governance::load_staffing(*catalog / "textbook/staffing-isog-j-1.0.yaml");
  if (!levels) return say(levels.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  const bool ja = words->lang == Lang::ja;
  json::array all;
  std::vector<std::vector<std::string>> rows;
  for (const auto& [number, level] : *levels) {
    if (options.level >= 0 && number != options.level) continue;
    json::array teams;
    for (const auto& team : level.teams) {
      json::object one{{"team_ja", team.title_ja},
                       {"team_en", team.title_en},
                       {"mode", team.mode},
                       {"seats", team.seats},
                       {"headcount", team.headcount}};
      if (!team.by.empty()) one["by_ja"] = team.by;
      teams.push_back(std::move(one));
      rows.push_back({std::to_string(number), ja ? team.title_ja : team.title_en,
                      (*words)("cli.staffing.mode." + team.mode), std::to_string(team.headcount)});
    }
    rows.push_back({std::to_string(number), (*words)("cli.staffing.total"), "", std::to_string(level.total)});
    all.push_back(json::object{{"level", number}, {"total", level.total}, {"teams", std::move(teams)}});
  }
  if (common.json)
    fmt::print("{}\n", json::serialize(options.level >= 0 && !all.empty() ? all.front() : json::value(std::move(all))));
  else
    print_table({(*words)("cli.staffing.level"), (*words)("cli.staffing.team"), (*words)("cli.staffing.mode"),
                 (*words)("cli.staffing.people")},
                rows);
  return Exit::done;
}

}  // namespace yagura::app
