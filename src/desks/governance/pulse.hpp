// The pulse of a role: is it being performed? Computed from facts that people left in the journal, from the register of
// role assignments and from what is due; there is nothing to type in.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "desks/governance/assignments.hpp"
#include "desks/governance/cadence.hpp"
#include "desks/governance/deeds.hpp"
#include "desks/governance/textbook.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

constexpr int64_t duties_counted_max = 200;  // of one register; past it the counts say "or more"
constexpr size_t duties_shown_max = 20;      // of one role

enum class Standing {
  alive,          // owned, and performed within the last cadence
  slowing,        // owned, performed before that
  in_name_only,   // owned, and not once performed in the periods looked at
  without_owner,  // performed, but nobody's
  missing,        // neither owned nor performed
  not_performed,  // decided so by its assignment, and nobody performs it
};
std::string_view to_text(Standing standing);

/// What of a role's registers runs out: clocks and reviews.
struct Duties {
  int64_t open = 0;
  int64_t overdue = 0;
  bool more = false;                 // the counts stopped at duties_counted_max
  std::vector<ledger::Due> soonest;  // at most duties_shown_max
};

/// How often a role was performed against its cadence.
struct Rhythm {
  int64_t every_days = 0;
  std::vector<int64_t> periods;  // deeds in each, the present one first
  int performed = 0;             // periods with at least one
};

/// Deeds of the last `periods_max` cadences, and no more than have passed since the day `since`.
Rhythm rhythm_of(const RoleDeeds& deeds, int64_t every_days, int periods_max, int64_t today, int64_t since);

/// 0 to 100: the share of periods performed, less the cost of overdue duties.
int score_of(const Rhythm& rhythm, int64_t overdue, const Cadences& rule);

struct RolePulse {
  const Role* role = nullptr;
  const RoleCadence* cadence = nullptr;
  bool own_cadence = false;  // the assignment's, not the catalogue's
  std::string owner;         // empty: nobody's
  std::vector<Assignment> assignments;
  RoleDeeds deeds;
  Rhythm rhythm;
  Duties duties;
  int score = 0;
  Standing standing = Standing::missing;
};

struct PulseBoard {
  Timestamp at;
  std::vector<RolePulse> roles;           // as the textbook orders them
  std::vector<Assignment> unknown_roles;  // assignments to what is no role of the textbook
};

/// The 54 roles and their pulses.
class Pulse {
 public:
  /// `book` and `cadences` outlive it.
  Pulse(
      ledger::Ledger& ledger, const Textbook& book, const Cadences& cadences,
      std::function<bool(std::string_view actor)> is_person = [](std::string_view) { return true; });

  /// Of every role, or of the one named. No permission is checked.
  ledger::Outcome<PulseBoard> board(std::string_view role = {});

  const Textbook& book() const { return book_; }
  const Cadences& cadences() const { return cadences_; }
  DeedLog& deeds() { return deeds_; }

 private:
  ledger::Outcome<Duties> duties_of(const RoleCadence& role, Timestamp now);
  ledger::Outcome<int64_t> first_day();

  ledger::Ledger& ledger_;
  const Textbook& book_;
  const Cadences& cadences_;
  DeedLog deeds_;
};

}  // namespace yagura::desks::governance
