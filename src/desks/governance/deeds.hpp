// What people did for each role, read from the journal once and carried on from there. Facts of the program itself
// never count. The journal is the only source: nobody can type a deed in.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "desks/governance/cadence.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

constexpr size_t deeds_kept_max = 20;        // as evidence, for each role
constexpr size_t performers_kept_max = 200;  // for each role; who was longest idle goes
constexpr int64_t deed_days_max = 1600;      // counted by day so far back: periods x the longest cadence
constexpr int64_t facts_between_saves = 2000;

constexpr int64_t day_ns = int64_t{86'400} * ns_per_second;
/// Days since 1970-01-01 UTC.
inline int64_t day_of(Timestamp at) {
  return at.ns >= 0 ? at.ns / day_ns : (at.ns - day_ns + 1) / day_ns;
}

/// A fact by which a person performed a role.
struct Deed {
  int64_t fact_seq = 0;
  Timestamp at;
  std::string actor;   // "user:sato"
  std::string kind;    // "alert.moved"
  std::string record;  // its id
};

struct Performer {
  std::string actor;
  int64_t deeds = 0;
  Timestamp last;
  Timestamp first;   // since this list has known the person
  int64_t days = 0;  // on which there was a deed (UTC)
};

struct RoleDeeds {
  int64_t total = 0;
  std::vector<std::pair<int64_t, int64_t>> by_day;  // day and deeds, ascending, the last deed_days_max
  std::deque<Deed> latest;                          // oldest first
  std::vector<Performer> performers;
};

/// By role id; every role of the cadences is there.
using DeedsByRole = std::map<std::string, RoleDeeds, std::less<>>;

/// Thread-safe. What it has counted is kept in the ledger's notes, so that a restart does not read the journal again;
/// other cadences or record types make it read from the beginning.
class DeedLog {
 public:
  /// `is_person` says whether an actor ("user:sato") is one: accounts of programs are not.
  DeedLog(
      ledger::Ledger& ledger, const Cadences& cadences,
      std::function<bool(std::string_view actor)> is_person = [](std::string_view) { return true; });

  /// Reads what the journal has gained, then calls `use` with everything. Cost: the new facts, some microseconds for
  /// each that a person wrote, a tenth of that for the program's own.
  ledger::Outcome<void> look(const std::function<void(const DeedsByRole&)>& use);

  /// Forgets what was counted, for a test that it comes out the same.
  void forget();

 private:
  ledger::Outcome<void> recall();
  ledger::Outcome<void> follow();
  ledger::Outcome<std::vector<ledger::Fact>> people_facts(int64_t& reached);
  void take(const ledger::Fact& fact);
  void save();

  ledger::Ledger& ledger_;
  std::function<bool(std::string_view)> is_person_;
  std::multimap<std::string, std::pair<std::string, std::string>, std::less<>> rules_;  // kind -> role, word
  std::string signature_;                                                               // of the rules
  std::mutex mutex_;
  DeedsByRole deeds_;
  bool recalled_ = false;
  int64_t cursor_ = 0;  // the last fact that was looked at
  int64_t saved_ = 0;   // the cursor that the notes hold
};

}  // namespace yagura::desks::governance
