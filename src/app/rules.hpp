#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/rule_set.hpp"

namespace yagura::app {

/// Loads rules from `paths` (the catalogue's own when empty) with the catalogue's taxonomy. What could not be
/// honoured is in the report; a broken taxonomy or a path that does not exist is a Diagnostic.
Diagnosed<detect::LoadReport> load_rules(const std::filesystem::path& catalog, const std::vector<std::string>& paths,
                                         const std::vector<std::string>& placeholders = {});

/// Prints to standard error how many of the rules were rejected, if any, and where to ask for the reasons.
void warn_of_rejected(const detect::LoadReport& report);

}  // namespace yagura::app
