#include "app/catalog.hpp"

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace yagura::app {
namespace fs = std::filesystem;

Result<fs::path> find_catalog(const CommonOptions& common) {
  std::vector<fs::path> places;
  if (!common.catalog.empty()) {
    places.emplace_back(common.catalog);
  } else if (const char* named = std::getenv("YAGURA_CATALOG"); named && *named) {  // NOLINT(concurrency-mt-unsafe)
    places.emplace_back(named);
  } else {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (!error) {
      places.push_back(program.parent_path().parent_path() / "share/yagura/catalog");
      places.push_back(program.parent_path().parent_path().parent_path().parent_path() / "catalog");
    }
  }
  std::string tried;
  for (const fs::path& place : places) {
    std::error_code error;
    if (fs::is_directory(place / "i18n", error)) return fs::absolute(place).lexically_normal();
    tried += (tried.empty() ? "" : ", ") + place.string();
  }
  return failure(ErrorKind::not_found, "no catalogue found (tried " + tried + "); name its folder with --catalog");
}

Lang choose_lang(const CommonOptions& common) {
  if (const auto lang = parse_lang(common.lang)) return *lang;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here sets the environment
    if (value && *value) return std::string_view(value).starts_with("ja") ? Lang::ja : Lang::en;
  }
  return Lang::en;
}

Diagnosed<Words> load_words(const CommonOptions& common, const fs::path& catalog) {
  auto texts = Texts::load(catalog / "i18n");
  if (!texts) return std::unexpected(texts.error());
  return Words{std::move(*texts), choose_lang(common)};
}

}  // namespace yagura::app
