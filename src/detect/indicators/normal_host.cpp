// Addresses, domain names, e-mail addresses.
#include <unicode/uidna.h>

#include <array>
#include <cstring>
#include <memory>

#include "base/text.hpp"
#include "detect/cidr.hpp"
#include "detect/indicators/normal_form.hpp"

namespace yagura::detect {
namespace {

constexpr size_t local_part_bytes_max = 64;  // RFC 5321 section 4.5.3.1.1

/// What a byte of a name becomes: itself in lower case, 0 for what no name holds, 1 for what needs the long way.
constexpr std::array<char, 256> make_name_bytes() {
  std::array<char, 256> out{};
  for (int c = 0; c < 256; ++c) {
    const char lower = ascii_lower(static_cast<char>(c));
    if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.')
      out[static_cast<size_t>(c)] = lower;
    else if (c >= 0x80)
      out[static_cast<size_t>(c)] = 1;
  }
  return out;
}
constexpr auto name_bytes = make_name_bytes();

struct CloseIdna {
  void operator()(UIDNA* idna) const { uidna_close(idna); }
};

/// RFC 5891 by way of UTS 46. Null when ICU has no data: then names beyond ASCII are no names.
const UIDNA* idna() {
  static const std::unique_ptr<UIDNA, CloseIdna> made = [] {
    UErrorCode error = U_ZERO_ERROR;
    UIDNA* opened = uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII, &error);
    return std::unique_ptr<UIDNA, CloseIdna>(U_SUCCESS(error) ? opened : nullptr);
  }();
  return made.get();
}

bool to_punycode(std::string_view text, std::string& out) {
  constexpr size_t text_bytes_max = 1024;
  if (!idna() || text.size() > text_bytes_max) return false;
  out.resize(512);
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  UErrorCode error = U_ZERO_ERROR;
  const int32_t size = uidna_nameToASCII_UTF8(idna(), text.data(), static_cast<int32_t>(text.size()), out.data(),
                                              static_cast<int32_t>(out.size()), &info, &error);
  // Labels that are too long or empty are found below; any other fault makes it no name.
  constexpr uint32_t told_below = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
                                  UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN |
                                  UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;
  if (U_FAILURE(error) || (info.errors & ~told_below) != 0) return false;
  out.resize(static_cast<size_t>(size));
  return true;
}

/// Labels of 1 to 63 bytes, 253 in all, and not an address in disguise: the last label has a letter.
bool well_formed(std::string_view name) {
  if (name.empty() || name.size() > domain_bytes_max) return false;
  size_t start = 0;
  for (size_t at = 0; at <= name.size(); ++at) {
    if (at < name.size() && name[at] != '.') continue;
    if (at == start || at - start > label_bytes_max) return false;
    if (at < name.size()) start = at + 1;
  }
  const std::string_view last = name.substr(start);
  return last.find_first_not_of("0123456789-_") != std::string_view::npos;
}

}  // namespace

size_t pack_address(std::string_view text, char* out) {
  uint8_t bytes[4];
  size_t part = 0;
  unsigned value = 0;
  size_t digits = 0;
  bool dotted = text.size() >= 7 && text.size() <= 15;
  for (size_t i = 0; dotted && i <= text.size(); ++i) {
    const char c = i < text.size() ? text[i] : '.';
    if (c >= '0' && c <= '9') {
      value = value * 10 + static_cast<unsigned>(c - '0');
      dotted = ++digits <= 3 && (digits == 1 || value >= (digits == 2 ? 10U : 100U)) && value <= 255;
    } else {
      dotted = c == '.' && digits > 0 && part < 4;
      if (dotted) bytes[part++] = static_cast<uint8_t>(value);
      value = 0;
      digits = 0;
    }
  }
  if (dotted && part == 4) {
    std::memcpy(out, bytes, 4);
    return 4;
  }
  if (text.find(':') == std::string_view::npos) return 0;
  const auto address = parse_address(text);
  if (!address) return 0;
  static constexpr char mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '\xFF', '\xFF'};
  if (std::memcmp(address->data(), mapped, sizeof mapped) == 0) {
    std::memcpy(out, address->data() + 12, 4);
    return 4;
  }
  std::memcpy(out, address->data(), 16);
  return 16;
}

std::string_view without_port(std::string_view text) {
  text = trim(text);
  if (text.starts_with('[')) {
    const size_t end = text.find(']');
    return end == std::string_view::npos ? text : text.substr(1, end - 1);
  }
  const size_t colon = text.find(':');
  return colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos ? text.substr(0, colon)
                                                                                                : text;
}

bool normal_domain(std::string_view text, std::string& out) {
  if (text.ends_with('.')) text.remove_suffix(1);
  out.resize(text.size());
  bool simple = true;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = name_bytes[static_cast<unsigned char>(text[i])];
    if (c == 0) return false;
    simple = simple && c != 1;
    out[i] = c;
  }
  if (!simple) {
    if (!to_punycode(text, out)) return false;
    if (out.ends_with('.')) out.pop_back();  // an ideographic full stop at the end
    for (const char c : out)
      if (name_bytes[static_cast<unsigned char>(c)] != c) return false;
  }
  return well_formed(out);
}

bool normal_email(std::string_view text, std::string& out) {
  text = trim(text);
  if (ascii_lower(text.substr(0, 7)) == "mailto:") text.remove_prefix(7);
  if (const size_t open = text.rfind('<'); open != std::string_view::npos && text.ends_with('>'))
    text = trim(text.substr(open + 1, text.size() - open - 2));
  const size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > local_part_bytes_max) return false;
  const std::string_view local = text.substr(0, at);
  if (local.find_first_of(" \t<>,;:\"@") != std::string_view::npos) return false;
  std::string domain;
  if (!normal_domain(text.substr(at + 1), domain)) return false;
  out = ascii_lower(local) + "@" + domain;
  return true;
}

}  // namespace yagura::detect
