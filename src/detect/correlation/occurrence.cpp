#include "detect/correlation/occurrence.hpp"

#include <charconv>

#include "base/digest.hpp"

namespace yagura::detect::correlation {
namespace {

constexpr size_t uuid_bytes = 36;

bool is_dash_place(size_t at) {
  return at == 8 || at == 13 || at == 18 || at == 23;
}

/// The 32 hexadecimal digits of a UUID; false when it is none.
bool digits_of(std::string_view text, char (&out)[32]) {
  if (text.size() != uuid_bytes) return false;
  size_t count = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_dash_place(i)) {
      if (c != '-') return false;
    } else if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) {
      out[count++] = c;
    } else {
      return false;
    }
  }
  return true;
}

uint64_t number(const char* from) {
  uint64_t out = 0;
  std::from_chars(from, from + 16, out, 16);
  return out;
}

}  // namespace

Uid parse_uid(std::string_view text) {
  char digits[32];
  if (digits_of(text, digits)) return {number(digits), number(digits + 16)};
  const std::string digest = sha256_hex(text);
  return {number(digest.data()), number(digest.data() + 16)};
}

std::string to_text(const Uid& uid) {
  constexpr char hex[] = "0123456789abcdef";
  std::string out;
  out.reserve(uuid_bytes);
  for (int nibble = 0; nibble < 32; ++nibble) {
    if (is_dash_place(out.size())) out += '-';
    const uint64_t half = nibble < 16 ? uid.high : uid.low;
    out += hex[half >> (60 - 4 * (nibble % 16)) & 15];
  }
  return out;
}

}  // namespace yagura::detect::correlation
