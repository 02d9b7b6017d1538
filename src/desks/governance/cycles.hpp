// Improvement items and their two cycles. Short: within today's people, budget and systems, done at once. Long: needs
// new ones or another policy, so it is decided in A, built in G, and returns to operation.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "desks/actor.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

constexpr int64_t open_improvements_max = 50'000;

/// A move of an improvement, held to its cycle. `changes` go with it. Refused, beside what the record type itself asks:
/// "improvement.short_needs_no_decision" (decide, build), "improvement.long_needs_decision" (start before it is
/// decided and built), "improvement.not_built" (finish of a long one that operation never got back),
/// "improvement.cycle_fixed" (changing the cycle with a move).
/// decide needs governance.approve, every other move governance.write.
ledger::Outcome<ledger::Record> move_improvement(ledger::Ledger& ledger, const ledger::Actor& actor,
                                                 const Target& improvement, std::string_view move,
                                                 boost::json::object changes = {});

/// An open improvement and how long it has been so.
struct AgedImprovement {
  std::string record;
  std::string title;
  std::string role;
  std::string cycle;  // short, long
  std::string state;
  std::string owner;
  std::string due;         // date; may be empty
  int64_t age_days = 0;    // since it was raised
  int64_t state_days = 0;  // since it came into its state
  bool overdue = false;    // past its due date
};

struct Ageing {
  std::vector<AgedImprovement> open;  // oldest first
  /// Cycle -> how many are open for up to 30, 90, 180 days and longer.
  std::map<std::string, std::vector<int64_t>> buckets;
};
constexpr int64_t age_limits[] = {30, 90, 180};

ledger::Outcome<Ageing> age_improvements(ledger::Ledger& ledger);

}  // namespace yagura::desks::governance
