#include "detect/indicators/reader.hpp"

#include "base/check.hpp"

namespace yagura::detect {

const IndicatorFormat* find_indicator_format(std::string_view name) {
  for (const IndicatorFormat* format : all_indicator_formats())
    if (format->name == name) return format;
  return nullptr;
}

const IndicatorFormat& sniff_indicator_format(std::string_view head) {
  const IndicatorFormat* best = find_indicator_format("list");
  check(best != nullptr, "a plain list is always a format");
  int surest = 0;
  for (const IndicatorFormat* format : all_indicator_formats())
    if (const int sure = format->sniff(head); sure > surest) {
      surest = sure;
      best = format;
    }
  return *best;
}

}  // namespace yagura::detect
