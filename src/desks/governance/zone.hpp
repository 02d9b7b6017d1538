// Wall-clock times of a time zone: where a roster's hours become instants.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace yagura::desks::governance {

/// Days since 1970-01-01 of "2026-04-08"; nothing when it is no date.
std::optional<int64_t> parse_day(std::string_view date);
/// "2026-04-08"
std::string format_day(int64_t day);
/// 0 Monday to 6 Sunday.
int weekday_of(int64_t day);
/// Minutes after midnight of "09:00", up to "24:00"; nothing when it is no time of day.
std::optional<int> parse_minutes(std::string_view text);

class Zone {
 public:
  /// An IANA name, "Asia/Tokyo"; nothing when there is no such zone.
  static std::optional<Zone> open(const std::string& name);

  /// When the wall clock shows so many minutes after midnight of that day; 1440 and more are on the next day. A time
  /// that a change of the clock leaves out is the moment of that change, one that comes twice is the first.
  Timestamp at(int64_t day, int minutes) const;
  /// The day that the wall clock shows.
  int64_t day(Timestamp at) const;

 private:
  struct Rules;
  explicit Zone(std::shared_ptr<const Rules> rules) : rules_(std::move(rules)) {}
  std::shared_ptr<const Rules> rules_;
};

}  // namespace yagura::desks::governance
