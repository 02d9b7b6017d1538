// Reads one record type file key by key and collects every mistake with its place, so that a person who
// wrote five things wrong hears of five at once.
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "ledger/record_type.hpp"

namespace yagura::ledger {

class YamlReader {
 public:
  explicit YamlReader(std::string file) : file_(std::move(file)) {}

  /// Adds the Diagnostic "record_type.<code>" at the place of `node`.
  void wrong(const YAML::Node& node, std::string_view code, std::string what, std::string hint = {});

  /// False, with a Diagnostic, when `node` is no map; each key outside `keys` is one more Diagnostic.
  bool map_of(const YAML::Node& node, std::string_view what, std::initializer_list<std::string_view> keys);

  /// The value of `key`, undefined when it is not given; with `must` that is a Diagnostic.
  YAML::Node at(const YAML::Node& map, std::string_view key, bool must);

  /// A text; empty after a Diagnostic, or when it is not given and need not be.
  std::string text(const YAML::Node& map, std::string_view key, bool must);
  /// A text of the shape [a-z][a-z0-9_]*, at most 64 characters.
  std::string name(const YAML::Node& map, std::string_view key, bool must);
  /// {ja: ..., en: ...}, both given and not blank.
  Title title(const YAML::Node& map, std::string_view key, bool must);
  bool boolean(const YAML::Node& map, std::string_view key, bool fallback);
  std::optional<int64_t> integer(const YAML::Node& map, std::string_view key);
  std::optional<int64_t> duration(const YAML::Node& map, std::string_view key, bool must);
  /// A list of texts, none given twice; with `must` at least one.
  std::vector<std::string> texts(const YAML::Node& map, std::string_view key, bool must);
  /// The items of a list of at most `count_max`; with `must` at least one.
  std::vector<YAML::Node> items(const YAML::Node& map, std::string_view key, bool must, size_t count_max);

  const std::string& file() const { return file_; }
  std::vector<Diagnostic>& diagnostics() { return diagnostics_; }

 private:
  std::string file_;
  std::vector<Diagnostic> diagnostics_;
};

/// [a-z][a-z0-9_]*, at most 64 characters.
bool is_name(std::string_view text);

/// Names joined by dots: "incident.close".
bool is_dotted_name(std::string_view text);

}  // namespace yagura::ledger
