#pragma once

#include <string_view>

namespace yagura::api {

/// True when `regex` (ours, from a schema; PCRE2 syntax, UTF-8) is found in `text`. Compiled once and kept. A
/// match that would take more than a bounded number of steps counts as not found; a regex that does not compile
/// is our bug.
bool pattern_holds(std::string_view regex, std::string_view text);

}  // namespace yagura::api
