// Text of hostile logs, shown to people.
#pragma once

#include <string>
#include <string_view>

namespace yagura {

/// `text` in which nothing is hidden and nothing acts: control characters (ESC first of all), those that turn the
/// direction of writing, invisible tags and line separators become \x1b, \u202e, \u{e0041}; line breaks and tabs \n, \r
/// and \t, unless they stand in `keep` (ASCII). Ill-formed bytes become U+FFFD, so the result is UTF-8.
std::string printable(std::string_view text, std::string_view keep = {});

}  // namespace yagura
