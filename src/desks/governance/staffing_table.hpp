// The textbook's staffing table (chapter 6) as data: catalog/textbook/staffing-isog-j-1.0.yaml.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"

namespace yagura::desks::governance {

struct StaffedTeam {
  std::string title_ja;
  std::string title_en;
  std::string mode;  // day, always, shared (by another team) or none
  int seats = 0;
  std::string by;  // the team that does it too, when shared
  int headcount = 0;
  int day_seats = 0;  // by day, beside the seats of `mode`
};

struct StaffingLevel {
  int total = 0;  // as printed; the sum of the headcounts
  std::vector<StaffedTeam> teams;
};

/// The staffing table by level (0 to 3). A total that is not the sum of its teams is a Diagnostic.
Diagnosed<std::map<int, StaffingLevel>> load_staffing(const std::filesystem::path& file);

/// One staffing of one's own, from a file with the map `teams` as a level of the table has them;
/// `people_per_always_seat` beside it when it is not 6. `headcount` may be left out: it is computed, and refused where
/// it is given and wrong.
Diagnosed<StaffingLevel> load_own_staffing(const std::filesystem::path& file);

}  // namespace yagura::desks::governance
