#include "formats/evtx/utf16.hpp"

#include "formats/evtx/layout.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace yagura::formats::evtx {
namespace {

constexpr uint32_t replacement = 0xFFFD;

uint32_t unit_at(std::string_view in, size_t i) {
  return number_at<uint16_t>(in, 2 * i);
}

bool high_surrogate(uint32_t unit) {
  return unit >= 0xD800 && unit < 0xDC00;
}
bool low_surrogate(uint32_t unit) {
  return unit >= 0xDC00 && unit < 0xE000;
}

/// How many units from `in` are ASCII, in steps of 8, copied to `out` as bytes.
size_t copy_ascii(std::string_view in, char* out) {
  size_t done = 0;
#ifdef __SSE2__
  const __m128i beyond = _mm_set1_epi16(static_cast<short>(0xFF80));
  for (const size_t units = in.size() / 2; done + 8 <= units; done += 8) {
    const __m128i eight = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in.data() + 2 * done));
    if (_mm_movemask_epi8(_mm_cmpeq_epi16(_mm_and_si128(eight, beyond), _mm_setzero_si128())) != 0xFFFF) break;
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out + done), _mm_packus_epi16(eight, eight));
  }
#endif
  return done;
}

}  // namespace

size_t put_utf8(uint32_t c, char* out) {
  if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = replacement;
  const auto put = [&](size_t i, uint32_t byte) { out[i] = static_cast<char>(byte); };
  if (c < 0x80) {
    put(0, c);
    return 1;
  }
  if (c < 0x800) {
    put(0, 0xC0 | c >> 6);
    put(1, 0x80 | (c & 0x3F));
    return 2;
  }
  if (c < 0x10000) {
    put(0, 0xE0 | c >> 12);
    put(1, 0x80 | (c >> 6 & 0x3F));
    put(2, 0x80 | (c & 0x3F));
    return 3;
  }
  put(0, 0xF0 | c >> 18);
  put(1, 0x80 | (c >> 12 & 0x3F));
  put(2, 0x80 | (c >> 6 & 0x3F));
  put(3, 0x80 | (c & 0x3F));
  return 4;
}

size_t utf16_to_utf8(std::string_view in, char* out, event::Dirt& dirt) {
  char* const start = out;
  const size_t units = in.size() / 2;
  size_t i = 0;
  while (i < units) {
    const size_t plain = copy_ascii(in.substr(2 * i), out);
    i += plain;
    out += plain;
    // At most eight units one by one, then the vector loop has another try.
    for (const size_t stop = units - i < 8 ? units : i + 8; i < stop; ++i) {
      uint32_t c = unit_at(in, i);
      if (high_surrogate(c) && i + 1 < units && low_surrogate(unit_at(in, i + 1))) {
        c = 0x10000 + ((c - 0xD800) << 10) + (unit_at(in, ++i) - 0xDC00);
      } else if (high_surrogate(c) || low_surrogate(c)) {
        dirt = dirt | event::Dirt::bad_encoding;
      }
      out += put_utf8(c, out);
    }
  }
  return static_cast<size_t>(out - start);
}

std::string_view utf16_text(std::string_view bytes, event::Arena& arena, event::Dirt& dirt) {
  size_t units = bytes.size() / 2;
  while (units > 0 && unit_at(bytes, units - 1) == 0) --units;
  if (units == 0) return {};
  const size_t room = units * utf8_bytes_per_unit_max;
  char* out = arena.allocate(room);
  const size_t size = utf16_to_utf8(bytes.substr(0, 2 * units), out, dirt);
  arena.shrink_last(room, size);
  return {out, size};
}

}  // namespace yagura::formats::evtx
