// A framework of skills (NICE components, SecBoK, one's own) as an edition that an administrator loads from a file:
// which skills there are, and which level each role asks for. The platform ships none, and fills no cell that a file
// leaves out.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "desks/governance/textbook.hpp"
#include "ledger/ledger.hpp"
#include "registers/sheet.hpp"

namespace yagura::desks::governance {

constexpr size_t overlay_skills_max = 10'000;
constexpr size_t skill_roles_max = 54;
constexpr int skill_level_max = 4;

struct OverlaySkill {
  std::string code;
  std::string name;
  std::string note;
  std::vector<std::pair<std::string, int>> roles;  // role and level, as the file orders them
};

struct SkillOverlay {
  std::string framework;  // "NICE"
  std::string edition;    // "2.0.0"
  std::vector<OverlaySkill> skills;
};

/// A CSV or XLSX sheet with the columns code, name, role, level, note: one line for each role that asks for a skill; a
/// skill that no role asks for has one line without role and level. Every fault of every row comes back; with one there
/// is no overlay. Faults: a column that is missing or unknown, a code without a name or with two, a role that the
/// textbook does not have or that asks twice, a level that is no whole number from 0 to 4, too many skills.
std::expected<SkillOverlay, registers::ImportFaults> read_overlay(std::string_view bytes, const Textbook& book,
                                                                  std::string framework, std::string edition);

struct OverlayOutcome {
  int64_t created = 0;
  int64_t changed = 0;
  int64_t unchanged = 0;
  int64_t replaced = 0;  // skills of other editions of the framework, and those that this one no longer has
};

/// All of it in one transaction, or nothing: this edition's skills are current, those of the framework's other editions
/// are replaced. The same file again changes nothing. liaison.write; a fact "skill.overlay_loaded" tells of it.
ledger::Outcome<OverlayOutcome> load_overlay(ledger::Ledger& ledger, const ledger::Actor& actor,
                                             const SkillOverlay& overlay);

}  // namespace yagura::desks::governance
