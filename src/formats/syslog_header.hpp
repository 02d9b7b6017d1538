#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace yagura::formats {

/// One parameter of RFC 5424 structured data; `value` still holds its escapes (\" \\ \]) when `escaped`.
struct SyslogParameter {
  std::string_view id;
  std::string_view name;
  std::string_view value;
  bool escaped = false;
};

constexpr size_t syslog_parameters_max = 256;

/// A syslog line cut into its parts. What was not there is empty.
struct SyslogLine {
  int priority = -1;  // facility * 8 + severity; -1 when the line had none (files)
  int version = 0;    // 1 for RFC 5424
  std::optional<Timestamp> time;
  std::string_view host;
  std::string_view program;
  std::string_view pid;
  std::string_view message_id;
  std::vector<SyslogParameter> parameters;
  std::string_view message;
};

/// Cuts RFC 5424, RFC 3164 and what is written of it to files (no priority; ISO 8601 time) into `out`. `received` gives
/// an RFC 3164 time its year: the one that puts it nearest before `received` (up to a day ahead is allowed, so December
/// and January meet rightly). `zone_offset_seconds` is that of times without one. False when the line is neither.
bool parse_syslog(std::string_view line, Timestamp received, int zone_offset_seconds, SyslogLine& out);

/// "auth", "cron" ... and "emerg" to "debug" (RFC 5424 tables 1 and 2); a priority is 0 to 191.
std::string_view syslog_facility(int priority);
std::string_view syslog_severity(int priority);

/// A structured-data value without its escapes, into `out`.
void unescape_parameter(std::string_view value, std::string& out);

}  // namespace yagura::formats
