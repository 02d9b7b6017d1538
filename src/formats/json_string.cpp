#include "formats/json_string.hpp"

#include <immintrin.h>

#include <algorithm>
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

/// Copies what stands before the first escape; `out` then has room for the rest, and a vector behind it.
char* copy_plain_start(std::string_view inside, const char* escape, char* out) {
  const auto plain = static_cast<size_t>(escape - inside.data());
  std::memcpy(out, inside.data(), plain);
  return out + plain;
}

/// 64 bytes at once: escape marks are squeezed out, the letters behind them translated in place. Stops at a \u or a
/// broken escape, which is done by itself.
__attribute__((target("avx512f,avx512bw,avx512vbmi2,bmi,bmi2,popcnt"))) char* unescape_wide(const char* at,
                                                                                            const char* end, char* out,
                                                                                            bool& repaired) {
  constexpr size_t width = 64;
  constexpr uint64_t odd = 0xAAAAAAAAAAAAAAAA;
  const __m512i backslash = _mm512_set1_epi8('\\');
  while (at < end) {
    const auto left = static_cast<size_t>(end - at);
    const uint64_t here = left >= width ? ~uint64_t{0} : _bzhi_u64(~uint64_t{0}, static_cast<unsigned>(left));
    __m512i piece = _mm512_maskz_loadu_epi8(here, at);
    const uint64_t slashes = _mm512_cmpeq_epi8_mask(piece, backslash);
    size_t taken = std::min(left, width);
    uint64_t marks = 0;
    uint64_t stop = 0;
    if (slashes != 0) {
      // Of a run of backslashes every other one is a mark; the carry of the subtraction finds the runs' ends.
      marks = ((((slashes << 1) | odd) - slashes) ^ odd) & slashes;
      if ((marks >> (taken - 1) & 1) != 0) marks &= ~(uint64_t{1} << --taken);  // its letter comes with the next piece
      const uint64_t letters = marks << 1;
      if (uint64_t rest = letters & ~slashes; rest != 0) {
        constexpr char from[] = {'n', 'r', 't', '"', '/', 'b', 'f'};
        constexpr char to[] = {'\n', '\r', '\t', '"', '/', '\b', '\f'};
        for (size_t i = 0; i < sizeof from && rest != 0; ++i) {
          const uint64_t these = _mm512_mask_cmpeq_epi8_mask(rest, piece, _mm512_set1_epi8(from[i]));
          piece = _mm512_mask_blend_epi8(these, piece, _mm512_set1_epi8(to[i]));
          rest &= ~these;
        }
        stop = rest;
      }
      if (stop != 0) taken = static_cast<size_t>(std::countr_zero(stop)) - 1;
    }
    const uint64_t kept = _bzhi_u64(~marks, static_cast<unsigned>(taken));
    _mm512_storeu_si512(out, _mm512_maskz_compress_epi8(kept, piece));
    out += std::popcount(kept);
    at += taken;
    if (stop != 0 || taken == 0) unescape_one(at, end, out, repaired);
  }
  return out;
}

char* unescape_narrow(const char* at, const char* end, char* out, bool& repaired) {
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
  return out;
}

using Unescape = char*(const char* at, const char* end, char* out, bool& repaired);

std::string_view unescape(std::string_view inside, event::Arena& arena, bool& repaired, Unescape* rest_of) {
  const auto* escape = static_cast<const char*>(std::memchr(inside.data(), '\\', inside.size()));
  if (!escape) return inside;
  constexpr size_t overshoot_bytes = 64;
  const size_t allocated = inside.size() + overshoot_bytes;
  char* const start = arena.allocate(allocated);
  char* const plain_end = copy_plain_start(inside, escape, start);
  const char* const out = rest_of(escape, inside.data() + inside.size(), plain_end, repaired);
  const auto used = static_cast<size_t>(out - start);
  arena.shrink_last(allocated, used);
  return {start, used};
}

}  // namespace

std::string_view json_unescape(std::string_view inside, event::Arena& arena, bool& repaired) {
  static Unescape* const fastest =
      __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2")
          ? unescape_wide
          : unescape_narrow;
  return unescape(inside, arena, repaired, fastest);
}

std::string_view json_unescape_plain(std::string_view inside, event::Arena& arena, bool& repaired) {
  return unescape(inside, arena, repaired, unescape_narrow);
}

}  // namespace yagura::formats
