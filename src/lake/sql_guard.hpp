// What SQL of a user may say, checked before any engine sees it. The engine checks again (read-only, grants).
#pragma once

#include <optional>
#include <string_view>

#include "base/diagnostic.hpp"

namespace yagura::lake {

constexpr size_t sql_bytes_max = 64 << 10;

/// Nothing when `text` is one SELECT (WITH and EXPLAIN included) over the table `events` that uses no table
/// function but numbers(), names no other database, reads no file, reaches no network, writes nowhere and sets
/// nothing; else the place and the reason.
std::optional<Diagnostic> find_forbidden(std::string_view text);

}  // namespace yagura::lake
