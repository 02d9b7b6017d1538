// The texts that a user sees, from catalog/i18n/<lang>/*.yaml: flat maps of dotted key -> text, where
// {name} marks a place to fill. Both languages hold the same keys; a test in tests/house holds that.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/diagnostic.hpp"

namespace yagura {

enum class Lang { ja, en };

std::string_view to_text(Lang lang);
std::optional<Lang> parse_lang(std::string_view text);

class Texts {
 public:
  /// Reads every *.yaml of `folder`/ja and `folder`/en. A key given twice or a value that is no text is a
  /// Diagnostic with its file and line.
  static Diagnosed<Texts> load(const std::filesystem::path& folder);

  /// The text of `key` with each {name} replaced by args[name]. A missing key shows as the key itself in
  /// brackets, so that it is seen and not empty.
  std::string get(Lang lang, std::string_view key, const std::map<std::string, std::string>& args = {}) const;

  bool has(Lang lang, std::string_view key) const;
  const std::map<std::string, std::string, std::less<>>& all(Lang lang) const;

 private:
  std::map<std::string, std::string, std::less<>> ja_;
  std::map<std::string, std::string, std::less<>> en_;
};

}  // namespace yagura
