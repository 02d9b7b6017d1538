// Replay: what a proposed table would have decided of what the platform has seen, beside what was decided then. Asked
// for before an approval, so that nobody learns from tomorrow's queue what a row does.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

constexpr int64_t replay_days_max = 400;
constexpr int64_t replay_records_max = 200'000;  // of alerts, incidents or vulnerabilities; then it says that it is cut
constexpr size_t replay_examples_max = 50;       // of each kind; the rest is counted

struct ReplayOrder {
  ledger::RecordId proposal;  // incident_criteria, vulnerability_criteria or attack_naming
  ledger::RecordId beside;    // incident criteria or naming table proposed together with it; empty: what is in force
  int64_t days = 30;          // back from now, 1 to replay_days_max
};

/// "incident/major/2", "not_incident", "off_criteria/3", or "undecided" where nothing was decided then.
struct Shift {
  std::string before;
  std::string after;

  auto operator<=>(const Shift&) const = default;
};

struct ReplayExample {
  std::string id;
  std::string title;
  std::string before;      // as in Shift
  std::string after;       //
  std::string before_row;  // empty: none
  std::string after_row;
};

/// Records that share a fate: all counted, the newest named.
struct ReplayGroup {
  int64_t count = 0;
  std::vector<ReplayExample> examples;

  void add(ReplayExample example);
};

struct Replay {
  std::string proposal;
  int64_t proposal_version = 0;
  Timestamp from;  // records made at or after
  Timestamp until;
  int64_t alerts = 0;  // looked at
  int64_t incidents = 0;
  int64_t vulnerabilities = 0;
  bool cut = false;  // replay_records_max was reached: what is older was not looked at
  int64_t unchanged = 0;
  int64_t changed = 0;
  std::map<Shift, int64_t> shifts;                          // every pair that occurs, the unchanged ones too
  std::map<std::string, std::pair<int64_t, int64_t>> rows;  // row -> decided by it then, decided by it now
  ReplayGroup differing;                                    // alerts or vulnerabilities decided otherwise
  ReplayGroup incidents_lost;                               // would not have been incidents
  ReplayGroup incidents_gained;                             // alerts that led to none and would call for response
  ReplayGroup incidents_reclassed;                          // another class or priority
};

boost::json::object to_json(const Replay& replay);

/// Whether the fact "criteria.replayed" tells of this version of the record.
ledger::Outcome<bool> was_replayed(ledger::Ledger& ledger, const ledger::Record& record);

}  // namespace yagura::desks::governance
