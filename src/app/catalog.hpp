#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "app/options.hpp"
#include "base/result.hpp"
#include "base/texts.hpp"

namespace yagura::app {

/// The catalogue's folder: --catalog, else YAGURA_CATALOG, else beside the installed program
/// (../share/yagura/catalog), else the source tree that the program was built in. Error not_found names
/// the places that were tried.
Result<std::filesystem::path> find_catalog(const CommonOptions& common);

/// The language for texts: --lang, else LC_ALL, LC_MESSAGES or LANG starting with "ja", else English.
Lang choose_lang(const CommonOptions& common);

/// The texts of the catalogue in one language.
struct Words {
  Texts texts;
  Lang lang;

  std::string operator()(std::string_view key, const std::map<std::string, std::string>& args = {}) const {
    return texts.get(lang, key, args);
  }
};

Diagnosed<Words> load_words(const CommonOptions& common, const std::filesystem::path& catalog);

}  // namespace yagura::app
