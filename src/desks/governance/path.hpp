// The IT-type path of chapter 7: from an IT background to a first role of affinity, through an assessment and a
// real-time role, incident response (T), a chosen speciality (I), to mentor. What somebody has reached is read from
// work, not from what the person's record claims.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desks/governance/deeds.hpp"
#include "desks/governance/textbook.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

/// A role counts as experienced when the person performed it on so many days.
constexpr int64_t experience_days_min = 10;
/// Without a review held or planned for so long, a person is overdue for one.
constexpr int64_t retention_review_days_max = 365;

/// What one person did for one role, by the journal.
struct RoleExperience {
  std::string role;
  int64_t deeds = 0;
  int64_t days = 0;
  Timestamp first;
  Timestamp last;
  bool enough() const { return days >= experience_days_min; }
};

/// What is known of a person beside work.
struct PathPerson {
  std::string origin;                       // a background of the textbook's first_roles, or empty
  bool it_background = false;               // an origin or a background is written down
  std::string chosen_role;                  // the speciality that a plan for it names
  std::vector<std::string> reached;         // stages that plans were recognised for
  std::vector<std::string> affinity_roles;  // that plans named for the first role
  int mentees = 0;                          // plans of others that this person guides or guided
};

enum class StageState { open, begun, reached };
std::string_view to_text(StageState state);

struct StageView {
  const PathStage* stage = nullptr;
  StageState state = StageState::open;
  bool recognised = false;  // a plan for it was approved as reached
  std::vector<RoleExperience> evidence;
  std::vector<std::string> next_roles;  // what would open or complete it
};

struct PathView {
  std::vector<StageView> stages;     // as the textbook orders them
  const PathStage* shown = nullptr;  // the last of an unbroken row of stages that work shows; null: none
  const PathStage* next = nullptr;   // null when all are reached
  bool t_type = false;
  bool i_type = false;
};

/// The rule, stage by stage:
/// it: a background is written down. affinity: enough of the background's first role, of a role that a plan for it
/// names, or, without either, of any role. assess: enough of one role of E and of one of B. respond: enough of one role
/// of D. specialist: enough of the role chosen in a plan. mentor: guides somebody. Fewer days or one side only: begun.
PathView view_path(const Textbook& book, const PathPerson& person, const std::vector<RoleExperience>& experience);

/// By account ("user:sato" in facts is "sato" here), roles with most days first.
std::map<std::string, std::vector<RoleExperience>, std::less<>> experience_of(const DeedsByRole& deeds);

struct RetentionState {
  std::string last_held;  // date; empty: never
  std::string next_due;   // of a planned review; empty: none is planned
  bool overdue = false;   // a planned one has passed, or too long since the last (or since joining) with none planned
};

struct PersonPath {
  std::string record;
  std::string name;
  std::string account;
  std::string team;
  std::string claimed;  // the stage that the person's record names
  std::string mentor;   // of the plan under way
  PathView path;
  std::vector<RoleExperience> experience;
  RetentionState retention;
};

/// Active people, or the one of that record. No permission is checked: this is personal.
ledger::Outcome<std::vector<PersonPath>> read_paths(ledger::Ledger& ledger, const Textbook& book, DeedLog& deeds,
                                                    std::string_view person = {});

}  // namespace yagura::desks::governance
