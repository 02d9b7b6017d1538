// What roles ask for and what people can: gaps by role and by team.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "desks/governance/pulse.hpp"
#include "desks/governance/textbook.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

constexpr int64_t people_max = 20'000;
constexpr int64_t skills_max = 100'000;

/// A skill of a framework that is current, with what roles ask for.
struct SkillAsked {
  std::string record;
  std::string code;
  std::string name;
  std::string framework;
  std::string edition;
  std::map<std::string, int, std::less<>> level_of;  // role -> level, those above 0
};

struct PersonSkills {
  std::string record;
  std::string name;
  std::string account;  // account_name(); may be empty
  std::string team;
  std::vector<std::string> roles;     // by assignment and by the person's own record, each once
  std::map<std::string, int> levels;  // by skill as it was written, folded for comparison
};

/// One skill that a role or team asks for, against the people who hold it.
struct SkillGap {
  const SkillAsked* skill = nullptr;
  int asked = 0;
  std::optional<int> best;            // the highest level that somebody states; nothing: nobody states any
  std::vector<std::string> able;      // people at the level asked for (records)
  std::vector<std::string> unstated;  // people of whom nothing is known
  bool open() const { return able.empty(); }
};

struct RoleSkills {
  const Role* role = nullptr;
  std::vector<const PersonSkills*> people;
  std::vector<SkillGap> skills;
};

struct TeamSkills {
  Team team;
  std::vector<const PersonSkills*> people;  // of the roles that the textbook places with the team
  std::vector<SkillGap> skills;             // the highest level that one of its roles asks for
};

struct SkillMatrix {
  std::vector<SkillAsked> skills;
  std::vector<PersonSkills> people;
  std::vector<RoleSkills> roles;  // those that ask for a skill
  std::vector<TeamSkills> teams;
};

/// Active people, current skills. No permission is checked: what people can is personal.
ledger::Outcome<std::unique_ptr<SkillMatrix>> read_skills(ledger::Ledger& ledger, const Textbook& book,
                                                          const PulseBoard& board);

}  // namespace yagura::desks::governance
