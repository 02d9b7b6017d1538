// Dates as spreadsheets count them: days since 1899-12-30, a time of day as a fraction (ECMA-376 part 1, 18.17.4.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace yagura::registers {

/// The serial of "2026-04-08" or of an RFC 3339 time in UTC; nothing before 1900-03-01 (where programs disagree about
/// a leap day) and for times finer than a millisecond, which a serial can't hold.
std::optional<std::string> to_serial(std::string_view text, bool with_time);

/// "2026-04-08", or with a time of day "2026-04-08T10:58:04.850Z". `epoch_1904`: the workbook counts from 1904-01-01.
/// Nothing outside 1900-03-01 to 2261-12-31.
std::optional<std::string> from_serial(double serial, bool with_time, bool epoch_1904);

}  // namespace yagura::registers
