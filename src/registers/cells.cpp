#include "registers/cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/text.hpp"
#include "base/time.hpp"
#include "ledger/fact.hpp"
#include "registers/serial_date.hpp"

namespace yagura::registers {
namespace {

namespace json = boost::json;
using ledger::Field;
using ledger::FieldKind;

constexpr int64_t exact_in_a_spreadsheet = 999'999'999'999'999;  // programs keep 15 digits
constexpr std::string_view unknown_ja = "不明";

bool is_unknown(std::string_view text) {
  return text == ledger::unknown_value || text == unknown_ja;
}

std::string_view view(const json::string& text) {
  return {text.data(), text.size()};
}

json::value text_value(std::string_view text) {
  return json::value(json::string_view(text.data(), text.size()));
}

CellKind cell_kind(FieldKind kind) {
  switch (kind) {
    case FieldKind::date:
      return CellKind::date;
    case FieldKind::time:
      return CellKind::time;
    default:
      return CellKind::text;
  }
}

Cell scalar_cell(FieldKind kind, const json::value& value) {
  if (kind == FieldKind::json) return {ledger::canonical_json(value), CellKind::text};
  if (value.is_string()) return {std::string(view(value.get_string())), cell_kind(kind)};
  if (value.is_bool()) return {value.get_bool() ? "true" : "false", CellKind::boolean};
  if (value.is_int64()) {
    const int64_t number = value.get_int64();
    const bool exact = number >= -exact_in_a_spreadsheet && number <= exact_in_a_spreadsheet;
    return {fmt::format("{}", number), exact ? CellKind::number : CellKind::text};
  }
  return {ledger::canonical_json(value), value.is_double() ? CellKind::number : CellKind::text};
}

/// Kinds whose texts never hold a comma, so that a list of them may be written with commas.
bool takes_commas(FieldKind kind) {
  return kind != FieldKind::text && kind != FieldKind::markdown && kind != FieldKind::user && kind != FieldKind::json;
}

std::optional<int64_t> whole(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

json::value number_value(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  if (const auto number = whole(text)) return *number;
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return text_value(text);
  constexpr double whole_max = 9'007'199'254'740'992.0;
  if (number == std::floor(number) && std::abs(number) < whole_max) return static_cast<int64_t>(number);
  return number;
}

json::value boolean_value(std::string_view text) {
  const std::string lower = ascii_lower(text);
  constexpr std::array<std::string_view, 4> yes{"true", "yes", "1", "はい"};
  constexpr std::array<std::string_view, 4> no{"false", "no", "0", "いいえ"};
  if (std::ranges::find(yes, lower) != yes.end()) return true;
  if (std::ranges::find(no, lower) != no.end()) return false;
  return text_value(text);
}

/// "2026/4/8", "2026-4-8" and "2026/4/8 9:05" in the form that the ledger reads; the text itself when it is none.
std::string with_dashes(std::string_view text, bool with_time) {
  const size_t space = text.find(' ');
  const std::string_view day_text = text.substr(0, space);
  const auto parts = split(day_text, day_text.contains('/') ? '/' : '-');
  if (parts.size() != 3) return std::string(text);
  const auto year = whole(parts[0]);
  const auto month = whole(parts[1]);
  const auto day = whole(parts[2]);
  if (!year || !month || !day) return std::string(text);
  std::string out = fmt::format("{:04}-{:02}-{:02}", *year, *month, *day);
  if (!with_time) return space == std::string_view::npos ? out : std::string(text);
  if (space == std::string_view::npos) return out + "T00:00:00Z";
  std::string clock(trim(text.substr(space + 1)));
  if (clock.find(':') == 1) clock.insert(0, 1, '0');
  if (clock.size() == 5) clock += ":00";
  return out + "T" + clock;
}

json::value date_value(const Cell& cell, std::string_view text, bool with_time, bool epoch_1904) {
  if (cell.kind == CellKind::number)
    if (const json::value number = number_value(text); number.is_number())
      if (const auto date = from_serial(number.to_number<double>(), with_time, epoch_1904)) return text_value(*date);
  return text_value(with_dashes(text, with_time));
}

json::value choice_value(const Field& field, std::string_view text) {
  const auto by_id = std::ranges::find(field.choices, text, &ledger::Choice::id);
  if (by_id != field.choices.end()) return text_value(text);
  const ledger::Choice* found = nullptr;
  for (const ledger::Choice& choice : field.choices) {
    if (choice.title.ja != text && choice.title.en != text) continue;
    if (found != nullptr) return text_value(text);
    found = &choice;
  }
  return text_value(found == nullptr ? text : std::string_view(found->id));
}

std::optional<json::value> parsed(std::string_view text) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 64;
  json::value value = json::parse(json::string_view(text.data(), text.size()), error, {}, options);
  if (error) return std::nullopt;
  return value;
}

json::value scalar_value(const Field& field, FieldKind kind, const Cell& cell, bool epoch_1904) {
  const std::string_view text = kind == FieldKind::markdown ? std::string_view(cell.text) : trim(cell.text);
  switch (kind) {
    case FieldKind::integer:
    case FieldKind::number:
    case FieldKind::duration:
      return number_value(text);
    case FieldKind::boolean:
      return boolean_value(text);
    case FieldKind::date:
    case FieldKind::time:
      return date_value(cell, text, kind == FieldKind::time, epoch_1904);
    case FieldKind::choice:
      return choice_value(field, text);
    case FieldKind::json:
      return parsed(text).value_or(text_value(text));
    default:
      return text_value(text);
  }
}

json::value list_value(const Field& field, std::string_view text, bool epoch_1904) {
  if (text.starts_with('['))
    if (auto value = parsed(text); value && value->is_array()) return *value;
  std::string lines(text);
  if (takes_commas(field.items)) {
    for (size_t at = 0; (at = lines.find("、", at)) != std::string::npos;) lines.replace(at, 3, "\n");
    std::ranges::replace_if(lines, [](char c) { return c == ',' || c == ';'; }, '\n');
  }
  json::array out;
  for (const std::string_view line : split(lines, '\n'))
    if (const std::string_view item = trim(line); !item.empty())
      out.push_back(scalar_value(field, field.items, {std::string(item), CellKind::text}, epoch_1904));
  return out;
}

/// A line an item where that reads back as the same list, else JSON.
Cell list_cell(const Field& field, const json::array& values) {
  std::string lines;
  for (const json::value& value : values) lines += (lines.empty() ? "" : "\n") + scalar_cell(field.items, value).text;
  Cell plain{std::move(lines), CellKind::text};
  if (from_cell(field, plain, false) == json::value(values)) return plain;
  return {ledger::canonical_json(values), CellKind::text};
}

}  // namespace

Cell to_cell(const Field& field, const json::value& value) {
  if (field.kind == FieldKind::json) return {ledger::canonical_json(value), CellKind::text};
  if (value.is_string()) {
    const std::string_view text = view(value.get_string());
    return {std::string(text), is_unknown(text) ? CellKind::text : cell_kind(field.kind)};
  }
  if (field.kind == FieldKind::list && value.is_array()) return list_cell(field, value.get_array());
  if (value.is_array() || value.is_object()) return {ledger::canonical_json(value), CellKind::text};
  return scalar_cell(field.kind, value);
}

json::value from_cell(const Field& field, const Cell& cell, bool epoch_1904) {
  const std::string_view text = trim(cell.text);
  if (text.empty()) return nullptr;
  if (field.unknown_allowed && is_unknown(text)) return text_value(ledger::unknown_value);
  if (field.kind == FieldKind::list) return list_value(field, text, epoch_1904);
  if (field.kind == FieldKind::table) return parsed(text).value_or(text_value(text));
  return scalar_value(field, field.kind, cell, epoch_1904);
}

}  // namespace yagura::registers
