#include "detect/fold.hpp"

#include <unicode/uchar.h>

#include "base/text.hpp"

namespace yagura::detect {
namespace {

constexpr uint32_t ill_formed = 0x110000;

bool continues(std::string_view text, size_t at, unsigned char low = 0x80, unsigned char high = 0xBF) {
  if (at >= text.size()) return false;
  const auto byte = static_cast<unsigned char>(text[at]);
  return byte >= low && byte <= high;
}

void append_utf8(uint32_t c, std::string& out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

}  // namespace

CodePoint decode_at(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<unsigned char>(text[at + i])); };
  const uint32_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  if (lead >= 0xC2 && lead <= 0xDF && continues(text, at + 1)) return {(lead & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned char low = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned char high = lead == 0xED ? 0x9F : 0xBF;
    if (continues(text, at + 1, low, high) && continues(text, at + 2))
      return {(lead & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned char low = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned char high = lead == 0xF4 ? 0x8F : 0xBF;
    if (continues(text, at + 1, low, high) && continues(text, at + 2) && continues(text, at + 3))
      return {(lead & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4};
  }
  return {ill_formed + lead, 1};
}

void fold_case(std::string_view text, std::string& out) {
  out.resize(text.size());
  unsigned char seen = 0;
  // Held in locals: a char written through `out` might be part of `out` itself, and no loop over it would use vectors.
  const char* const from = text.data();
  char* const to = out.data();
  const size_t size = text.size();
  for (size_t i = 0; i < size; ++i) {
    seen |= static_cast<unsigned char>(from[i]);
    to[i] = ascii_lower(from[i]);
  }
  if (seen < 0x80) return;
  out.clear();
  for (size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      out += ascii_lower(text[at++]);
      continue;
    }
    const CodePoint c = decode_at(text, at);
    if (c.value >= ill_formed)
      out += text[at];
    else
      append_utf8(static_cast<uint32_t>(u_foldCase(static_cast<UChar32>(c.value), U_FOLD_CASE_DEFAULT)), out);
    at += c.bytes;
  }
}

std::string fold_case(std::string_view text) {
  std::string out;
  fold_case(text, out);
  return out;
}

}  // namespace yagura::detect
