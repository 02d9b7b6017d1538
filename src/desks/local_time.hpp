#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace yagura::desks {

enum class Grain { minute, day };

/// True when `zone` is an IANA time zone ("Asia/Tokyo", "UTC").
bool is_zone(const std::string& zone);

/// "2026-04-08 19:58" or "2026-04-08" in `zone`, which must be one; in UTC otherwise.
std::string local_time(Timestamp time, const std::string& zone, Grain grain);

/// When the day begins in `zone` (an IANA zone; UTC otherwise), counted from 1970-01-01 as days_from_civil() does.
/// Where clocks skip midnight, the first moment after it.
Timestamp start_of_day(int64_t day, const std::string& zone);

}  // namespace yagura::desks
