#include "desks/criteria.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks {
namespace {

namespace json = boost::json;

std::unexpected<Diagnostic> wrong(std::string what, std::string hint) {
  return std::unexpected(Diagnostic{"criteria.shape", "", 0, 0, std::move(what), std::move(hint)});
}

Diagnosed<std::vector<NamedValue>> read_values(const json::object& body, std::string_view key) {
  std::vector<NamedValue> out;
  const json::array& list = array_at(body, key);
  if (list.empty() || list.size() > criteria_values_max)
    return wrong(fmt::format("'{}' must list 1 to {} values", key, criteria_values_max), "each value is {id, ja, en}");
  for (const json::value& item : list) {
    const json::object* value = item.if_object();
    if (value == nullptr) return wrong(fmt::format("a value of '{}' is no map", key), "write {id, ja, en}");
    NamedValue named{text_at(*value, "id"), text_at(*value, "ja"), text_at(*value, "en")};
    if (named.id.empty() || named.ja.empty() || named.en.empty())
      return wrong(fmt::format("a value of '{}' lacks id, ja or en", key),
                   "give its id and its name in both languages");
    if (named.id.size() > criteria_id_bytes_max)
      return wrong(fmt::format("an id of '{}' is longer than {} bytes", key, criteria_id_bytes_max), "shorten the id");
    if (std::ranges::any_of(out, [&](const NamedValue& other) { return other.id == named.id; }))
      return wrong(fmt::format("'{}' names '{}' twice", key, named.id), "remove one of the two");
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
    return wrong(fmt::format("row {}: '{}' is neither 'any' nor a list of values", id, key),
                 "write any, or [value, value]");
  return values;
}

Diagnosed<CriteriaRow> read_row(const json::value& item) {
  const json::object* from = item.if_object();
  if (from == nullptr)
    return wrong("a row is no map", "write {id, attack_type, progress, importance, class, priority}");
  CriteriaRow row;
  row.id = text_at(*from, "id");
  if (row.id.empty() || row.id.size() > criteria_id_bytes_max)
    return wrong(fmt::format("a row has no id, or one longer than {} bytes", criteria_id_bytes_max),
                 "give every row a short id that is never used again");
  auto attack = read_cell(*from, "attack_type", row.id);
  auto progress = read_cell(*from, "progress", row.id);
  auto importance = read_cell(*from, "importance", row.id);
  for (auto* cell : {&attack, &progress, &importance})
    if (!*cell) return std::unexpected(cell->error());
  row.attack_types = std::move(*attack);
  row.progress = std::move(*progress);
  row.importance = std::move(*importance);
  row.not_incident = flag_at(*from, "not_incident");
  row.class_id = text_at(*from, "class");
  row.priority = integer_at(*from, "priority");
  row.reason_ja = text_at(*from, "reason_ja");
  row.reason_en = text_at(*from, "reason_en");
  if (row.not_incident != row.class_id.empty())
    return wrong(fmt::format("row {} must give either a class or not_incident: true", row.id), "keep one of the two");
  if (row.not_incident ? row.priority != 0 : row.priority < priority_highest || row.priority > priority_lowest)
    return wrong(fmt::format("row {}: priority must be {} to {}, and none when it is no incident", row.id,
                             priority_highest, priority_lowest),
                 "1 is the most urgent");
  return row;
}

Diagnosed<std::vector<ImportanceRule>> read_importance_rules(const json::object& body) {
  std::vector<ImportanceRule> out;
  const json::array& list = array_at(body, "importance_rules");
  if (list.size() > importance_rules_max)
    return wrong(fmt::format("more than {} importance rules", importance_rules_max), "join patterns");
  for (const json::value& item : list) {
    const json::object* rule = item.if_object();
    ImportanceRule read;
    if (rule != nullptr) read = {text_at(*rule, "pattern"), text_at(*rule, "importance")};
    if (read.pattern.empty() || read.importance.empty())
      return wrong("an importance rule lacks pattern or importance", "write {pattern: \"dc*\", importance: critical}");
    out.push_back(std::move(read));
  }
  return out;
}

}  // namespace

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

Diagnosed<Criteria> read_criteria(const json::object& body) {
  Criteria out;
  out.edition = integer_at(body, "edition");
  for (auto [key, values] : {std::pair{"attack_types", &out.attack_types}, std::pair{"progress", &out.progress},
                             std::pair{"importance", &out.importance}, std::pair{"classes", &out.classes}}) {
    auto read = read_values(body, key);
    if (!read) return std::unexpected(read.error());
    *values = std::move(*read);
  }
  const json::array& rows = array_at(body, "rows");
  if (rows.empty() || rows.size() > criteria_rows_max)
    return wrong(fmt::format("'rows' must hold 1 to {} rows", criteria_rows_max), "add the rows of the table");
  for (const json::value& item : rows) {
    auto row = read_row(item);
    if (!row) return std::unexpected(row.error());
    if (std::ranges::any_of(out.rows, [&](const CriteriaRow& other) { return other.id == row->id; }))
      return wrong(fmt::format("row id {} is given twice", row->id), "number the rows anew");
    out.rows.push_back(std::move(*row));
  }
  auto rules = read_importance_rules(body);
  if (!rules) return std::unexpected(rules.error());
  out.importance_rules = std::move(*rules);
  out.importance_default = text_at(body, "importance_default");
  if (out.importance_default.empty())
    return wrong("'importance_default' is missing", "say what a host that no pattern names is worth");
  out.off_criteria_priority = integer_at(body, "off_criteria_priority");
  if (out.off_criteria_priority < priority_highest || out.off_criteria_priority > priority_lowest)
    return wrong("'off_criteria_priority' must be 1 to 5", "say how urgent an attack is that no row covers");
  out.alert_window_minutes = integer_at(body, "alert_window_minutes");
  if (out.alert_window_minutes < 1 || out.alert_window_minutes > alert_window_minutes_max)
    return wrong(fmt::format("'alert_window_minutes' must be 1 to {}", alert_window_minutes_max),
                 "60 joins what happens within an hour");
  return out;
}

bool covers(const std::vector<std::string>& values, std::string_view value) {
  return values.empty() || std::ranges::find(values, value) != values.end();
}

Decision decide(const Criteria& criteria, const CriteriaInput& input) {
  const auto known = [](const std::vector<NamedValue>& values, const std::string& id) {
    return std::ranges::any_of(values, [&](const NamedValue& value) { return value.id == id; });
  };
  Decision out;
  out.priority = criteria.off_criteria_priority;
  // "any" means any value that the table knows: what it does not know is off the criteria, not swallowed.
  if (!known(criteria.attack_types, input.attack_type) || !known(criteria.progress, input.progress) ||
      !known(criteria.importance, input.importance))
    return out;
  for (const CriteriaRow& row : criteria.rows) {
    if (!covers(row.attack_types, input.attack_type) || !covers(row.progress, input.progress) ||
        !covers(row.importance, input.importance))
      continue;
    return {row.not_incident ? Ruling::not_incident : Ruling::incident, row.class_id, row.priority, row.id};
  }
  return out;
}

std::string_view importance_of(const Criteria& criteria, std::string_view host) {
  for (const ImportanceRule& rule : criteria.importance_rules)
    if (matches_host(rule.pattern, host)) return rule.importance;
  return criteria.importance_default;
}

std::string name_of(const std::vector<NamedValue>& values, std::string_view id, std::string_view lang) {
  for (const NamedValue& value : values)
    if (value.id == id) return lang == "ja" ? value.ja : value.en;
  return std::string(id);
}

bool matches_host(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;
  size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || ascii_lower(pattern[p]) == ascii_lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace yagura::desks
