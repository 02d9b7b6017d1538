// Measures computed from stored times: for each period and group what the definitions say, with what is open, unknown
// or unsound told apart from zero. Nothing here is typed in.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desks/governance/measure_definition.hpp"
#include "desks/governance/measure_period.hpp"
#include "desks/governance/measure_statistics.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

constexpr int64_t measure_records_max = 500'000;  // of one type; then the result says that it is cut
constexpr int64_t measure_facts_max = 2'000'000;  // of one type
constexpr size_t measure_groups_max = 300;        // of one measure; the rest is joined in `other_group`
constexpr std::string_view other_group = "*";     // no field holds it
constexpr std::string_view ungrouped = "";        // no class, no team yet

struct MeasureOrder {
  std::vector<std::string> measures = {};  // ids; empty: all
  std::string first_day;                   // "2026-04-01", included
  std::string last_day;                    // included
  PeriodLength length = PeriodLength::whole;
  std::string zone = "Asia/Tokyo";  // whose days these are
  std::string by = {};              // "class", "team", "rule", "attack_type", "origin"; empty: all together
  int64_t records_max = measure_records_max;
  int64_t facts_max = measure_facts_max;
};

/// One measure in one period for one group.
struct MeasureCell {
  int64_t n = 0;                           // times: that have ended; shares: the whole; counts: how many
  int64_t counted = 0;                     // shares: the part
  std::optional<double> value;             // times: median; shares: counted / n; numbers: mean; counts: n
  std::optional<Spread> spread;            // times, numbers
  std::optional<double> median_with_open;  // times
  int64_t open = 0;                        // times: begun and not ended when this was computed
  double oldest_open = 0;                  // seconds
  int64_t unknown = 0;                     // a moment that nobody knows or wrote down; numbers: not given
  int64_t unsound = 0;                     // times: it ended before it began
  int64_t in_time = 0;                     // times with a clock: ended within it
  int64_t missed = 0;                      // ended after it, or open for longer
};

struct MeasureRow {
  const MeasureDefinition* definition = nullptr;  // the catalogue's
  std::string group;
  std::vector<MeasureCell> cells;  // one for each period
};

struct MeasureResult {
  std::vector<Period> periods;
  std::string zone;
  std::string by;
  Timestamp as_of;
  bool cut = false;  // records_max or facts_max was reached: what came latest after the first day is left out
  std::vector<MeasureRow> rows;  // in the catalogue's order, then by group; each measure has at least one
};

/// What the order asks for. Refused: "governance.measure.unknown", "governance.measure.by", and what periods_of()
/// refuses. Cost: each record that changed since the first day is read once, and each move since then.
ledger::Outcome<MeasureResult> measure(ledger::Ledger& ledger, const MeasureCatalog& catalog,
                                       const MeasureOrder& order);

boost::json::object to_json(const MeasureResult& result);
boost::json::object to_json(const MeasureDefinition& definition);

}  // namespace yagura::desks::governance
