// Whose each role is, by the register of role assignments.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

constexpr int64_t assignments_max = 5000;  // looked at; more is a `limit` refusal

/// An account as records name it, "sato" or "user:sato", in the short form.
std::string account_name(std::string_view user);

struct Assignment {
  std::string record;  // RAS-2026-0001
  std::string role;
  std::string sourcing;  // own, shared, specialist, none
  std::string target;    // the same; empty: none is aimed at
  std::string owner;     // account_name()
  std::vector<std::string> members;
  std::string department;
  std::string provider;  // a vendor's record
  int64_t cadence_seconds = 0;
  std::string from;  // "2026-04-01"
  std::string until;
};

/// What is in force on the day of `now` (UTC), by role id, the newest `from` first. Role ids are as they were typed:
/// one that the textbook does not know is for the caller to warn of.
ledger::Outcome<std::map<std::string, std::vector<Assignment>, std::less<>>> current_assignments(ledger::Ledger& ledger,
                                                                                                 Timestamp now);

/// The first owner named, else empty.
std::string owner_of(const std::vector<Assignment>& assignments);

}  // namespace yagura::desks::governance
