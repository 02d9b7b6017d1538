#include "app/rules.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "app/say.hpp"

namespace yagura::app {

namespace fs = std::filesystem;

Diagnosed<RuleSource> find_rules(const fs::path& catalog, std::vector<fs::path> paths,
                                 const std::vector<std::string>& placeholders, fs::path cache, fs::path own) {
  auto read = detect::Taxonomy::load(catalog / "sigma");
  if (!read) return std::unexpected(read.error());
  std::error_code error;
  for (const fs::path& path : paths)
    if (!fs::exists(path, error))
      return std::unexpected(Diagnostic{"rules.no_such_path", path.string(), 0, 0,
                                        "there is no such file or folder of rules",
                                        "check the spelling, and where a relative path starts"});
  auto taxonomy = std::make_shared<const detect::Taxonomy>(std::move(*read));
  detect::RuleLoader loader(
      std::move(paths), taxonomy,
      {.placeholders = {placeholders.begin(), placeholders.end()}, .cache = std::move(cache), .own = std::move(own)});
  return RuleSource{std::move(taxonomy), std::move(loader)};
}

fs::path rule_cache_folder() {
  const char* const cache = std::getenv("XDG_CACHE_HOME");  // NOLINT(concurrency-mt-unsafe): nothing here sets it
  if (cache && fs::path(cache).is_absolute()) return fs::path(cache) / "yagura";
  const char* const home = std::getenv("HOME");  // NOLINT(concurrency-mt-unsafe): as above
  if (home && fs::path(home).is_absolute()) return fs::path(home) / ".cache/yagura";
  return {};
}

Diagnosed<detect::LoadReport> load_rules(const fs::path& catalog, const std::vector<std::string>& paths,
                                         const std::vector<std::string>& placeholders, bool cached) {
  std::vector<fs::path> places(paths.begin(), paths.end());
  if (places.empty()) places.push_back(catalog / "rules");
  auto source = find_rules(catalog, std::move(places), placeholders, cached ? rule_cache_folder() : fs::path());
  if (!source) return std::unexpected(source.error());
  return source->loader.load();
}

void warn_of_rejected(const detect::LoadReport& report) {
  if (!report.rejected.empty())
    fmt::print(stderr, "yagura: {} of {} rules are rejected; `yagura rules check` says why\n", report.rejected.size(),
               report.rejected.size() + report.loaded);
  for (const detect::Rejection& held : report.held)
    fmt::print(stderr, "yagura: {} is broken; rule {} stays in force as it was before\n", printable(held.file),
               printable(held.rule_id));
}

}  // namespace yagura::app
