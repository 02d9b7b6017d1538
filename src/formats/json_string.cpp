#include "formats/json_string.hpp"

#include <emmintrin.h>

#include <bit>
#include <cstdint>
#include <cstring>

namespace yagura::formats {
namespace {

constexpr size_t vector_bytes = 16;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The value of the four digits at `at`, -1 when they are none.
int32_t hex4(const char* at, const char* end) {
  if (end - at < 4) return -1;
  int32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    const int digit = hex_digit(at[i]);
    if (digit < 0) return -1;
    value = value * 16 + digit;
  }
  return value;
}

/// At most 4 bytes; never more than the escape they stand for.
char* put_utf8(char* out, uint32_t c) {
  if (c < 0x80) {
    *out++ = static_cast<char>(c);
  } else if (c < 0x800) {
    *out++ = static_cast<char>(0xC0 | (c >> 6));
    *out++ = static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    *out++ = static_cast<char>(0xE0 | (c >> 12));
    *out++ = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    *out++ = static_cast<char>(0x80 | (c & 0x3F));
  } else {
    *out++ = static_cast<char>(0xF0 | (c >> 18));
    *out++ = static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    *out++ = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    *out++ = static_cast<char>(0x80 | (c & 0x3F));
  }
  return out;
}

char single_escape(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '/':
      return c;
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return 0;
  }
}

/// `at` stands on a backslash; writes what it escapes and moves both.
void unescape_one(const char*& at, const char* end, char*& out, bool& repaired) {
  constexpr uint32_t replacement = 0xFFFD;
  if (end - at >= 2 && at[1] == 'u') {
    const int32_t unit = hex4(at + 2, end);
    if (unit >= 0) {
      at += 6;
      auto code = static_cast<uint32_t>(unit);
      if (code >= 0xD800 && code <= 0xDFFF) {
        const int32_t low = code < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u' ? hex4(at + 2, end) : -1;
        if (low >= 0xDC00 && low <= 0xDFFF) {
          at += 6;
          code = 0x10000 + ((code - 0xD800) << 10) + (static_cast<uint32_t>(low) - 0xDC00);
        } else {
          code = replacement;
          repaired = true;
        }
      }
      out = put_utf8(out, code);
      return;
    }
  } else if (end - at >= 2) {
    if (const char c = single_escape(at[1])) {
      *out++ = c;
      at += 2;
      return;
    }
  }
  repaired = true;
  *out++ = *at++;
}

}  // namespace

std::string_view json_unescape(std::string_view inside, event::Arena& arena, bool& repaired) {
  const auto* escape = static_cast<const char*>(std::memchr(inside.data(), '\\', inside.size()));
  if (!escape) return inside;
  const size_t allocated = inside.size() + vector_bytes;
  char* const start = arena.allocate(allocated);
  char* out = start;
  const char* at = inside.data();
  const char* const end = at + inside.size();
  std::memcpy(out, at, static_cast<size_t>(escape - at));
  out += escape - at;
  at = escape;
  const __m128i backslash = _mm_set1_epi8('\\');
  while (at < end) {
    if (*at == '\\') {
      unescape_one(at, end, out, repaired);
      continue;
    }
    if (static_cast<size_t>(end - at) < vector_bytes) {
      *out++ = *at++;
      continue;
    }
    const __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), piece);
    const auto hits = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(piece, backslash)));
    const size_t clean = hits == 0 ? vector_bytes : static_cast<size_t>(std::countr_zero(hits));
    at += clean;
    out += clean;
  }
  const auto used = static_cast<size_t>(out - start);
  arena.shrink_last(allocated, used);
  return {start, used};
}

}  // namespace yagura::formats
