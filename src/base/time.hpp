// Instants in UTC. Zones exist only where a person reads or writes a time.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace yagura {

/// Nanoseconds since 1970-01-01T00:00:00Z, leap seconds ignored (POSIX time). Covers 1677 to 2262.
struct Timestamp {
  int64_t ns = 0;

  auto operator<=>(const Timestamp&) const = default;
};

constexpr int64_t ns_per_second = 1'000'000'000;

/// Where "now" comes from; tests hand in one of their own.
using Clock = std::function<Timestamp()>;

Timestamp system_now();

/// Parses RFC 3339 and the ISO 8601 forms that logs hold: date and time joined by 'T' or a space, 0 to 9
/// fractional digits (more are cut), 'Z', "+09:00", "+0900" or nothing (then UTC). Whole input must match;
/// years 1678 to 2261. Returns nothing when the text is not such a time or a field is out of range.
std::optional<Timestamp> parse_time(std::string_view text);

/// RFC 3339 in UTC with `digits` (0, 3, 6 or 9) fractional digits: "2026-04-08T10:58:04.850672Z".
std::string format_time(Timestamp time, int digits = 6);

/// The longest span that parse_span takes: 1000 years of 365 days.
constexpr int64_t span_seconds_max = int64_t{1000} * 365 * 86'400;

/// Seconds of a span as people write it: a whole number and s, m, h, d, w or y (365 days), such as "90m" or "7d".
/// Nothing when it is none or longer than span_seconds_max.
std::optional<int64_t> parse_span(std::string_view text);

/// Days since 1970-01-01 of a civil (proleptic Gregorian) date; month 1-12, day 1-31.
int64_t days_from_civil(int64_t year, unsigned month, unsigned day);

}  // namespace yagura
