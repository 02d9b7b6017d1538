#include "app/rules.hpp"

#include <fmt/format.h>

#include "detect/taxonomy.hpp"

namespace yagura::app {

Diagnosed<detect::LoadReport> load_rules(const std::filesystem::path& catalog, const std::vector<std::string>& paths,
                                         const std::vector<std::string>& placeholders) {
  const auto taxonomy = detect::Taxonomy::load(catalog / "sigma");
  if (!taxonomy) return std::unexpected(taxonomy.error());
  std::error_code error;
  for (const std::string& path : paths)
    if (!std::filesystem::exists(path, error))
      return std::unexpected(Diagnostic{"rules.no_such_path", path, 0, 0, "there is no such file or folder of rules",
                                        "check the spelling, and where a relative path starts"});
  std::vector<std::filesystem::path> places(paths.begin(), paths.end());
  if (places.empty()) places.push_back(catalog / "rules");
  return detect::RuleSet::load(places, *taxonomy, {.placeholders = {placeholders.begin(), placeholders.end()}});
}

void warn_of_rejected(const detect::LoadReport& report) {
  if (!report.rejected.empty())
    fmt::print(stderr, "yagura: {} of {} rules are rejected; `yagura rules check` says why\n", report.rejected.size(),
               report.rejected.size() + report.loaded);
}

}  // namespace yagura::app
