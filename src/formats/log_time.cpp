#include "formats/log_time.hpp"

#include <array>
#include <string>

#include "base/text.hpp"

namespace yagura::formats {
namespace {

bool all_digits(std::string_view text) {
  for (const char c : text)
    if (c < '0' || c > '9') return false;
  return !text.empty();
}

std::optional<Timestamp> parse_epoch(std::string_view text) {
  const size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  std::string_view fraction = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  if (!all_digits(whole) || (dot != std::string_view::npos && !all_digits(fraction))) return std::nullopt;
  int64_t unit = 0;
  if (whole.size() == 9 || whole.size() == 10)
    unit = ns_per_second;
  else if (whole.size() == 13)
    unit = 1'000'000;
  else if (whole.size() == 16)
    unit = 1'000;
  else if (whole.size() == 19)
    unit = 1;
  else
    return std::nullopt;
  uint64_t value = 0;
  for (const char c : whole) value = value * 10 + static_cast<uint64_t>(c - '0');
  if (value > static_cast<uint64_t>(INT64_MAX / unit)) return std::nullopt;
  int64_t part = 0;
  int64_t scale = unit;
  for (const char c : fraction.substr(0, 9)) {
    scale /= 10;
    part += (c - '0') * scale;
  }
  const int64_t ns = static_cast<int64_t>(value) * unit;
  if (ns > INT64_MAX - part) return std::nullopt;
  return Timestamp{ns + part};
}

/// "10/Oct/2023:13:55:36 +0900" as parse_time() takes it.
std::optional<Timestamp> parse_apache(std::string_view text) {
  if (text.size() < 20 || text.size() > 26 || text[2] != '/' || text[6] != '/' || text[11] != ':') return std::nullopt;
  const unsigned month = month_of(text.substr(3, 3));
  if (month == 0) return std::nullopt;
  std::string iso(text.substr(7, 4));
  iso += month < 10 ? "-0" : "-1";
  iso += static_cast<char>('0' + month % 10);
  iso += '-';
  iso += text.substr(0, 2);
  iso += 'T';
  iso += text.substr(12);
  return parse_time(iso);
}

/// One or two digits; moves past them.
bool take_pair(std::string_view& text, int& value) {
  size_t count = 0;
  value = 0;
  while (count < 2 && count < text.size() && text[count] >= '0' && text[count] <= '9')
    value = value * 10 + (text[count++] - '0');
  text.remove_prefix(count);
  return count > 0;
}

bool take_one(std::string_view& text, std::string_view set) {
  if (text.empty() || !set.contains(text.front())) return false;
  text.remove_prefix(1);
  return true;
}

/// "2026/4/1 9:05" and "2026-04-01 9:05:07": what spreadsheets and Japanese products write.
std::optional<Timestamp> parse_loose(std::string_view text) {
  if (text.size() < 11 || !all_digits(text.substr(0, 4))) return std::nullopt;
  int parts[5] = {0, 0, 0, 0, 0};
  const std::string year(text.substr(0, 4));
  text.remove_prefix(4);
  constexpr std::string_view before[] = {"/-", "/-", " T", ":", ":"};
  for (size_t i = 0; i < 5; ++i) {
    if (i == 4 && text.empty()) break;
    if (!take_one(text, before[i]) || !take_pair(text, parts[i])) return std::nullopt;
  }
  const auto two = [](int value) {
    return std::string{static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
  };
  return parse_time(year + "-" + two(parts[0]) + "-" + two(parts[1]) + "T" + two(parts[2]) + ":" + two(parts[3]) + ":" +
                    two(parts[4]) + std::string(text));
}

bool names_zone(std::string_view text) {
  if (text.size() < 20) return false;
  if (text.back() == 'Z' || text.back() == 'z') return true;
  return text.find_first_of("+-", 19) != std::string_view::npos;
}

}  // namespace

unsigned month_of(std::string_view three_letters) {
  constexpr std::array<std::string_view, 12> names = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  for (size_t i = 0; i < names.size(); ++i)
    if (names[i] == three_letters) return static_cast<unsigned>(i + 1);
  return 0;
}

std::optional<LogTime> parse_log_time(std::string_view text, int zone_offset_seconds) {
  text = trim(text);
  constexpr std::string_view dot_net = "/Date(";
  if (text.starts_with(dot_net) && text.ends_with(")/")) {
    text.remove_prefix(dot_net.size());
    text.remove_suffix(2);
  }
  if (text.size() < 9) return std::nullopt;
  const bool dated = text[4] == '-' || text[4] == '/';  // so it is no epoch
  if (!dated) {
    if (const auto epoch = parse_epoch(text)) return LogTime{*epoch, true};
  }
  auto time = parse_time(text);
  if (!time) time = parse_apache(text);
  if (!time) time = parse_loose(text);
  if (!time) return std::nullopt;
  if (names_zone(text)) return LogTime{*time, true};
  const int64_t shift = zone_offset_seconds * ns_per_second;
  if ((shift > 0 && time->ns < INT64_MIN + shift) || (shift < 0 && time->ns > INT64_MAX + shift)) return std::nullopt;
  return LogTime{Timestamp{time->ns - shift}, false};
}

}  // namespace yagura::formats
