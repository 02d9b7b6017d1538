// How commands speak: errors on standard error, and the exit status that goes with each.
#pragma once

#include <string>
#include <vector>

#include "app/options.hpp"
#include "base/diagnostic.hpp"
#include "base/printable.hpp"
#include "base/result.hpp"

namespace yagura::app {

/// Prints "yagura: <message>" to standard error and returns the status for that kind of failure.
Exit say(const Error& error);
Exit say(const Diagnostic& diagnostic);

/// Rows as a table with columns as wide as their widest cell (East Asian wide characters count two); control
/// characters are shown escaped, so a hostile log can't drive the terminal.
void print_table(const std::vector<std::string>& header, const std::vector<std::vector<std::string>>& rows);

/// How many columns of a terminal the text takes; it holds no control characters.
size_t columns(std::string_view text);

/// The text in at most `width` columns: longer ones end in an ellipsis, or begin with one when `from_end`.
std::string clip(std::string_view text, size_t width, bool from_end = false);

}  // namespace yagura::app
