#include "desks/governance/measure_period.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "desks/actor.hpp"
#include "desks/local_time.hpp"

namespace yagura::desks::governance {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

/// "2026-04-01" of the years that a Timestamp holds.
std::optional<sys_days> parse_day(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  const auto time = parse_time(std::string(text) + "T00:00:00Z");
  if (!time) return std::nullopt;
  return sys_days(days(time->ns / (86'400 * ns_per_second)));
}

std::string day_text(sys_days day) {
  return format_time({day.time_since_epoch().count() * 86'400 * ns_per_second}, 0).substr(0, 10);
}

/// The first day after the calendar period that `day` lies in.
sys_days next(sys_days day, PeriodLength length, sys_days end) {
  const year_month_day date(day);
  const auto month_after = [&](unsigned months) {
    return sys_days((date.year() / date.month() + std::chrono::months(months)) / 1);
  };
  switch (length) {
    case PeriodLength::whole:
      return end;
    case PeriodLength::day:
      return day + days(1);
    case PeriodLength::week:
      return day + days(8 - static_cast<int>(std::chrono::weekday(day).iso_encoding()));
    case PeriodLength::month:
      return month_after(1);
    case PeriodLength::quarter:
      return month_after(3 - (static_cast<unsigned>(date.month()) - 1) % 3);
    case PeriodLength::year:
      break;
  }
  return sys_days((date.year() + std::chrono::years(1)) / 1 / 1);
}

}  // namespace

ledger::Outcome<std::vector<Period>> periods_of(const std::string& first_day, const std::string& last_day,
                                                PeriodLength length, const std::string& zone) {
  const auto first = parse_day(first_day);
  const auto last = parse_day(last_day);
  if (!first || !last)
    return refuse_because("governance.period.date", "the period's days must be dates", "write 2026-04-01");
  if (*last < *first)
    return refuse_because("governance.period.order", "the period ends before it begins", "swap the two days");
  if (!is_zone(zone))
    return refuse_because("governance.period.zone", "'" + zone + "' is no time zone", "write Asia/Tokyo or UTC",
                          {{"zone", zone}});
  const sys_days end = *last + days(1);
  std::vector<Period> out;
  for (sys_days at = *first; at < end;) {
    if (out.size() == periods_max)
      return refuse_because("governance.period.too_many", "the days make more than 400 periods",
                            "choose longer periods", {{"max", std::to_string(periods_max)}});
    const sys_days until = std::min(next(at, length, end), end);
    out.push_back({day_text(at), day_text(until - days(1)), start_of_day(at.time_since_epoch().count(), zone),
                   start_of_day(until.time_since_epoch().count(), zone)});
    at = until;
  }
  return out;
}

}  // namespace yagura::desks::governance
