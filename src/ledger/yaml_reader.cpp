#include "ledger/yaml_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.hpp"
#include "base/time.hpp"
#include "ledger/record_types.hpp"

namespace yagura::ledger {
namespace {

constexpr size_t name_bytes_max = 64;
constexpr size_t text_bytes_max = 4000;

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > name_bytes_max || text[0] < 'a' || text[0] > 'z') return false;
  return std::ranges::all_of(text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool is_dotted_name(std::string_view text) {
  if (text.size() > 2 * name_bytes_max) return false;
  return std::ranges::all_of(split(text, '.'), is_name);
}

void YamlReader::wrong(const YAML::Node& node, std::string_view code, std::string what, std::string hint) {
  const YAML::Mark mark = node.Mark();
  diagnostics_.push_back(
      {fmt::format("record_type.{}", code), file_, mark.line + 1, mark.column + 1, std::move(what), std::move(hint)});
}

bool YamlReader::map_of(const YAML::Node& node, std::string_view what, std::initializer_list<std::string_view> keys) {
  if (!node.IsMap()) {
    wrong(node, "not_a_map", fmt::format("{} must be a map of keys", what), fmt::format("{}", fmt::join(keys, ", ")));
    return false;
  }
  for (const auto& entry : node) {
    const bool known = entry.first.IsScalar() && std::ranges::find(keys, entry.first.Scalar()) != keys.end();
    if (!known)
      wrong(entry.first, "key_unknown",
            fmt::format("{} has no key '{}'", what, entry.first.IsScalar() ? entry.first.Scalar() : "(not a text)"),
            fmt::format("the keys are {}", fmt::join(keys, ", ")));
  }
  return true;
}

YAML::Node YamlReader::at(const YAML::Node& map, std::string_view key, bool must) {
  // A key with nothing behind it counts as not given: "title:" alone is a slip, never a wish.
  const YAML::Node value = map[std::string(key)];
  if (value.IsDefined() && !value.IsNull()) return value;
  if (must) wrong(map, "key_missing", fmt::format("the key '{}' is missing", key), "docs/record-types.md shows it");
  return YAML::Node(YAML::NodeType::Undefined);
}

std::string YamlReader::text(const YAML::Node& map, std::string_view key, bool must) {
  const YAML::Node value = at(map, key, must);
  if (!value.IsDefined()) return {};
  const bool sound = value.IsScalar() && !trim(value.Scalar()).empty() && value.Scalar().size() <= text_bytes_max &&
                     is_utf8(value.Scalar());
  if (sound) return std::string(trim(value.Scalar()));
  wrong(value, "not_a_text", fmt::format("'{}' must be a text of 1 to {} bytes", key, text_bytes_max));
  return {};
}

std::string YamlReader::name(const YAML::Node& map, std::string_view key, bool must) {
  std::string value = text(map, key, must);
  if (value.empty() || is_name(value)) return value;
  wrong(at(map, key, false), "name_shape", fmt::format("'{}' is no name", value),
        "a small letter, then small letters, digits and _, at most 64");
  return {};
}

Title YamlReader::title(const YAML::Node& map, std::string_view key, bool must) {
  const YAML::Node value = at(map, key, must);
  if (!value.IsDefined() || !map_of(value, key, {"ja", "en"})) return {};
  return {text(value, "ja", true), text(value, "en", true)};
}

bool YamlReader::boolean(const YAML::Node& map, std::string_view key, bool fallback) {
  const YAML::Node value = at(map, key, false);
  if (!value.IsDefined()) return fallback;
  if (value.IsScalar() && value.Scalar() == "true") return true;
  if (value.IsScalar() && value.Scalar() == "false") return false;
  wrong(value, "not_a_boolean", fmt::format("'{}' must be true or false", key));
  return fallback;
}

std::optional<int64_t> YamlReader::integer(const YAML::Node& map, std::string_view key) {
  const YAML::Node value = at(map, key, false);
  if (!value.IsDefined()) return std::nullopt;
  if (value.IsScalar()) {
    const std::string& text = value.Scalar();
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  wrong(value, "not_an_integer", fmt::format("'{}' must be a whole number", key));
  return std::nullopt;
}

std::optional<int64_t> YamlReader::duration(const YAML::Node& map, std::string_view key, bool must) {
  const YAML::Node value = at(map, key, must);
  if (!value.IsDefined()) return std::nullopt;
  if (value.IsScalar())
    if (const auto seconds = parse_span(value.Scalar()); seconds && *seconds > 0) return seconds;
  wrong(value, "duration_shape", fmt::format("'{}' must be a duration", key),
        "a number and one of s, m, h, d, y: 30m, 4h, 7d, 5y");
  return std::nullopt;
}

std::vector<YAML::Node> YamlReader::items(const YAML::Node& map, std::string_view key, bool must, size_t count_max) {
  const YAML::Node value = at(map, key, must);
  std::vector<YAML::Node> nodes;
  if (!value.IsDefined()) return nodes;
  if (!value.IsSequence() || (must && value.size() == 0) || value.size() > count_max) {
    wrong(value, "not_a_list", fmt::format("'{}' must be a list of {} to {} items", key, must ? 1 : 0, count_max));
    return nodes;
  }
  for (const auto& item : value) nodes.push_back(item);
  return nodes;
}

std::vector<std::string> YamlReader::texts(const YAML::Node& map, std::string_view key, bool must) {
  constexpr size_t texts_max = 200;
  std::vector<std::string> values;
  std::set<std::string> seen;
  for (const YAML::Node& item : items(map, key, must, texts_max)) {
    if (!item.IsScalar() || trim(item.Scalar()).empty())
      wrong(item, "not_a_text", fmt::format("'{}' must hold texts", key));
    else if (!seen.insert(item.Scalar()).second)
      wrong(item, "given_twice", fmt::format("'{}' stands twice in '{}'", item.Scalar(), key), "take one away");
    else
      values.push_back(item.Scalar());
  }
  return values;
}

}  // namespace yagura::ledger
