#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace yagura::formats {

struct LogTime {
  Timestamp time;
  bool zoned = false;  // the text named its zone (or was an epoch); else the zone handed in was applied
};

/// A time as logs write it: what parse_time() takes, Apache's "10/Oct/2023:13:55:36 +0900", "2026/4/1 9:05", or an
/// epoch: 9 to 10 digits are seconds ("/Date(...)/" of .NET too), 13 milliseconds, 16 microseconds, 19 nanoseconds,
/// seconds with a fraction
/// ("1604994496.155"). `zone_offset_seconds` (east positive) stands in where the text names no zone. Nothing when it is
/// no time.
std::optional<LogTime> parse_log_time(std::string_view text, int zone_offset_seconds);

/// Month of an English abbreviation ("Jan" = 1), case as written; 0 for none.
unsigned month_of(std::string_view three_letters);

}  // namespace yagura::formats
