#include "desks/decision_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "desks/json_fields.hpp"

namespace yagura::desks {
namespace {

namespace json = boost::json;

Diagnosed<std::vector<NamedValue>> read_values(const json::object& body, std::string_view key) {
  std::vector<NamedValue> out;
  const json::array& list = array_at(body, key);
  if (list.empty() || list.size() > criteria_values_max)
    return wrong_shape(fmt::format("'{}' must list 1 to {} values", key, criteria_values_max),
                       "each value is {id, ja, en}");
  for (const json::value& item : list) {
    const json::object* value = item.if_object();
    if (value == nullptr) return wrong_shape(fmt::format("a value of '{}' is no map", key), "write {id, ja, en}");
    NamedValue named{text_at(*value, "id"), text_at(*value, "ja"), text_at(*value, "en")};
    if (named.id.empty() || named.ja.empty() || named.en.empty())
      return wrong_shape(fmt::format("a value of '{}' lacks id, ja or en", key),
                         "give its id and its name in both languages");
    if (named.id.size() > criteria_id_bytes_max)
      return wrong_shape(fmt::format("an id of '{}' is longer than {} bytes", key, criteria_id_bytes_max),
                         "shorten the id");
    if (knows(out, named.id))
      return wrong_shape(fmt::format("'{}' names '{}' twice", key, named.id), "remove one of the two");
    out.push_back(std::move(named));
  }
  return out;
}

/// "any" gives an empty list; a list gives its values.
Diagnosed<std::vector<std::string>> read_cell(const json::object& row, std::string_view key, const std::string& id) {
  const json::value* cell = row.if_contains(key);
  if (cell != nullptr && cell->is_string() && cell->as_string() == "any") return std::vector<std::string>{};
  std::vector<std::string> values = texts_at(row, key);
  if (values.empty() || values.size() != array_at(row, key).size())
    return wrong_shape(fmt::format("row {}: '{}' is neither 'any' nor a list of values", id, key),
                       "write any, or [value, value]");
  return values;
}

Diagnosed<TableRow> read_row(const json::value& item, const TableShape& shape) {
  const json::object* from = item.if_object();
  if (from == nullptr)
    return wrong_shape("a row is no map",
                       fmt::format("write {{id, {}, class, priority}}", fmt::join(shape.cells, ", ")));
  TableRow row;
  row.id = text_at(*from, "id");
  if (row.id.empty() || row.id.size() > criteria_id_bytes_max)
    return wrong_shape(fmt::format("a row has no id, or one longer than {} bytes", criteria_id_bytes_max),
                       "give every row a short id that is never used again");
  for (size_t i = 0; i < row.cells.size(); ++i) {
    auto cell = read_cell(*from, shape.cells[i], row.id);
    if (!cell) return std::unexpected(cell.error());
    row.cells[i] = std::move(*cell);
  }
  row.set_aside = flag_at(*from, shape.set_aside);
  row.class_id = text_at(*from, "class");
  row.priority = integer_at(*from, "priority");
  row.reason_ja = text_at(*from, "reason_ja");
  row.reason_en = text_at(*from, "reason_en");
  if (row.set_aside != row.class_id.empty())
    return wrong_shape(fmt::format("row {} must give either a class or {}: true", row.id, shape.set_aside),
                       "keep one of the two");
  if (row.set_aside ? row.priority != 0 : row.priority < priority_highest || row.priority > priority_lowest)
    return wrong_shape(fmt::format("row {}: priority must be {} to {}, and none with {}", row.id, priority_highest,
                                   priority_lowest, shape.set_aside),
                       "1 is the most urgent");
  return row;
}

}  // namespace

std::unexpected<Diagnostic> wrong_shape(std::string what, std::string hint) {
  return std::unexpected(Diagnostic{"criteria.shape", "", 0, 0, std::move(what), std::move(hint)});
}

std::string_view to_text(Ruling ruling) {
  switch (ruling) {
    case Ruling::incident:
      return "incident";
    case Ruling::not_incident:
      return "not_incident";
    case Ruling::off_criteria:
      break;
  }
  return "off_criteria";
}

Diagnosed<void> read_table(const json::object& body, const TableShape& shape, DecisionTable& out) {
  out.edition = integer_at(body, "edition");
  for (size_t i = 0; i < out.dimensions.size(); ++i) {
    auto values = read_values(body, shape.dimensions[i]);
    if (!values) return std::unexpected(values.error());
    out.dimensions[i] = std::move(*values);
  }
  auto classes = read_values(body, "classes");
  if (!classes) return std::unexpected(classes.error());
  out.classes = std::move(*classes);
  const json::array& rows = array_at(body, "rows");
  if (rows.empty() || rows.size() > criteria_rows_max)
    return wrong_shape(fmt::format("'rows' must hold 1 to {} rows", criteria_rows_max), "add the rows of the table");
  for (const json::value& item : rows) {
    auto row = read_row(item, shape);
    if (!row) return std::unexpected(row.error());
    if (std::ranges::any_of(out.rows, [&](const TableRow& other) { return other.id == row->id; }))
      return wrong_shape(fmt::format("row id {} is given twice", row->id), "number the rows anew");
    out.rows.push_back(std::move(*row));
  }
  out.off_criteria_priority = integer_at(body, "off_criteria_priority");
  if (out.off_criteria_priority < priority_highest || out.off_criteria_priority > priority_lowest)
    return wrong_shape("'off_criteria_priority' must be 1 to 5", "say how urgent a case is that no row covers");
  return {};
}

bool covers(const std::vector<std::string>& values, std::string_view value) {
  return values.empty() || std::ranges::find(values, value) != values.end();
}

bool knows(const std::vector<NamedValue>& values, std::string_view id) {
  return std::ranges::any_of(values, [&](const NamedValue& value) { return value.id == id; });
}

Decision decide(const DecisionTable& table, const std::array<std::string_view, 3>& input) {
  Decision out;
  out.priority = table.off_criteria_priority;
  // "any" means any value that the table knows: what it does not know is off the criteria, not swallowed.
  for (size_t i = 0; i < input.size(); ++i)
    if (!knows(table.dimensions[i], input[i])) return out;
  for (const TableRow& row : table.rows) {
    if (!covers(row.cells[0], input[0]) || !covers(row.cells[1], input[1]) || !covers(row.cells[2], input[2])) continue;
    return {row.set_aside ? Ruling::not_incident : Ruling::incident, row.class_id, row.priority, row.id};
  }
  return out;
}

bool is_worse(const Decision& now, const Decision& before) {
  if (now.ruling == Ruling::not_incident) return false;
  if (before.ruling == Ruling::not_incident) return true;
  if (now.priority != before.priority) return now.priority < before.priority;
  return now.ruling == Ruling::incident && before.ruling == Ruling::off_criteria;
}

Decision decision_in(const json::object& body) {
  Decision out;
  const std::string ruling = text_at(body, "decision");
  out.ruling = ruling == to_text(Ruling::incident) || ruling == "act"             ? Ruling::incident
               : ruling == to_text(Ruling::not_incident) || ruling == "no_action" ? Ruling::not_incident
                                                                                  : Ruling::off_criteria;
  out.class_id = text_at(body, "class");
  out.priority = integer_at(body, "priority");
  out.row = text_at(body, "criteria_row");
  return out;
}

std::string name_of(const std::vector<NamedValue>& values, std::string_view id, std::string_view lang) {
  for (const NamedValue& value : values)
    if (value.id == id) return lang == "ja" ? value.ja : value.en;
  return std::string(id);
}

}  // namespace yagura::desks
