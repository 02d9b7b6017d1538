// The textbook as data: catalog/textbook/isog-j-1.0.yaml. Another edition is another file.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"

namespace yagura::desks::governance {

struct TextbookFunction {
  std::string id;  // "A" to "I"
  std::string title_ja;
  std::string title_en;
  std::vector<std::string> aliases_ja;  // as other tables and figures print the title
  std::vector<std::string> phases;      // introduce, operate, respond; "review" for what feeds the cycles; none: in all
};

/// A phase that the organisation runs through.
struct Phase {
  std::string id;  // introduce, operate, respond
  std::string title_ja;
  std::string title_en;
};

/// One of the two that make the areas.
struct Indicator {
  std::string id;  // information, specialist_skill
  std::string title_ja;
  std::string title_en;
  std::string low;  // what an area has there: "inside", "low"
  std::string high;
};

/// One of the four areas: who should do what falls into it, by the two indicators.
struct Area {
  std::string id;  // "I" to "IV"
  std::string title_ja;
  std::string title_en;
  std::string information;       // inside, outside
  std::string specialist_skill;  // low, high
  int dependence = 0;            // on specialists, 1 least: I, II, IV, III
};

/// How much an organisation does itself.
struct SourcingPattern {
  int id = 0;  // 1 to 4
  std::string title_ja;
  std::string title_en;
  std::vector<std::string> own;  // areas
};

/// One of the two cycles of improvement.
struct ImprovementCycle {
  std::string id;  // short, long
  std::string title_ja;
  std::string title_en;
  bool new_resources = false;
  std::string decided_in;  // function; empty for the short cycle
  std::string built_in;
};

/// A stage of the path that people grow along; `functions` whose roles it passes through.
struct PathStage {
  std::string id;
  std::string title_ja;
  std::string title_en;
  std::vector<std::string> functions;
};

/// The first role that suits somebody who comes from elsewhere in IT.
struct FirstRole {
  std::string background;
  std::string title_ja;
  std::string title_en;
  std::string role;
};

struct Team {
  std::string title_ja;
  std::string title_en;
};

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
  std::string area_reason_ja;               // where the two disagree: why this one
  std::string area_reason_en;
  std::vector<std::string> aliases_ja;
  std::vector<std::string> phases;
  bool phases_explicit = false;  // the text says so; else inferred from it
  std::vector<RoleTeam> teams;
  std::vector<RoleLink> links;
};

struct Textbook {
  std::string edition;
  std::string source;
  std::vector<TextbookFunction> functions;
  std::vector<Phase> phases;
  std::vector<Indicator> indicators;
  std::vector<Area> areas;
  std::vector<SourcingPattern> patterns;
  std::vector<ImprovementCycle> cycles;
  std::vector<Team> teams;  // below the CISO
  std::vector<PathStage> path;
  std::vector<FirstRole> first_roles;
  std::vector<Role> roles;

  /// The role of that id, or null.
  const Role* find(std::string_view id) const;
  /// Roles of that id, title (either language) or alias, as people write them: width, case and blanks don't count.
  std::vector<const Role*> named(std::string_view text) const;

  /// Reads one edition. A missing key, a role given twice, a function, area or role that the file does not name is
  /// a Diagnostic with file and line.
  static Diagnosed<Textbook> load(const std::filesystem::path& file);
};

}  // namespace yagura::desks::governance
