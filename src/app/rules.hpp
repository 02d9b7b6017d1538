#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/rule_loader.hpp"
#include "detect/taxonomy.hpp"

namespace yagura::app {

struct RuleSource {
  std::shared_ptr<const detect::Taxonomy> taxonomy;
  detect::RuleLoader loader;
};

/// Where rules come from: `paths`, with the catalogue's taxonomy. A broken taxonomy or a path that does not exist is a
/// Diagnostic. `cache`, `own`: see detect::LoadOptions.
Diagnosed<RuleSource> find_rules(const std::filesystem::path& catalog, std::vector<std::filesystem::path> paths,
                                 const std::vector<std::string>& placeholders, std::filesystem::path cache,
                                 std::filesystem::path own = {});

/// Where a program without a data folder keeps its cache of rules: $XDG_CACHE_HOME/yagura, ~/.cache/yagura; empty when
/// neither is known.
std::filesystem::path rule_cache_folder();

/// Loads rules from `paths` (the catalogue's own when empty). What could not be honoured is in the report. `cached`
/// says whether the cache of this user serves.
Diagnosed<detect::LoadReport> load_rules(const std::filesystem::path& catalog, const std::vector<std::string>& paths,
                                         const std::vector<std::string>& placeholders = {}, bool cached = false);

/// Prints to standard error how many of the rules were rejected, if any, and where to ask for the reasons.
void warn_of_rejected(const detect::LoadReport& report);

}  // namespace yagura::app
