#include "formats/decoder.hpp"

#include "base/check.hpp"

namespace yagura::formats {

const Format* find_format(std::string_view name) {
  for (const Format* format : all_formats())
    if (format->name == name) return format;
  return nullptr;
}

const Format* sniff_format(std::string_view head, std::string_view file_name) {
  const Format* best = nullptr;
  int surest = 0;
  for (const Format* format : all_formats()) {
    const int sure = format->sniff(head, file_name);
    if (sure > surest) {
      surest = sure;
      best = format;
    }
  }
  if (!best) best = find_format("lines");
  check(best != nullptr, "the format `lines` is missing");
  return best;
}

}  // namespace yagura::formats
