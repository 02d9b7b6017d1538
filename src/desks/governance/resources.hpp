// People, budget and systems against roles: the resource plans in force, the assignments, and what is missing.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "desks/governance/assignments.hpp"
#include "desks/governance/pulse.hpp"
#include "desks/governance/textbook.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

struct Allotment {
  double people = 0;
  double people_actual = 0;
  int64_t budget = 0;  // yen
  int64_t spent = 0;
  std::vector<std::string> systems;
};

/// Of a role ("B-1") or of a whole function ("B").
struct ResourceRow {
  std::string id;
  std::string title_ja;
  std::string title_en;
  std::string owner;
  std::vector<std::string> people;  // accounts: the owner and the members, each once
  Allotment planned;
};

struct ResourceWarning {
  enum class Kind {
    no_plan,        // no approved plan covers today
    unknown_line,   // a plan allots to what is no role and no function
    without_owner,  // nobody answers for the role, and it was not decided against
    nobody,       // a role of the own organisation with neither people nor a share of the plan, its function's included
    over_budget,  // more was spent than planned
    too_many_roles,  // one person in more roles than roles_each_max
  } kind = Kind::no_plan;
  std::string what;  // role, function, line or person
  std::vector<std::string> records;
};
std::string_view to_text(ResourceWarning::Kind kind);

constexpr size_t roles_each_max = 8;

struct Resources {
  std::vector<std::string> plans;      // records in force
  std::vector<ResourceRow> functions;  // with what is allotted to the function itself
  std::vector<ResourceRow> roles;
  std::map<std::string, std::vector<std::string>> roles_of;  // person -> roles
  std::vector<ResourceWarning> warnings;
};

/// As of the board's moment. Plans in the states approved and evaluated whose period holds that day count.
ledger::Outcome<Resources> read_resources(ledger::Ledger& ledger, const Textbook& book, const PulseBoard& board);

}  // namespace yagura::desks::governance
