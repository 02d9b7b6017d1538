// The textbook's roles and staffing table as data: catalog/textbook/. Another edition is another file.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"

namespace yagura::desks::governance {

struct RoleTeam {
  std::string title_ja;
  std::string title_en;
  std::string area;  // "I" to "IV", as the figure places this team's share of the role
};

/// What the text says one role gives to or takes from another.
struct RoleLink {
  std::string to;    // a role id, a function letter (any role in it), "*" (all functions) or "ext:..." (outside)
  std::string kind;  // "receives", "governs", ...
  bool explicit_in_text = false;
};

struct Role {
  std::string id;  // "B-3"
  std::string title_ja;
  std::string title_en;
  std::string function;  // "A" to "I"
  std::string area;      // the one in force: "I" to "IV" or "all"
  std::string area_table2;
  std::optional<std::string> area_figure7;  // nothing where the figure omits the role
  std::vector<RoleTeam> teams;
  std::vector<RoleLink> links;
};

struct Textbook {
  std::string edition;
  std::string source;
  std::vector<Role> roles;

  /// Reads one edition. A missing key, a role given twice or a function that the file does not name is a
  /// Diagnostic with file and line.
  static Diagnosed<Textbook> load(const std::filesystem::path& file);
};

struct StaffedTeam {
  std::string title_ja;
  std::string title_en;
  std::string mode;  // day, always, shared (by another team) or none
  int seats = 0;
  std::string by;  // the team that does it too, when shared
  int headcount = 0;
};

struct StaffingLevel {
  int total = 0;  // as printed; the sum of the headcounts
  std::vector<StaffedTeam> teams;
};

/// The staffing table by level (0 to 3). A total that is not the sum of its teams is a Diagnostic.
Diagnosed<std::map<int, StaffingLevel>> load_staffing(const std::filesystem::path& file);

}  // namespace yagura::desks::governance
