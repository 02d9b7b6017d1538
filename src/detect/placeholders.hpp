#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"

namespace yagura::detect {

constexpr size_t placeholder_values_max = 10'000;  // that one detection item may expand to

/// What `%name%` stands for under the `expand` modifier: Sigma strings, wildcards included.
class Placeholders {
 public:
  /// Adds a YAML file of `name: value` or `name: [values]`, or every *.yml and *.yaml of a folder. A name
  /// given twice is a Diagnostic.
  Diagnosed<void> add(const std::filesystem::path& path);
  void set(std::string name, std::vector<std::string> values) { values_[std::move(name)] = std::move(values); }

  /// Null when there is no expansion.
  const std::vector<std::string>* find(const std::string& name) const {
    const auto it = values_.find(name);
    return it == values_.end() ? nullptr : &it->second;
  }

  /// Equal digests: equal placeholders.
  std::string digest() const;

 private:
  Diagnosed<void> add_file(const std::filesystem::path& file);

  std::map<std::string, std::vector<std::string>> values_;
};

}  // namespace yagura::detect
