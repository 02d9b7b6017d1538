// intel: function F, threat intelligence. Indicators come in and go, by name and with a reason, as facts. How they are
// kept and matched is detect's matter.
#pragma once

#include <functional>
#include <string>

#include "detect/indicators/indicator_intake.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::intel {

constexpr std::string_view indicators_manage = "indicator.manage";
constexpr std::string_view indicators_read_red = "indicator.read_red";

/// Which indicators a command is about, as a person says it.
struct IndicatorsMeant {
  std::string source;  // empty: any
  std::string value;   // defanged or not; empty: everything of the source
  std::string type;    // "domain"; empty: what the value looks like
};

/// Every command checks its permission first (`forbidden`). What it did is in the store, durable, before the fact is
/// written: when only the fact fails the command fails, and given again it changes nothing and is told then.
class IntelDesk {
 public:
  IntelDesk(ledger::Ledger& ledger, detect::IndicatorStore& store) : ledger_(ledger), store_(store) {}

  /// indicator.manage: takes in what `read` feeds; `name` is the file's, for the fact. `invalid` without a source.
  ledger::Outcome<detect::IntakeReport> import(const ledger::Actor& actor, const detect::IntakeOptions& options,
                                               const std::string& name,
                                               const std::function<Status(detect::IndicatorIntake&)>& read);

  /// indicator.manage: events from `at` on are no longer matched; how many listings that ended earlier. `invalid` when
  /// the value is no indicator, or when neither source nor value is named.
  ledger::Outcome<uint64_t> expire(const ledger::Actor& actor, const IndicatorsMeant& meant, Timestamp at,
                                   const std::string& reason);

  /// indicator.manage: takes them back altogether.
  ledger::Outcome<uint64_t> remove(const ledger::Actor& actor, const IndicatorsMeant& meant, const std::string& reason);

  detect::IndicatorStore& store() { return store_; }

 private:
  ledger::Outcome<detect::IndicatorSelection> select(const IndicatorsMeant& meant) const;
  ledger::Outcome<void> tell(const ledger::Actor& actor, const std::string& kind,
                             const detect::IndicatorSelection& selection, uint64_t count, const std::string& reason,
                             boost::json::object body);

  ledger::Ledger& ledger_;
  detect::IndicatorStore& store_;
};

}  // namespace yagura::desks::intel
