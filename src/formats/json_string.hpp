#pragma once

#include <string_view>

#include "event/arena.hpp"

namespace yagura::formats {

/// The text of a JSON string from what stands between its quotes (well-formed UTF-8): the same view when it holds no
/// escape, else a copy in `arena`. A lone surrogate becomes U+FFFD and an escape that JSON does not know
/// stays as written; both set `repaired`.
std::string_view json_unescape(std::string_view inside, event::Arena& arena, bool& repaired);

/// The same without the vector instructions that only some processors have.
std::string_view json_unescape_plain(std::string_view inside, event::Arena& arena, bool& repaired);

}  // namespace yagura::formats
