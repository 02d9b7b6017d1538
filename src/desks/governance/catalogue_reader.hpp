// Reading a file of catalog/textbook/: texts, numbers and lists of a map, each fault with its place.
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/yaml.hpp"

namespace yagura::desks::governance {

/// Thrown by CatalogueReader and caught by the function that reads the file: reading stops at the first fault.
struct CatalogueFault {
  Diagnostic diagnostic;
};

class CatalogueReader {
 public:
  explicit CatalogueReader(const std::filesystem::path& file) : file_(file.string()) {}

  YAML::Node open() const {
    auto documents = load_yaml(file_);
    if (!documents) throw CatalogueFault{documents.error()};
    if (documents->size() != 1 || !documents->front().IsMap())
      throw CatalogueFault{
          {"textbook.file", file_, 1, 1, "the file must be one map", "compare with the shipped edition"}};
    return documents->front();
  }

  [[noreturn]] void wrong(const YAML::Node& at, std::string code, std::string what) const {
    throw CatalogueFault{{std::move(code), file_, at.Mark().line + 1, at.Mark().column + 1, std::move(what),
                          "compare with the shipped edition"}};
  }

  YAML::Node child(const YAML::Node& map, const char* key) const {
    if (!map.IsMap() || !map[key]) wrong(map, "textbook.missing", std::string("the key '") + key + "' is missing");
    return map[key];
  }

  std::string text(const YAML::Node& map, const char* key) const {
    const YAML::Node value = child(map, key);
    if (!value.IsScalar()) wrong(value, "textbook.type", std::string("'") + key + "' must be a text");
    return value.Scalar();
  }

  int number(const YAML::Node& map, const char* key) const {
    const YAML::Node value = child(map, key);
    int out = 0;
    if (!YAML::convert<int>::decode(value, out) || out < 0)
      wrong(value, "textbook.type", std::string("'") + key + "' must be a number of at least 0");
    return out;
  }

  /// At least 0.
  double real(const YAML::Node& map, const char* key) const {
    const YAML::Node value = child(map, key);
    double out = 0;
    if (!YAML::convert<double>::decode(value, out) || !(out >= 0) || out > 1e12)
      wrong(value, "textbook.type", std::string("'") + key + "' must be a number of at least 0");
    return out;
  }

  std::vector<std::string> texts(const YAML::Node& map, const char* key) const {
    const YAML::Node list = child(map, key);
    if (!list.IsSequence()) wrong(list, "textbook.type", std::string("'") + key + "' must be a list");
    std::vector<std::string> out;
    for (const YAML::Node& one : list) {
      if (!one.IsScalar()) wrong(one, "textbook.type", std::string("'") + key + "' must hold texts");
      out.push_back(one.Scalar());
    }
    return out;
  }

 private:
  std::string file_;
};

}  // namespace yagura::desks::governance
