#include "desks/local_time.hpp"

#include <unicode/timezone.h>

#include <memory>

namespace yagura::desks {
namespace {

std::unique_ptr<icu::TimeZone> open_zone(const std::string& zone) {
  std::unique_ptr<icu::TimeZone> out(icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(zone)));
  if (out == nullptr || *out == icu::TimeZone::getUnknown()) return nullptr;
  return out;
}

}  // namespace

bool is_zone(const std::string& zone) {
  return open_zone(zone) != nullptr;
}

std::string local_time(Timestamp time, const std::string& zone, Grain grain) {
  int32_t raw_ms = 0;
  int32_t dst_ms = 0;
  UErrorCode error = U_ZERO_ERROR;
  const int64_t time_ms = time.ns / 1'000'000;
  if (const auto opened = open_zone(zone)) opened->getOffset(static_cast<UDate>(time_ms), false, raw_ms, dst_ms, error);
  const int64_t offset_ms = U_SUCCESS(error) != 0 ? int64_t{raw_ms} + dst_ms : 0;
  // Times near the ends of what a Timestamp holds stay in UTC rather than wrap.
  int64_t shifted = 0;
  if (__builtin_add_overflow(time.ns, offset_ms * 1'000'000, &shifted)) shifted = time.ns;
  std::string text = format_time({shifted}, 0);  // "2026-04-08T19:58:04Z"
  text.resize(grain == Grain::day ? 10 : 16);
  if (grain == Grain::minute) text[10] = ' ';
  return text;
}

Timestamp start_of_day(int64_t day, const std::string& zone) {
  constexpr int64_t day_ms = 86'400'000;
  constexpr int64_t ns_per_ms = 1'000'000;
  int32_t raw_ms = 0;
  int32_t dst_ms = 0;
  UErrorCode error = U_ZERO_ERROR;
  const auto opened = open_zone(zone);
  if (opened) opened->getOffset(static_cast<UDate>(day * day_ms), true, raw_ms, dst_ms, error);
  const int64_t offset_ms = opened && U_SUCCESS(error) != 0 ? int64_t{raw_ms} + dst_ms : 0;
  return {(day * day_ms - offset_ms) * ns_per_ms};
}

}  // namespace yagura::desks
