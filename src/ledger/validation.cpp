#include "ledger/validation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "base/text.hpp"
#include "base/time.hpp"
#include "ledger/yaml_reader.hpp"

namespace yagura::ledger {
namespace {

namespace json = boost::json;

constexpr int64_t text_characters_max = 1000;
constexpr int64_t markdown_characters_max = 200'000;
constexpr int64_t list_items_max = 10'000;
constexpr int64_t table_lines_max = 2000;
constexpr size_t user_bytes_max = 200;

std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

bool is_unknown(const json::value& value) {
  return value.is_string() && view(value.get_string()) == unknown_value;
}

bool is_empty(const json::value& value) {
  if (value.is_null()) return true;
  if (const auto* text = value.if_string()) return trim(view(*text)).empty();
  if (const auto* array = value.if_array()) return array->empty();
  return false;
}

bool is_date(std::string_view text) {
  return text.size() == 10 && parse_time(std::string(text) + "T00:00:00Z").has_value();
}

bool is_hash(std::string_view text) {
  return text.size() == 64 &&
         std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// Collects what is wrong, each with the path of its place.
class Faults {
 public:
  void add(std::string code, const std::string& path, std::string message, std::string hint = {},
           std::map<std::string, std::string> args = {}) {
    args.emplace("field", path);
    if (reasons.size() < reasons_max)
      reasons.push_back({std::move(code), path, std::move(message), std::move(hint), std::move(args)});
  }
  std::vector<Reason> reasons;

 private:
  static constexpr size_t reasons_max = 200;
};

void wrong_kind(Faults& faults, const std::string& path, std::string_view wanted) {
  faults.add("field.wrong_kind", path, fmt::format("must be {}", wanted), {}, {{"kind", std::string(wanted)}});
}

void check_range(Faults& faults, const std::string& path, const Field& field, double value, std::string_view of_what) {
  if (field.min && value < static_cast<double>(*field.min))
    faults.add("field.out_of_range", path, fmt::format("{} must be at least {}", of_what, *field.min), {},
               {{"min", fmt::format("{}", *field.min)}, {"max", field.max ? fmt::format("{}", *field.max) : "-"}});
  if (field.max && value > static_cast<double>(*field.max))
    faults.add("field.out_of_range", path, fmt::format("{} must be at most {}", of_what, *field.max), {},
               {{"min", field.min ? fmt::format("{}", *field.min) : "-"}, {"max", fmt::format("{}", *field.max)}});
}

void check_length(Faults& faults, const std::string& path, Field field, std::string_view text, int64_t most) {
  field.max = std::min(field.max.value_or(most), most);
  check_range(faults, path, field, static_cast<double>(code_points(text)), "the number of characters");
}

void check_number(Faults& faults, const std::string& path, const Field& field, FieldKind kind,
                  const json::value& value) {
  if (kind == FieldKind::number) {
    if (!value.is_number() || std::abs(value.to_number<double>()) > record_number_max)
      return wrong_kind(faults, path, "a number");
    return check_range(faults, path, field, value.to_number<double>(), "the number");
  }
  if (!value.is_int64())
    return wrong_kind(faults, path, kind == FieldKind::duration ? "whole seconds" : "a whole number");
  const int64_t number = value.get_int64();
  if (kind == FieldKind::duration && number < 0) return wrong_kind(faults, path, "whole seconds, not negative");
  check_range(faults, path, field, static_cast<double>(number), "the number");
}

void check_choice(Faults& faults, const std::string& path, const Field& field, std::string_view text) {
  if (std::ranges::any_of(field.choices, [&](const Choice& choice) { return choice.id == text; })) return;
  std::string choices;
  for (const Choice& choice : field.choices) choices += (choices.empty() ? "" : ", ") + choice.id;
  faults.add("field.not_a_choice", path, fmt::format("'{}' is not one of the choices", text), "one of: " + choices,
             {{"value", std::string(text)}, {"choices", choices}});
}

void check_text(Faults& faults, const std::string& path, const Field& field, FieldKind kind, std::string_view text) {
  const bool one_line = text.find_first_of("\n\r") == std::string_view::npos;
  switch (kind) {
    case FieldKind::text:
      if (!one_line) wrong_kind(faults, path, "a text of one line");
      return check_length(faults, path, field, text, text_characters_max);
    case FieldKind::markdown:
      return check_length(faults, path, field, text, markdown_characters_max);
    case FieldKind::time:
      if (!parse_time(text)) wrong_kind(faults, path, "a time like 2026-04-08T10:58:04Z");
      return;
    case FieldKind::date:
      if (!is_date(text)) wrong_kind(faults, path, "a date like 2026-04-08");
      return;
    case FieldKind::choice:
      return check_choice(faults, path, field, text);
    case FieldKind::blob:
      if (!is_hash(text)) wrong_kind(faults, path, "the SHA-256 of an attachment");
      return;
    case FieldKind::user:
      if (text.size() > user_bytes_max || !one_line) wrong_kind(faults, path, "an account's id");
      return;
    case FieldKind::reference:
      if (text.size() > user_bytes_max || !one_line) wrong_kind(faults, path, "a record's id");
      return;
    default:
      return;
  }
}

void check_scalar(Faults& faults, const std::string& path, const Field& field, FieldKind kind,
                  const json::value& value) {
  switch (kind) {
    case FieldKind::integer:
    case FieldKind::number:
    case FieldKind::duration:
      return check_number(faults, path, field, kind, value);
    case FieldKind::boolean:
      if (!value.is_bool()) wrong_kind(faults, path, "true or false");
      return;
    case FieldKind::json:
      return;
    default:
      break;
  }
  if (!value.is_string()) return wrong_kind(faults, path, fmt::format("a text ({})", to_text(kind)));
  check_text(faults, path, field, kind, view(value.get_string()));
}

void check_field(Faults& faults, const std::string& path, const Field& field, const json::value& value);

void check_list(Faults& faults, const std::string& path, const Field& field, const json::value& value) {
  if (!value.is_array()) return wrong_kind(faults, path, "a list");
  const auto& items = value.get_array();
  Field bounded = field;
  bounded.max = std::min(field.max.value_or(list_items_max), list_items_max);
  check_range(faults, path, bounded, static_cast<double>(items.size()), "the number of items");
  if (static_cast<int64_t>(items.size()) > list_items_max) return;
  Field item = field;  // min and max counted the items
  item.min.reset();
  item.max.reset();
  for (size_t i = 0; i < items.size(); ++i)
    check_scalar(faults, fmt::format("{}[{}]", path, i), item, field.items, items[i]);
}

void check_table(Faults& faults, const std::string& path, const Field& field, const json::value& value) {
  if (!value.is_array()) return wrong_kind(faults, path, "a list of lines");
  const auto& lines = value.get_array();
  Field bounded = field;
  bounded.max = std::min(field.max.value_or(table_lines_max), table_lines_max);
  check_range(faults, path, bounded, static_cast<double>(lines.size()), "the number of lines");
  if (static_cast<int64_t>(lines.size()) > table_lines_max) return;
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string line = fmt::format("{}[{}]", path, i);
    const auto* cells = lines[i].if_object();
    if (!cells) {
      wrong_kind(faults, line, "an object with the table's columns");
      continue;
    }
    for (const auto& cell : *cells)
      if (std::ranges::find(field.columns, std::string_view(cell.key()), &Field::name) == field.columns.end())
        faults.add("field.not_in_type", line + "." + std::string(cell.key()), "the table has no such column");
    for (const Field& column : field.columns) {
      const std::string place = line + "." + column.name;
      if (const auto* cell = cells->if_contains(column.name); cell && !is_empty(*cell))
        check_field(faults, place, column, *cell);
      else if (column.required)
        faults.add("field.missing", place, "must be filled");
    }
  }
}

void check_field(Faults& faults, const std::string& path, const Field& field, const json::value& value) {
  if (is_unknown(value)) {
    // A log may well call a host "unknown": only where an answer is demanded is the word none.
    const bool plain_text = field.kind == FieldKind::text || field.kind == FieldKind::markdown;
    if (field.unknown_allowed || field.kind == FieldKind::json || (plain_text && !field.required)) return;
    return faults.add("field.unknown_not_allowed", path, "'unknown' is no answer here", "give a value");
  }
  if (field.kind == FieldKind::list) return check_list(faults, path, field, value);
  if (field.kind == FieldKind::table) return check_table(faults, path, field, value);
  check_scalar(faults, path, field, field.kind, value);
}

bool is_sound(const json::value& value, size_t depth) {
  if (depth > record_body_depth_max) return false;
  if (const auto* text = value.if_string()) return is_utf8(view(*text));
  if (const auto* number = value.if_double()) return std::abs(*number) <= record_number_max;
  if (const auto* array = value.if_array())
    return std::ranges::all_of(*array, [&](const json::value& item) { return is_sound(item, depth + 1); });
  if (const auto* object = value.if_object())
    return std::ranges::all_of(*object, [&](const auto& entry) {
      return is_utf8({entry.key().data(), entry.key().size()}) && is_sound(entry.value(), depth + 1);
    });
  return true;
}

void normalise_scalar(FieldKind kind, json::value& value) {
  auto* text = value.if_string();
  if (!text) return;
  if (kind == FieldKind::time) {
    if (const auto time = parse_time(trim(view(*text)))) *text = format_time(*time);
  } else if (kind != FieldKind::markdown && kind != FieldKind::json) {
    *text = std::string(trim(view(*text)));
  }
}

void normalise_field(const Field& field, json::value& value);

void normalise_fields(const std::vector<Field>& fields, json::object& object) {
  for (const Field& field : fields) {
    const auto found = object.find(field.name);
    if (found == object.end()) continue;
    normalise_field(field, found->value());
    if (is_empty(found->value())) object.erase(found);
  }
}

void normalise_field(const Field& field, json::value& value) {
  if (const auto* text = value.if_string(); text && field.unknown_allowed) {
    const std::string_view word = trim(view(*text));
    if (word == "不明" || word == unknown_value) {
      value = json::string(json::string_view(unknown_value.data(), unknown_value.size()));
      return;
    }
  }
  if (field.kind == FieldKind::list) {
    if (auto* items = value.if_array()) {
      for (json::value& item : *items) normalise_scalar(field.items, item);
      items->erase(std::remove_if(items->begin(), items->end(), is_empty), items->end());
    }
  } else if (field.kind == FieldKind::table) {
    if (auto* lines = value.if_array())
      for (json::value& line : *lines)
        if (auto* cells = line.if_object()) normalise_fields(field.columns, *cells);
  } else {
    normalise_scalar(field.kind, value);
  }
}

}  // namespace

void normalise_body(const RecordType& type, json::object& body) {
  normalise_fields(type.fields, body);
}

std::vector<Reason> validate_body(const RecordType& type, const json::object& body) {
  Faults faults;
  std::vector<std::string> foreign;
  for (const auto& entry : body)
    if (!type.field({entry.key().data(), entry.key().size()}))
      foreign.push_back(to_valid_utf8({entry.key().data(), std::min<size_t>(entry.key().size(), 100)}));
  std::ranges::sort(foreign);
  for (const std::string& name : foreign)
    faults.add("field.not_in_type", name, fmt::format("a record of type {} has no such field", type.id));
  for (const Field& field : type.fields) {
    const auto* value = body.if_contains(field.name);
    if (!value || is_empty(*value)) {
      if (field.required) faults.add("field.missing", field.name, "must be filled");
    } else if (!is_sound(*value, 1)) {
      faults.add("body.too_deep", field.name, "nests deeper than 16 levels, is no UTF-8 or too great a number",
                 "flatten the value");
    } else {
      check_field(faults, field.name, field, *value);
    }
  }
  return std::move(faults.reasons);
}

bool is_filled(const json::object& body, std::string_view field) {
  const auto* value = body.if_contains(json::string_view(field.data(), field.size()));
  return value && !is_empty(*value);
}

bool is_sound_json(const json::value& value) {
  return is_sound(value, 0);
}

bool is_answered(const Field& field, const json::object& body) {
  if (!is_filled(body, field.name)) return false;
  return field.unknown_allowed || field.kind == FieldKind::json || !is_unknown(body.at(field.name));
}

}  // namespace yagura::ledger
