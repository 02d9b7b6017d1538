#include "formats/syslog_header.hpp"

#include <array>
#include <string>

#include "base/text.hpp"
#include "formats/log_time.hpp"
#include "formats/text_cursor.hpp"

namespace yagura::formats {
namespace {

constexpr int priority_max = 191;
constexpr size_t host_bytes_max = 255;
constexpr size_t program_bytes_max = 128;

int number(std::string_view text) {
  int value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return value;
}

bool parse_priority(TextCursor& in, int& priority) {
  TextCursor at = in;
  std::string_view digits;
  if (!at.skip("<") || !at.until(">", digits) || digits.size() > 3 || !all_digits(digits)) return false;
  if (number(digits) > priority_max) return false;
  priority = number(digits);
  in = at;
  return true;
}

bool leap(int64_t year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/// A time of the year in the year that puts it nearest before `received`, at most a day ahead of it.
std::optional<Timestamp> place_in_year(unsigned month, unsigned day, int64_t second_of_day, Timestamp received,
                                       int zone_offset_seconds) {
  constexpr int64_t ahead_max = 86'400 * ns_per_second;
  constexpr int64_t leap_span = 8;
  const int64_t days = received.ns / ns_per_second / 86'400;
  const int64_t latest = 1970 + days / 365 + 1;
  for (int64_t year = latest; year > latest - leap_span - 2; --year) {
    if (month == 2 && day == 29 && !leap(year)) continue;
    const int64_t seconds = days_from_civil(year, month, day) * 86'400 + second_of_day - zone_offset_seconds;
    if (seconds * ns_per_second <= received.ns + ahead_max) return Timestamp{seconds * ns_per_second};
  }
  return std::nullopt;
}

/// "hh:mm:ss" with an optional fraction.
bool parse_clock(std::string_view text, int64_t& second_of_day, int64_t& fraction_ns) {
  if (text.size() < 8 || text[2] != ':' || text[5] != ':') return false;
  if (!all_digits(text.substr(0, 2)) || !all_digits(text.substr(3, 2)) || !all_digits(text.substr(6, 2))) return false;
  const int hour = number(text.substr(0, 2));
  const int minute = number(text.substr(3, 2));
  const int second = number(text.substr(6, 2));
  if (hour > 23 || minute > 59 || second > 60) return false;
  second_of_day = hour * 3600 + minute * 60 + second;
  fraction_ns = 0;
  if (text.size() == 8) return true;
  if (text[8] != '.' || !all_digits(text.substr(9)) || text.size() > 18) return false;
  int64_t unit = ns_per_second;
  for (const char c : text.substr(9)) fraction_ns += (c - '0') * (unit /= 10);
  return true;
}

/// "Mmm dd hh:mm:ss" or with the year in between (Cisco), as RFC 3164 section 4.1.2.
bool parse_old_time(TextCursor& in, Timestamp received, int zone, std::optional<Timestamp>& time) {
  constexpr std::array<unsigned, 12> days = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  TextCursor at = in;
  at.skip("*");  // Cisco: the clock is not set
  const unsigned month = month_of(at.rest.substr(0, 3));
  if (month == 0 || at.rest.size() < 4 || at.rest[3] != ' ') return false;
  at.rest.remove_prefix(4);
  at.skip_spaces();
  const std::string_view day_text = at.word();
  if (day_text.size() > 2 || !all_digits(day_text)) return false;
  const auto day = static_cast<unsigned>(number(day_text));
  if (day < 1 || day > days[month - 1]) return false;
  std::string_view clock = at.word();
  int64_t year = 0;
  if (clock.size() == 4 && all_digits(clock)) {
    year = number(clock);
    clock = at.word();
  }
  if (clock.ends_with(':')) clock.remove_suffix(1);
  int64_t second_of_day = 0;
  int64_t fraction_ns = 0;
  if (!parse_clock(clock, second_of_day, fraction_ns)) return false;
  if (year >= 1970 && year < 2262)
    time = Timestamp{(days_from_civil(year, month, day) * 86'400 + second_of_day - zone) * ns_per_second};
  else
    time = place_in_year(month, day, second_of_day, received, zone);
  if (time) time->ns += fraction_ns;
  in = at;
  return true;
}

bool parse_iso_time(TextCursor& in, int zone, std::optional<Timestamp>& time) {
  TextCursor at = in;
  const std::string_view text = at.word();
  if (text.size() < 19 || text[4] != '-') return false;
  const auto parsed = parse_log_time(text, zone);
  if (!parsed) return false;
  time = parsed->time;
  in = at;
  return true;
}

bool is_host(std::string_view text) {
  if (text.empty() || text.size() > host_bytes_max) return false;
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || c == '[' || c == ']' || c == '(' || c == '"' || c == '=') return false;
  return text.back() != ':' || text == "::";
}

/// "program[pid]: " or "program: "; leaves the cursor when there is no tag.
void parse_tag(TextCursor& in, SyslogLine& out) {
  size_t at = 0;
  const std::string_view text = in.rest.substr(0, program_bytes_max);
  while (at < text.size() && text[at] != ' ' && text[at] != ':' && text[at] != '[') ++at;
  if (at == 0 || at == text.size() || text[at] == ' ') return;
  TextCursor after{in.rest.substr(at)};
  std::string_view pid;
  if (after.skip("[") && !after.until("]", pid)) return;
  if (pid.size() > 32 || !after.skip(":")) return;
  after.skip(" ");
  out.program = text.substr(0, at);
  out.pid = pid;
  in = after;
}

std::string_view nil(std::string_view text) {
  return text == "-" ? std::string_view() : text;
}

bool parse_parameters(TextCursor& in, SyslogLine& out) {
  if (in.skip("-")) return in.done() || in.rest.front() == ' ';
  while (in.skip("[")) {
    std::string_view id;
    const size_t end = in.rest.find_first_of(" ]");
    if (end == std::string_view::npos) return false;
    id = in.rest.substr(0, end);
    in.rest.remove_prefix(end);
    while (in.skip(" ")) {
      SyslogParameter parameter{.id = id, .name = {}, .value = {}, .escaped = false};
      if (!in.until("=\"", parameter.name)) return false;
      size_t close = 0;
      while (close < in.rest.size() && in.rest[close] != '"') {
        if (in.rest[close] == '\\') {
          parameter.escaped = true;
          ++close;
        }
        ++close;
      }
      if (close >= in.rest.size()) return false;
      parameter.value = in.rest.substr(0, close);
      in.rest.remove_prefix(close + 1);
      if (out.parameters.size() < syslog_parameters_max) out.parameters.push_back(parameter);
    }
    if (!in.skip("]")) return false;
  }
  return !out.parameters.empty() || in.done() || in.rest.front() == ' ';
}

bool parse_new(TextCursor in, int zone, SyslogLine& out) {
  if (!in.skip("1 ")) return false;
  const std::string_view time = in.word();
  if (time != "-") {
    const auto parsed = parse_log_time(time, zone);
    if (!parsed) return false;
    out.time = parsed->time;
  }
  out.version = 1;
  out.host = nil(in.word());
  out.program = nil(in.word());
  out.pid = nil(in.word());
  out.message_id = nil(in.word());
  if (!parse_parameters(in, out)) return false;
  in.skip(" ");
  in.skip("\xEF\xBB\xBF");
  out.message = in.rest;
  return true;
}

}  // namespace

bool parse_syslog(std::string_view line, Timestamp received, int zone, SyslogLine& out) {
  out = {};
  TextCursor in{line};
  const bool prioritised = parse_priority(in, out.priority);
  if (prioritised) {
    const int priority = out.priority;
    if (parse_new(in, zone, out)) return true;
    out = {};
    out.priority = priority;
  }
  if (!parse_old_time(in, received, zone, out.time) && !parse_iso_time(in, zone, out.time)) {
    out.message = in.rest;
    return prioritised;
  }
  TextCursor at = in;
  const std::string_view host = at.word();
  if (is_host(host) && !in.rest.starts_with("last message repeated ")) {
    out.host = host;
    in = at;
  }
  parse_tag(in, out);
  out.message = in.rest;
  return true;
}

std::string_view syslog_facility(int priority) {
  constexpr std::array<std::string_view, 24> names = {"kern",   "user",     "mail",     "daemon", "auth",     "syslog",
                                                      "lpr",    "news",     "uucp",     "cron",   "authpriv", "ftp",
                                                      "ntp",    "logaudit", "logalert", "clock",  "local0",   "local1",
                                                      "local2", "local3",   "local4",   "local5", "local6",   "local7"};
  return priority >= 0 && priority <= priority_max ? names[static_cast<size_t>(priority) / 8] : std::string_view();
}

std::string_view syslog_severity(int priority) {
  constexpr std::array<std::string_view, 8> names = {"emerg",   "alert",  "crit", "err",
                                                     "warning", "notice", "info", "debug"};
  return priority >= 0 && priority <= priority_max ? names[static_cast<size_t>(priority) % 8] : std::string_view();
}

void unescape_parameter(std::string_view value, std::string& out) {
  out.clear();
  for (size_t i = 0; i < value.size(); ++i) {
    const bool escape = value[i] == '\\' && i + 1 < value.size() &&
                        (value[i + 1] == '"' || value[i + 1] == '\\' || value[i + 1] == ']');
    if (escape) ++i;
    out += value[i];
  }
}

}  // namespace yagura::formats
