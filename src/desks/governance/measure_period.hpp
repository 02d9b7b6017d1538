// Periods of a calendar in a time zone.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "ledger/refusal.hpp"

namespace yagura::desks::governance {

constexpr size_t periods_max = 400;

enum class PeriodLength { whole, day, week, month, quarter, year };

/// Days as people write them, both included, and the moments between which they lie: [from, until).
struct Period {
  std::string first_day;  // "2026-04-01"
  std::string last_day;
  Timestamp from;
  Timestamp until;
};

/// The days from `first_day` to `last_day` cut at the ends of calendar periods (weeks begin on Monday), in the IANA
/// zone `zone`. Refused: "governance.period.date", "governance.period.order", "governance.period.zone",
/// "governance.period.too_many" (more than periods_max).
ledger::Outcome<std::vector<Period>> periods_of(const std::string& first_day, const std::string& last_day,
                                                PeriodLength length, const std::string& zone);

}  // namespace yagura::desks::governance
