#pragma once

#include <string>

#include "base/time.hpp"

namespace yagura::desks::response {

enum class Grain { minute, day };

/// True when `zone` is an IANA time zone ("Asia/Tokyo", "UTC").
bool is_zone(const std::string& zone);

/// "2026-04-08 19:58" or "2026-04-08" in `zone`, which must be one; in UTC otherwise.
std::string local_time(Timestamp time, const std::string& zone, Grain grain);

}  // namespace yagura::desks::response
