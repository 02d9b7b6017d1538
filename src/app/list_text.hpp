// An answer of the API that holds lists of its own kind, as tables for a terminal.
#pragma once

#include <boost/json/object.hpp>

#include "base/texts.hpp"

namespace yagura::app {

/// Prints plain values a line each, then every list of objects as a table under its name. Of texts in both languages
/// the one of `lang` is shown; lists within a row stand in its cell. Everything is made safe for a terminal.
void print_lists(const boost::json::object& answer, Lang lang);

}  // namespace yagura::app
