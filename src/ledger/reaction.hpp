#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "ledger/fact.hpp"
#include "ledger/refusal.hpp"
#include "ledger/transaction.hpp"

namespace yagura::ledger {

constexpr int reaction_attempts_max = 5;                          // then the fact is parked and the reaction goes on
constexpr int64_t reaction_backoff_ns_first = 1 * ns_per_second;  // doubles with each attempt

/// A desk's answer to facts. `act` runs once in effect for each fact of `kinds`, in order of seq: what it
/// writes through the transaction and the reaction's own cursor are committed together. It must not do
/// anything outside the transaction that can't be done twice. Its actor is "system:<desk>".
struct Reaction {
  std::string name;  // unique and for ever: its cursor is kept under it, "response.open_incident"
  std::string desk;
  std::vector<std::string> kinds;  // "alert.escalated", or "alert.*"
  std::function<Outcome<void>(Transaction&, const Fact&)> act;
  bool from_beginning = true;  // false: a new name starts after the facts that are there already
};

/// A fact that a reaction could not take in after all attempts.
struct Parked {
  int64_t id = 0;
  std::string reaction;
  int64_t fact_seq = 0;
  std::string reason;
  int attempts = 0;
  Timestamp at;
};

/// How far a reaction has come.
struct ReactionState {
  std::string name;
  int64_t cursor = 0;  // the last seq it is done with
  int attempts = 0;    // failed ones at the fact after the cursor
  Timestamp retry_at;  // when attempts > 0
  std::string reason;  // of the last failure
  int64_t parked = 0;
};

}  // namespace yagura::ledger
