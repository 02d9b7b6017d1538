// A table of the catalogue (YAML) in the form in which records hold it (JSON).
#pragma once

#include <boost/json/object.hpp>
#include <filesystem>

#include "base/diagnostic.hpp"

namespace yagura::desks {

/// The one map of `file`. Plain scalars that look like whole numbers or booleans become such, quoted ones stay text. A
/// Diagnostic says what is no YAML or no map.
Diagnosed<boost::json::object> read_table_file(const std::filesystem::path& file);

}  // namespace yagura::desks
