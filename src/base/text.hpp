// Text that arrives from anywhere: bytes until proven UTF-8.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace yagura {

/// ASCII letters only; every other byte stays, so UTF-8 stays valid.
std::string ascii_lower(std::string_view text);
constexpr char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// Without leading and trailing ASCII white space (space, \t, \r, \n, \v, \f).
std::string_view trim(std::string_view text);

/// Pieces between `separator`; n separators give n + 1 pieces, empty ones included.
std::vector<std::string_view> split(std::string_view text, char separator);

/// True when `bytes` is well-formed UTF-8 (Unicode 15, table 3-7: no overlong forms, no surrogates).
bool is_utf8(std::string_view bytes);

/// `bytes` with each maximal ill-formed subpart replaced by U+FFFD.
std::string to_valid_utf8(std::string_view bytes);

/// How many code points `utf8` holds; ill-formed bytes count one each.
size_t code_points(std::string_view utf8);

/// Lower-case hexadecimal, two characters a byte.
std::string to_hex(std::string_view bytes);

/// Safe as text and as a quoted attribute of HTML.
std::string escape_html(std::string_view text);

/// For search: NFKC (so full-width and half-width meet), case folded, katakana as hiragana.
/// Ill-formed UTF-8 is replaced first. Cost: linear, with allocations; not for the hot path.
std::string fold_for_search(std::string_view utf8);

}  // namespace yagura
