#include "formats/evtx/xml_text.hpp"

#include <array>
#include <cstdint>

namespace yagura::formats::evtx {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Bytes that can't be copied without a look; 0xEF may start U+FFFE or U+FFFF, which are no XML characters.
constexpr std::array<bool, 256> special(std::string_view escaped, std::string_view kept) {
  std::array<bool, 256> out{};
  for (size_t i = 0; i < 0x20; ++i) out[i] = true;
  out[0xEF] = true;
  for (const char c : escaped) out[static_cast<uint8_t>(c)] = true;
  for (const char c : kept) out[static_cast<uint8_t>(c)] = false;
  return out;
}

constexpr auto special_in_content = special("&<>", "\t\n");
constexpr auto special_in_attribute = special("&<>\"", "");

std::string_view escape_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\t':
      return "&#9;";
    case '\n':
      return "&#10;";
    case '\r':
      return "&#13;";
    default:
      return replacement;
  }
}

bool forbidden_three(std::string_view three) {
  return three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF";
}

void append(std::string& out, std::string_view utf8, const std::array<bool, 256>& stops) {
  size_t start = 0;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const char c = utf8[i];
    if (!stops[static_cast<uint8_t>(c)]) continue;
    if (c == '\xEF' && !forbidden_three(utf8.substr(i, 3))) continue;
    out.append(utf8, start, i - start);
    out += escape_of(c);
    if (c == '\xEF') i += 2;
    start = i + 1;
  }
  out.append(utf8, start);
}

bool letter(uint8_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

void append_xml_content(std::string& out, std::string_view utf8) {
  append(out, utf8, special_in_content);
}

void append_xml_attribute(std::string& out, std::string_view utf8) {
  append(out, utf8, special_in_attribute);
}

std::string xml_name(std::string_view utf8) {
  std::string out;
  bool prefixed = false;  // one colon, with something on both sides
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<uint8_t>(utf8[i]);
    const bool colon = byte == ':' && !prefixed && i + 1 < utf8.size() && letter(static_cast<uint8_t>(utf8[i + 1]));
    const bool later = (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || colon;
    out += letter(byte) || (later && !out.empty()) ? utf8[i] : '_';
    prefixed |= out.back() == ':';
  }
  if (out.empty()) out += '_';
  return out;
}

}  // namespace yagura::formats::evtx
