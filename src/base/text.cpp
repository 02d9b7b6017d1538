#include "base/text.hpp"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "base/check.hpp"

namespace yagura {
namespace {

/// Length (1-4) of the well-formed sequence at the start of `s`, or 0 and in `bad` the length of the
/// maximal ill-formed subpart to skip.
size_t sequence_length(std::string_view s, size_t& bad) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF)
    length = 2;
  else if (lead >= 0xE0 && lead <= 0xEF)
    length = 3;
  else if (lead >= 0xF0 && lead <= 0xF4)
    length = 4;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  bad = 1;
  if (length == 0) return 0;
  for (size_t i = 1; i < length; ++i) {
    if (i >= s.size() || byte(i) < low || byte(i) > high) return 0;
    low = 0x80;
    high = 0xBF;
    bad = i + 1;
  }
  return length;
}

}  // namespace

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ascii_lower(c);
  return out;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view space = " \t\r\n\v\f";
  const size_t first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  size_t start = 0;
  for (size_t at = text.find(separator); at != std::string_view::npos; at = text.find(separator, start)) {
    pieces.push_back(text.substr(start, at - start));
    start = at + 1;
  }
  pieces.push_back(text.substr(start));
  return pieces;
}

bool is_utf8(std::string_view bytes) {
  size_t bad = 0;
  while (!bytes.empty()) {
    const size_t length = sequence_length(bytes, bad);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string to_valid_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  size_t bad = 0;
  while (!bytes.empty()) {
    const size_t length = sequence_length(bytes, bad);
    if (length > 0) {
      out.append(bytes.substr(0, length));
      bytes.remove_prefix(length);
    } else {
      out += "\xEF\xBF\xBD";
      bytes.remove_prefix(bad);
    }
  }
  return out;
}

size_t code_points(std::string_view utf8) {
  size_t count = 0;
  size_t bad = 0;
  while (!utf8.empty()) {
    const size_t length = sequence_length(utf8, bad);
    utf8.remove_prefix(length > 0 ? length : 1);
    ++count;
  }
  return count;
}

std::string to_hex(std::string_view bytes) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  return out;
}

std::string fold_for_search(std::string_view utf8) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* folding = icu::Normalizer2::getNFKCCasefoldInstance(status);
  check(U_SUCCESS(status), "ICU has no NFKC casefold data");
  const std::string valid = to_valid_utf8(utf8);
  icu::UnicodeString folded = folding->normalize(
      icu::UnicodeString::fromUTF8(icu::StringPiece(valid.data(), static_cast<int32_t>(valid.size()))), status);
  for (int32_t i = 0; i < folded.length(); ++i) {
    const char16_t c = folded.charAt(i);
    if (c >= 0x30A1 && c <= 0x30F6) folded.setCharAt(i, static_cast<char16_t>(c - 0x60));  // katakana -> hiragana
  }
  std::string out;
  folded.toUTF8String(out);
  return out;
}

}  // namespace yagura
