// Calendars as RFC 5545 writes them: what a roster's subscribers read.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace yagura::desks::governance {

struct CalendarEvent {
  std::string uid;       // globally unique and for ever the same
  Timestamp stamp;       // when this form of it was made
  int64_t sequence = 0;  // grows with each change
  Timestamp from;
  Timestamp until;             // ignored for a whole day
  std::optional<int64_t> day;  // a whole day instead: days since 1970-01-01
  std::string summary;
  std::string description;
  std::string category;
  enum class Status { tentative, confirmed, cancelled } status = Status::confirmed;
  bool busy = true;
};

/// The calendar, lines ended by CRLF and folded at 75 octets between characters (section 3.1), times in UTC (form 2 of
/// section 3.3.5, so no VTIMEZONE is needed). Control characters but line breaks are left out.
std::string write_calendar(std::string_view name, const std::vector<CalendarEvent>& events);

/// `text` as section 3.3.11 escapes it.
std::string escape_calendar_text(std::string_view text);

/// One content line, folded, with its CRLF.
std::string fold_calendar_line(std::string_view line);

}  // namespace yagura::desks::governance
