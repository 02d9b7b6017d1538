// What measures are computed from: records of a type and when they entered their states.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "desks/governance/measure_definition.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

/// When the records of one type entered their states, as the journal tells it.
class StateTimes {
 public:
  /// Reads "<type>.moved" of [from, until) at once, at most `facts_max` of them; cut() says whether there were more,
  /// which are the latest. What a record did before or after is looked up when it is asked for.
  static ledger::Outcome<StateTimes> read(ledger::Ledger& ledger, std::string_view type, Timestamp from,
                                          Timestamp until, int64_t facts_max);

  /// When it first entered one of the states.
  ledger::Outcome<std::optional<Timestamp>> first(const ledger::Record& record,
                                                  const std::vector<std::string>& states) const;
  /// When it entered the one of the states that it is in now; nothing when it is in none, or was made in it.
  static std::optional<Timestamp> last(const ledger::Record& record, const std::vector<std::string>& states,
                                       std::string_view initial);
  bool cut() const { return cut_; }
  const std::string& initial() const { return initial_; }

 private:
  struct Entered {
    uint32_t state = 0;  // index into states_
    Timestamp first;
  };
  explicit StateTimes(ledger::Ledger& ledger) : ledger_(&ledger) {}
  void take(const ledger::Fact& fact);
  std::optional<Timestamp> known(const std::string& record, const std::vector<std::string>& states) const;

  ledger::Ledger* ledger_;
  std::string kind_;     // of the facts: "alert.moved"
  std::string initial_;  // state of the type
  Timestamp from_;
  Timestamp until_;
  std::vector<std::string> states_;
  std::unordered_map<std::string, std::vector<Entered>> by_record_;
  bool cut_ = false;
};

/// A moment of a record: known, or the record says that nobody knows it.
struct When {
  std::optional<Timestamp> at;
  bool unknown = false;
};

/// Resolves moments of records of one type. Alerts of an incident are looked up one by one.
class MomentReader {
 public:
  MomentReader(ledger::Ledger& ledger, const StateTimes& times) : ledger_(ledger), times_(times) {}

  ledger::Outcome<When> at(const ledger::Record& record, const Moment& moment) const;

 private:
  ledger::Outcome<When> of_alerts(const ledger::Record& incident, const Moment& moment) const;

  ledger::Ledger& ledger_;
  const StateTimes& times_;
};

bool holds(const ledger::Record& record, const Condition& condition);
bool hold(const ledger::Record& record, const std::vector<Condition>& conditions);

/// Account -> team, as the register of people has it.
ledger::Outcome<std::map<std::string, std::string, std::less<>>> teams_of_accounts(ledger::Ledger& ledger);

}  // namespace yagura::desks::governance
