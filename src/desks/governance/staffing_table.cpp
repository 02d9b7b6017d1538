#include "desks/governance/staffing_table.hpp"

#include <algorithm>

#include "desks/governance/catalogue_reader.hpp"

namespace yagura::desks::governance {
namespace {

constexpr int seats_max = 1000;

StaffedTeam read_team(const CatalogueReader& in, const YAML::Node& node) {
  StaffedTeam team{in.text(node, "title_ja"), in.text(node, "title_en"), in.text(node, "mode"), 0, {}, 0, 0};
  if (team.mode != "day" && team.mode != "always" && team.mode != "shared" && team.mode != "none")
    in.wrong(node, "staffing.mode", "'" + team.mode + "' is no mode: day, always, shared or none");
  if (node["seats"]) team.seats = in.number(node, "seats");
  if (team.seats > seats_max) in.wrong(node, "staffing.seats", "a team has at most 1000 seats");
  if (node["by"]) team.by = in.text(node, "by");
  return team;
}

int people_of(const StaffedTeam& team, int per_always_seat) {
  if (team.mode == "always") return team.seats * per_always_seat;
  return team.mode == "day" ? team.seats : 0;
}

}  // namespace

Diagnosed<std::map<int, StaffingLevel>> load_staffing(const std::filesystem::path& file) {
  const CatalogueReader in(file);
  try {
    std::map<int, StaffingLevel> levels;
    const YAML::Node root = in.open();
    for (const auto& entry : in.child(root, "levels")) {
      StaffingLevel level;
      level.total = in.number(entry.second, "total");
      int sum = 0;
      for (const YAML::Node& node : in.child(entry.second, "teams")) {
        StaffedTeam team = read_team(in, node);
        team.headcount = in.number(node, "headcount");
        sum += team.headcount;
        level.teams.push_back(std::move(team));
      }
      if (sum != level.total) in.wrong(entry.first, "textbook.total", "the total is not the sum of its teams");
      int key = 0;
      if (!YAML::convert<int>::decode(entry.first, key)) in.wrong(entry.first, "textbook.type", "a level is a number");
      levels.emplace(key, std::move(level));
    }
    return levels;
  } catch (const CatalogueFault& fault) {
    return std::unexpected(fault.diagnostic);
  }
}

Diagnosed<StaffingLevel> load_own_staffing(const std::filesystem::path& file) {
  const CatalogueReader in(file);
  try {
    const YAML::Node root = in.open();
    const int per_seat = root["people_per_always_seat"] ? in.number(root, "people_per_always_seat") : 6;
    StaffingLevel out;
    for (const YAML::Node& node : in.child(root, "teams")) {
      StaffedTeam team = read_team(in, node);
      if (std::ranges::find(out.teams, team.title_ja, &StaffedTeam::title_ja) != out.teams.end())
        in.wrong(node, "staffing.twice", "the team " + team.title_ja + " is given twice");
      team.headcount = people_of(team, per_seat);
      if (node["headcount"] && in.number(node, "headcount") != team.headcount)
        in.wrong(node, "staffing.headcount", "these seats take " + std::to_string(team.headcount) + " people");
      out.total += team.headcount;
      out.teams.push_back(std::move(team));
    }
    return out;
  } catch (const CatalogueFault& fault) {
    return std::unexpected(fault.diagnostic);
  }
}

}  // namespace yagura::desks::governance
