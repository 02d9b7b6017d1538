#include "base/printable.hpp"

#include <fmt/format.h>
#include <unicode/utf8.h>

namespace yagura {
namespace {

bool turns_direction(UChar32 c) {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x200E || c == 0x200F || c == 0x061C;
}

bool hidden(UChar32 c) {
  const bool control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  const bool separator = c == 0x2028 || c == 0x2029;
  const bool invisible = c == 0x200B || c == 0x2060 || c == 0xFEFF || (c >= 0xE0000 && c <= 0xE007F);
  return control || turns_direction(c) || separator || invisible;
}

std::string escape_of(UChar32 c) {
  if (c == '\n') return "\\n";
  if (c == '\t') return "\\t";
  if (c == '\r') return "\\r";
  if (c < 0x100) return fmt::format("\\x{:02x}", c);
  return c < 0x10000 ? fmt::format("\\u{:04x}", c) : fmt::format("\\u{{{:x}}}", c);
}

}  // namespace

std::string printable(std::string_view text, std::string_view keep) {
  std::string out;
  out.reserve(text.size());
  const auto length = static_cast<int64_t>(text.size());
  for (int64_t i = 0; i < length;) {
    const int64_t start = i;
    UChar32 c = 0;
    U8_NEXT(reinterpret_cast<const uint8_t*>(text.data()), i, length, c);
    if (c < 0)
      out += "\xEF\xBF\xBD";
    else if (!hidden(c) || (c < 0x80 && keep.contains(static_cast<char>(c))))
      out += text.substr(static_cast<size_t>(start), static_cast<size_t>(i - start));
    else
      out += escape_of(c);
  }
  return out;
}

}  // namespace yagura
