#include "detect/encoding.hpp"

#include "base/digest.hpp"
#include "detect/fold.hpp"

namespace yagura::detect {

std::optional<std::string> to_utf16(std::string_view text, bool big_endian) {
  std::string out;
  const auto put = [&](uint32_t unit) {
    const char high = static_cast<char>(unit >> 8);
    const char low = static_cast<char>(unit & 0xFF);
    out += big_endian ? high : low;
    out += big_endian ? low : high;
  };
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = decode_at(text, at);
    if (c.value >= 0x110000) return std::nullopt;
    if (c.value >= 0x10000) {
      put(0xD800 + ((c.value - 0x10000) >> 10));
      put(0xDC00 + ((c.value - 0x10000) & 0x3FF));
    } else {
      put(c.value);
    }
    at += c.bytes;
  }
  return out;
}

std::array<std::string, 3> base64_offsets(std::string_view bytes) {
  // The first character that `offset` foreign bytes in front leave untouched, and how many at the end hold
  // bits of what follows (or padding).
  constexpr size_t first[] = {0, 2, 3};
  constexpr size_t last[] = {0, 3, 2};
  std::array<std::string, 3> out;
  for (size_t offset = 0; offset < 3; ++offset) {
    const std::string whole = to_base64(std::string(offset, ' ') + std::string(bytes));
    const size_t tail = last[(bytes.size() + offset) % 3];
    if (whole.size() >= first[offset] + tail)
      out[offset] = whole.substr(first[offset], whole.size() - first[offset] - tail);
  }
  return out;
}

}  // namespace yagura::detect
