#include "base/texts.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <vector>

namespace yagura {
namespace {

using Keys = std::map<std::string, std::string, std::less<>>;

std::expected<void, Diagnostic> read_file(const std::filesystem::path& file, Keys& keys) {
  const auto wrong = [&](const YAML::Mark& mark, std::string what) {
    return std::unexpected(Diagnostic{"texts.file", file.string(), mark.line + 1, mark.column + 1, std::move(what),
                                      "each line is `dotted.key: text`"});
  };
  try {
    const YAML::Node root = YAML::LoadFile(file.string());
    if (!root.IsMap()) return wrong(root.Mark(), "a text file must be one map");
    for (const auto& entry : root) {
      if (!entry.second.IsScalar()) return wrong(entry.second.Mark(), "the value is not a text");
      if (!keys.emplace(entry.first.Scalar(), entry.second.Scalar()).second)
        return wrong(entry.first.Mark(), "key given twice: " + entry.first.Scalar());
    }
  } catch (const YAML::Exception& e) {
    return wrong(e.mark, e.msg);
  }
  return {};
}

}  // namespace

std::string_view to_text(Lang lang) {
  return lang == Lang::ja ? "ja" : "en";
}

std::optional<Lang> parse_lang(std::string_view text) {
  if (text == "ja") return Lang::ja;
  if (text == "en") return Lang::en;
  return std::nullopt;
}

Diagnosed<Texts> Texts::load(const std::filesystem::path& folder) {
  Texts texts;
  for (const Lang lang : {Lang::ja, Lang::en}) {
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder / to_text(lang), error))
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    if (error)
      return std::unexpected(Diagnostic{"texts.folder", (folder / to_text(lang)).string(), 0, 0,
                                        "can't read the folder of texts: " + error.message(),
                                        "point --catalog at the project's catalog folder"});
    std::ranges::sort(files);
    for (const auto& file : files)
      if (auto read = read_file(file, lang == Lang::ja ? texts.ja_ : texts.en_); !read)
        return std::unexpected(read.error());
  }
  return texts;
}

std::string Texts::get(Lang lang, std::string_view key, const std::map<std::string, std::string>& args) const {
  const Keys& keys = all(lang);
  const auto found = keys.find(key);
  if (found == keys.end()) return "[" + std::string(key) + "]";
  std::string out;
  const std::string& text = found->second;
  for (size_t i = 0; i < text.size();) {
    const size_t close = text[i] == '{' ? text.find('}', i) : std::string::npos;
    if (close != std::string::npos) {
      const auto arg = args.find(text.substr(i + 1, close - i - 1));
      if (arg != args.end()) {
        out += arg->second;
        i = close + 1;
        continue;
      }
    }
    out += text[i++];
  }
  return out;
}

bool Texts::has(Lang lang, std::string_view key) const {
  return all(lang).contains(key);
}

const Keys& Texts::all(Lang lang) const {
  return lang == Lang::ja ? ja_ : en_;
}

}  // namespace yagura
