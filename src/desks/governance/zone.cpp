#include "desks/governance/zone.hpp"

#include <unicode/basictz.h>
#include <unicode/timezone.h>

#include "desks/governance/deeds.hpp"

namespace yagura::desks::governance {

struct Zone::Rules {
  std::unique_ptr<icu::TimeZone> zone;
};

namespace {

constexpr int64_t ns_per_ms = 1'000'000;
constexpr int64_t minute_ns = 60 * ns_per_second;

/// Milliseconds since 1970, as ICU counts; what is shorter falls away.
UDate icu_time(Timestamp at) {
  const int64_t ms = at.ns / ns_per_ms;
  return static_cast<UDate>(ms);
}

}  // namespace

std::optional<int64_t> parse_day(std::string_view date) {
  if (date.size() != 10) return std::nullopt;
  const auto at = parse_time(std::string(date) + "T00:00:00Z");
  if (!at) return std::nullopt;
  return day_of(*at);
}

std::string format_day(int64_t day) {
  return format_time(Timestamp{day * day_ns}, 0).substr(0, 10);
}

int weekday_of(int64_t day) {
  constexpr int thursday = 3;  // 1970-01-01
  return static_cast<int>(((day + thursday) % 7 + 7) % 7);
}

std::optional<int> parse_minutes(std::string_view text) {
  const auto digit = [&](size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4) || text[3] > '5')
    return std::nullopt;
  const int minutes = ((text[0] - '0') * 10 + text[1] - '0') * 60 + (text[3] - '0') * 10 + text[4] - '0';
  if (minutes > 24 * 60) return std::nullopt;
  return minutes;
}

std::optional<Zone> Zone::open(const std::string& name) {
  std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name)));
  if (zone == nullptr || *zone == icu::TimeZone::getUnknown()) return std::nullopt;
  return Zone(std::make_shared<const Rules>(Rules{std::move(zone)}));
}

Timestamp Zone::at(int64_t day, int minutes) const {
  const Timestamp wall{day * day_ns + minutes * minute_ns};
  int32_t raw_ms = 0;
  int32_t dst_ms = 0;
  UErrorCode error = U_ZERO_ERROR;
  const auto wall_ms = icu_time(wall);
  if (const auto* basic = dynamic_cast<const icu::BasicTimeZone*>(rules_->zone.get()))
    basic->getOffsetFromLocal(wall_ms, UCAL_TZ_LOCAL_FORMER, UCAL_TZ_LOCAL_FORMER, raw_ms, dst_ms, error);
  else
    rules_->zone->getOffset(wall_ms, 1, raw_ms, dst_ms, error);
  if (U_FAILURE(error) != 0) return wall;
  return Timestamp{wall.ns - (int64_t{raw_ms} + dst_ms) * ns_per_ms};
}

int64_t Zone::day(Timestamp at) const {
  int32_t raw_ms = 0;
  int32_t dst_ms = 0;
  UErrorCode error = U_ZERO_ERROR;
  rules_->zone->getOffset(icu_time(at), 0, raw_ms, dst_ms, error);
  if (U_FAILURE(error) != 0) return day_of(at);
  return day_of(Timestamp{at.ns + (int64_t{raw_ms} + dst_ms) * ns_per_ms});
}

}  // namespace yagura::desks::governance
