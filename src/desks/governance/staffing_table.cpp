#include "desks/governance/staffing_table.hpp"

#include "desks/governance/catalogue_reader.hpp"

namespace yagura::desks::governance {

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
        StaffedTeam team{in.text(node, "title_ja"),   in.text(node, "title_en"), in.text(node, "mode"), 0, {},
                         in.number(node, "headcount")};
        if (node["seats"]) team.seats = in.number(node, "seats");
        if (node["by"]) team.by = in.text(node, "by");
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

}  // namespace yagura::desks::governance
