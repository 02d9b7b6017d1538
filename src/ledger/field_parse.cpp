#include "ledger/field_parse.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <set>
#include <string>

namespace yagura::ledger {
namespace {

constexpr std::array<std::string_view, 9> reserved_names{
    "id", "type", "version", "state", "created_at", "created_by", "updated_at", "updated_by", "record"};

std::optional<FieldKind> kind_of(std::string_view text) {
  for (int i = 0; i <= static_cast<int>(FieldKind::table); ++i)
    if (text == to_text(static_cast<FieldKind>(i))) return static_cast<FieldKind>(i);
  return std::nullopt;
}

bool is_scalar(FieldKind kind) {
  return kind != FieldKind::list && kind != FieldKind::table && kind != FieldKind::json;
}

std::optional<FieldKind> read_kind(YamlReader& reader, const YAML::Node& map, std::string_view key) {
  const std::string text = reader.text(map, key, true);
  if (text.empty()) return std::nullopt;
  const auto kind = kind_of(text);
  if (!kind)
    reader.wrong(reader.at(map, key, false), "field_kind", fmt::format("there is no field type '{}'", text),
                 "text, markdown, integer, number, boolean, time, date, duration, choice, reference, user, blob, json, "
                 "list or table");
  return kind;
}

std::vector<Choice> read_choices(YamlReader& reader, const YAML::Node& map) {
  std::vector<Choice> choices;
  std::set<std::string> seen;
  for (const YAML::Node& item : reader.items(map, "choices", true, choices_max)) {
    if (!reader.map_of(item, "a choice", {"id", "title"})) continue;
    Choice choice{reader.name(item, "id", true), reader.title(item, "title", true)};
    if (choice.id.empty()) continue;
    if (choice.id == unknown_value)
      reader.wrong(item, "choice_is_unknown", "a choice can't be called 'unknown'",
                   "write `unknown: allowed` at the field: every type has that answer");
    if (!seen.insert(choice.id).second)
      reader.wrong(item, "given_twice", fmt::format("the choice '{}' is given twice", choice.id), "rename one");
    choices.push_back(std::move(choice));
  }
  return choices;
}

/// A key that means nothing for this kind is a misunderstanding worth a word.
void refuse_key(YamlReader& reader, const YAML::Node& map, std::string_view key, const Field& field) {
  const YAML::Node value = reader.at(map, key, false);
  if (value.IsDefined())
    reader.wrong(value, "key_not_for_kind",
                 fmt::format("'{}' means nothing for a field of type {}", key, to_text(field.kind)), "take it away");
}

void read_bounds(YamlReader& reader, const YAML::Node& map, Field& field) {
  const bool bounded = field.kind == FieldKind::text || field.kind == FieldKind::markdown ||
                       field.kind == FieldKind::integer || field.kind == FieldKind::number ||
                       field.kind == FieldKind::duration || field.kind == FieldKind::list ||
                       field.kind == FieldKind::table;
  if (!bounded) {
    refuse_key(reader, map, "min", field);
    refuse_key(reader, map, "max", field);
    return;
  }
  field.min = reader.integer(map, "min");
  field.max = reader.integer(map, "max");
  const bool counts = field.kind != FieldKind::integer && field.kind != FieldKind::number;
  if (counts && ((field.min && *field.min < 0) || (field.max && *field.max < 0)))
    reader.wrong(map, "bounds", "'min' and 'max' count here and can't be negative");
  if (field.min && field.max && *field.min > *field.max)
    reader.wrong(map, "bounds", fmt::format("'min' {} is greater than 'max' {}", *field.min, *field.max));
}

void read_kind_details(YamlReader& reader, const YAML::Node& map, Field& field) {
  if (field.kind == FieldKind::list) {
    if (const auto items = read_kind(reader, map, "items")) {
      field.items = *items;
      if (!is_scalar(*items))
        reader.wrong(reader.at(map, "items", false), "list_items", "a list can hold only scalar items",
                     "use `type: table` for items with several values");
    }
  } else {
    refuse_key(reader, map, "items", field);
  }
  const FieldKind scalar = field.kind == FieldKind::list ? field.items : field.kind;
  if (scalar == FieldKind::choice)
    field.choices = read_choices(reader, map);
  else
    refuse_key(reader, map, "choices", field);
  if (scalar == FieldKind::reference)
    field.to = reader.texts(map, "to", true);
  else
    refuse_key(reader, map, "to", field);
  if (field.kind == FieldKind::table)
    field.columns = parse_fields(reader, map, "columns", true);
  else
    refuse_key(reader, map, "columns", field);
  read_bounds(reader, map, field);
}

bool indexed_by_kind(const Field& field) {
  const FieldKind scalar = field.kind == FieldKind::list ? field.items : field.kind;
  switch (scalar) {
    case FieldKind::markdown:
    case FieldKind::json:
    case FieldKind::table:
    case FieldKind::list:
    case FieldKind::blob:
      return false;
    default:
      return true;
  }
}

void read_flags(YamlReader& reader, const YAML::Node& map, Field& field) {
  field.required = reader.boolean(map, "required", false);
  const YAML::Node unknown = reader.at(map, "unknown", false);
  if (unknown.IsDefined()) {
    field.unknown_allowed = unknown.IsScalar() && unknown.Scalar() == "allowed";
    if (!field.unknown_allowed)
      reader.wrong(unknown, "unknown_value", "'unknown' can only be 'allowed'", "leave the key away to forbid it");
  }
  field.indexed = reader.boolean(map, "indexed", indexed_by_kind(field));
  const bool can_index = field.kind != FieldKind::json && field.kind != FieldKind::table &&
                         field.kind != FieldKind::markdown &&
                         !(field.kind == FieldKind::list && field.items == FieldKind::markdown);
  if (field.indexed && !can_index)
    reader.wrong(reader.at(map, "indexed", false), "key_not_for_kind",
                 fmt::format("a field of type {} can't be indexed", to_text(field.kind)), "full text finds it");
  const std::string sensitivity = reader.text(map, "sensitivity", false);
  bool known = sensitivity.empty();
  for (const Sensitivity each : {Sensitivity::normal, Sensitivity::personal, Sensitivity::secret, Sensitivity::sealed})
    if (sensitivity == to_text(each)) {
      field.sensitivity = each;
      known = true;
    }
  if (!known)
    reader.wrong(reader.at(map, "sensitivity", false), "sensitivity",
                 fmt::format("there is no sensitivity '{}'", sensitivity), "normal, personal, secret or sealed");
  field.searched = reader.boolean(map, "searched", true) && field.sensitivity < Sensitivity::secret;
}

}  // namespace

std::vector<Field> parse_fields(YamlReader& reader, const YAML::Node& map, std::string_view key, bool as_columns) {
  std::vector<Field> fields;
  std::set<std::string> seen;
  for (const YAML::Node& item : reader.items(map, key, true, as_columns ? columns_max : fields_max)) {
    if (!reader.map_of(item, as_columns ? "a column" : "a field",
                       {"name", "title", "description", "type", "required", "unknown", "sensitivity", "indexed",
                        "searched", "min", "max", "choices", "to", "items", "columns"}))
      continue;
    Field field;
    field.name = reader.name(item, "name", true);
    field.title = reader.title(item, "title", true);
    field.description = reader.title(item, "description", false);
    const auto kind = read_kind(reader, item, "type");
    if (field.name.empty() || !kind) continue;
    field.kind = *kind;
    if (!as_columns && std::ranges::find(reserved_names, field.name) != reserved_names.end())
      reader.wrong(item, "field_reserved", fmt::format("'{}' is a name of the ledger itself", field.name), "rename it");
    if (!seen.insert(field.name).second)
      reader.wrong(item, "given_twice", fmt::format("the field '{}' is given twice", field.name), "rename one");
    if (as_columns && !is_scalar(field.kind)) {
      reader.wrong(item, "column_kind", "a table's column must be scalar", "make it a field beside the table");
      continue;
    }
    read_kind_details(reader, item, field);
    read_flags(reader, item, field);
    fields.push_back(std::move(field));
  }
  return fields;
}

}  // namespace yagura::ledger
