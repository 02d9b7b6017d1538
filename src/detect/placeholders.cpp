#include "detect/placeholders.hpp"

#include <algorithm>
#include <system_error>

#include "base/digest.hpp"
#include "base/yaml.hpp"

namespace yagura::detect {

namespace fs = std::filesystem;

Diagnosed<void> Placeholders::add(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return add_file(path);
  std::vector<fs::path> files;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error))
    if (it->path().extension() == ".yml" || it->path().extension() == ".yaml") files.push_back(it->path());
  if (error)
    return std::unexpected(Diagnostic{"sigma.placeholders.unreadable", path.string(), 0, 0,
                                      "the folder can't be read: " + error.message(), ""});
  std::ranges::sort(files);
  for (const fs::path& file : files)
    if (auto added = add_file(file); !added) return added;
  return {};
}

std::string Placeholders::digest() const {
  Sha256 out;
  const auto put = [&](const std::string& text) {
    out.update(std::to_string(text.size()) + ':');
    out.update(text);
  };
  for (const auto& [name, values] : values_) {
    put(name);
    put(std::to_string(values.size()));
    for (const std::string& value : values) put(value);
  }
  return out.finish_hex();
}

Diagnosed<void> Placeholders::add_file(const fs::path& file) {
  const auto documents = load_yaml(file);
  if (!documents) return std::unexpected(documents.error());
  const auto wrong = [&](const YAML::Node& at, std::string code, std::string what) {
    return std::unexpected(Diagnostic{std::move(code), file.string(), at.Mark().line + 1, at.Mark().column + 1,
                                      std::move(what), "write 'name: value' or 'name: [value, ...]'"});
  };
  for (const YAML::Node& document : *documents) {
    if (!document.IsMap()) return wrong(document, "sigma.placeholders.not_a_map", "a map of placeholders is expected");
    for (const auto& entry : document) {
      const std::string name = entry.first.IsScalar() ? entry.first.Scalar() : "";
      if (name.empty() || values_.contains(name))
        return wrong(entry.first, "sigma.placeholders.name", "'" + name + "' is no name or is given twice");
      std::vector<std::string> values;
      if (entry.second.IsScalar()) values.push_back(entry.second.Scalar());
      for (const auto& item : entry.second) {
        if (!item.IsScalar()) return wrong(entry.first, "sigma.placeholders.value", "a value is not a text");
        values.push_back(item.Scalar());
      }
      if (values.empty()) return wrong(entry.first, "sigma.placeholders.value", "'" + name + "' has no value");
      set(name, std::move(values));
    }
  }
  return {};
}

}  // namespace yagura::detect
