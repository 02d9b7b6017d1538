// Arbitrary bytes as a file of indicators: whatever its reader tells must be sound, however the bytes are cut.
#pragma once

#include <string>
#include <string_view>

#include "base/check.hpp"
#include "detect/indicators/indicator_intake.hpp"
#include "detect/indicators/indicator_listing.hpp"
#include "detect/indicators/normal_form.hpp"
#include "indicators/told.hpp"

namespace yagura::detect::test {

inline void read_any(std::string_view name, std::string_view bytes) {
  const IndicatorFormat* format = find_indicator_format(name);
  check(format != nullptr, "the format is registered");
  static_cast<void>(sniff_indicator_format(bytes));
  check(told(*format, bytes, bytes.size() + 1) == told(*format, bytes, 3),
        "how the bytes are cut changes what is told");
  auto store = IndicatorStore::open({});
  IntakeOptions options;
  options.format = format;
  options.defaults.listing.source = "fuzz";
  IndicatorIntake intake(**store, options);
  check(intake.feed(bytes).has_value(), "memory takes everything");
  const auto report = intake.finish();
  check(report.has_value(), "memory takes everything");
  IndicatorQuery query;
  query.red = true;
  const auto page = list_indicators(*(*store)->snapshot(), query);
  for (const Indicator& one : page->indicators) {
    const auto packed = pack(one.type, one.value);
    check(packed && unpack(one.type, *packed) == one.value, "a normal form is its own normal form");
    check(!find_indicators(*(*store)->snapshot(), one.value, true).empty(), "what is listed is found");
  }
}

}  // namespace yagura::detect::test
