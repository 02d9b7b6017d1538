#include "base/time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <utility>

namespace yagura {
namespace {

struct Cursor {
  std::string_view rest;

  bool digits(int count, int& out) {
    if (rest.size() < static_cast<size_t>(count)) return false;
    out = 0;
    for (int i = 0; i < count; ++i) {
      if (rest[i] < '0' || rest[i] > '9') return false;
      out = out * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(count);
    return true;
  }

  bool one_of(std::string_view set) {
    if (rest.empty() || set.find(rest.front()) == std::string_view::npos) return false;
    rest.remove_prefix(1);
    return true;
  }
};

bool leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int month_days(int year, int month) {
  constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap(year) ? 29 : days[month - 1];
}

std::optional<int64_t> parse_offset_seconds(Cursor& in) {
  if (in.rest.empty() || in.one_of("Zz")) return 0;
  const bool negative = in.rest.front() == '-';
  int hours = 0;
  int minutes = 0;
  if (!in.one_of("+-") || !in.digits(2, hours)) return std::nullopt;
  in.one_of(":");
  if (!in.rest.empty() && !in.digits(2, minutes)) return std::nullopt;
  if (hours > 23 || minutes > 59) return std::nullopt;
  const int64_t seconds = hours * 3600 + minutes * 60;
  return negative ? -seconds : seconds;
}

}  // namespace

int64_t days_from_civil(int64_t year, unsigned month, unsigned day) {
  year -= month <= 2;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<int64_t>(day_of_era) - 719468;
}

Timestamp system_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::nanoseconds>(since).count()};
}

std::optional<Timestamp> parse_time(std::string_view text) {
  constexpr size_t seconds_end = 19;  // of "2026-04-08T10:58:04"
  if (text.size() < seconds_end) return std::nullopt;
  bool digits = true;
  const auto two = [&](size_t at) {
    const auto tens = static_cast<unsigned char>(text[at] - '0');
    const auto ones = static_cast<unsigned char>(text[at + 1] - '0');
    digits = digits && tens <= 9 && ones <= 9;
    return tens * 10 + ones;
  };
  const auto in_date = [](char c) { return c == '-' || c == '/'; };
  const int year = two(0) * 100 + two(2);
  const int month = two(5);
  const int day = two(8);
  const int hour = two(11);
  const int minute = two(14);
  const int second = two(17);
  const char join = text[10];
  if (!digits || !in_date(text[4]) || !in_date(text[7]) || (join != 'T' && join != 't' && join != ' ') ||
      text[13] != ':' || text[16] != ':')
    return std::nullopt;
  Cursor in{text.substr(seconds_end)};
  if (year < 1678 || year > 2261 || month < 1 || month > 12 || day < 1 || day > month_days(year, month) || hour > 23 ||
      minute > 59 || second > 60)
    return std::nullopt;
  int64_t fraction_ns = 0;
  if (in.one_of(".,")) {
    if (in.rest.empty() || in.rest.front() < '0' || in.rest.front() > '9') return std::nullopt;
    int64_t unit = ns_per_second / 10;
    while (!in.rest.empty() && in.rest.front() >= '0' && in.rest.front() <= '9') {
      fraction_ns += (in.rest.front() - '0') * unit;
      unit /= 10;
      in.rest.remove_prefix(1);
    }
  }
  if (!in.rest.empty() && in.rest.front() == ' ') in.rest.remove_prefix(1);
  const auto offset = parse_offset_seconds(in);
  if (!offset || !in.rest.empty()) return std::nullopt;
  const int64_t seconds = days_from_civil(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - *offset;
  return Timestamp{seconds * ns_per_second + fraction_ns};
}

std::optional<int64_t> parse_span(std::string_view text) {
  if (text.size() < 2 || text.front() < '0' || text.front() > '9') return std::nullopt;
  constexpr std::pair<char, int64_t> units[] = {{'s', 1},      {'m', 60},      {'h', 3600},
                                                {'d', 86'400}, {'w', 604'800}, {'y', int64_t{365} * 86'400}};
  int64_t count = 0;
  const char* const last = text.data() + text.size() - 1;
  const auto [end, error] = std::from_chars(text.data(), last, count);
  if (error != std::errc() || end != last) return std::nullopt;
  for (const auto& [letter, seconds] : units)
    if (letter == *last && count <= span_seconds_max / seconds) return count * seconds;
  return std::nullopt;
}

std::string format_time(Timestamp time, int digits) {
  int64_t seconds = time.ns / ns_per_second;
  int64_t fraction = time.ns % ns_per_second;
  if (fraction < 0) {
    fraction += ns_per_second;
    --seconds;
  }
  const auto whole = std::chrono::sys_seconds{std::chrono::seconds{seconds}};
  const auto day = std::chrono::floor<std::chrono::days>(whole);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{whole - day};
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (digits > 0) {
    const std::string nine = fmt::format("{:09}", fraction);
    out += "." + nine.substr(0, digits);
  }
  return out + "Z";
}

}  // namespace yagura
