#include "ledger/move_condition.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <utility>

namespace yagura::ledger {
namespace {

namespace json = boost::json;

constexpr size_t move_conditions_max = 20;

bool may_hold(const Field& field, const std::string& value) {
  if (field.unknown_allowed && value == unknown_value) return true;
  if (field.kind == FieldKind::choice) return std::ranges::count(field.choices, value, &Choice::id) > 0;
  if (field.kind == FieldKind::boolean) return value == "true" || value == "false";
  int64_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc() && end == value.data() + value.size() && std::to_string(number) == value &&
         number >= field.min.value_or(number) && number <= field.max.value_or(number);
}

std::string as_text(const json::value* held) {
  if (held == nullptr) return {};
  if (held->is_string()) return json::value_to<std::string>(*held);
  if (held->is_bool()) return held->get_bool() ? "true" : "false";
  return held->is_int64() ? std::to_string(held->get_int64()) : "";
}

}  // namespace

std::vector<MoveCondition> read_move_conditions(YamlReader& reader, const YAML::Node& move, const RecordType& type) {
  std::vector<MoveCondition> conditions;
  for (const YAML::Node& item : reader.items(move, "where", false, move_conditions_max)) {
    if (!reader.map_of(item, "a condition", {"field", "is", "why"})) continue;
    MoveCondition condition{reader.text(item, "field", true), "", reader.texts(item, "is", true),
                            reader.title(item, "why", true)};
    if (const size_t dot = condition.field.find('.'); dot != std::string::npos) {
      condition.of_referred = condition.field.substr(dot + 1);
      condition.field.resize(dot);
    }
    const Field* field = type.field(condition.field);
    std::optional<Diagnostic> fault;
    if (condition.of_referred.empty())
      fault = condition_fault(condition, field);
    else if (field == nullptr || field->kind != FieldKind::reference)
      fault = Diagnostic{"record_type.condition_reference",
                         "",
                         0,
                         0,
                         fmt::format("'{}' is no reference to another record", condition.field),
                         "before the dot stands a field of type reference"};
    if (fault) {
      fault->file = reader.file();
      fault->line = item.Mark().line + 1;
      fault->column = item.Mark().column + 1;
      reader.diagnostics().push_back(std::move(*fault));
    } else {
      conditions.push_back(std::move(condition));
    }
  }
  return conditions;
}

std::optional<Diagnostic> condition_fault(const MoveCondition& condition, const Field* field) {
  const std::string& name = condition.of_referred.empty() ? condition.field : condition.of_referred;
  const auto fault = [](std::string code, std::string what, std::string hint) {
    return Diagnostic{std::move(code), "", 0, 0, std::move(what), std::move(hint)};
  };
  if (field == nullptr)
    return fault("record_type.condition_field", fmt::format("there is no field '{}'", name), "name one of `fields`");
  if (field->kind != FieldKind::choice && field->kind != FieldKind::boolean && field->kind != FieldKind::integer)
    return fault("record_type.condition_kind", fmt::format("the field '{}' is {}", name, to_text(field->kind)),
                 "a condition looks at a field of type choice, boolean or integer");
  for (const std::string& value : condition.values)
    if (!may_hold(*field, value))
      return fault("record_type.condition_value", fmt::format("'{}' never holds '{}'", name, value),
                   "name one of its choices, true or false, or a number within its bounds");
  return std::nullopt;
}

std::optional<Reason> condition_unmet(const MoveCondition& condition, const Move& move, const json::object& body) {
  const bool own = condition.of_referred.empty();
  const std::string value = as_text(body.if_contains(own ? condition.field : condition.of_referred));
  // A mark that nobody set is not set.
  if (std::ranges::count(condition.values, value.empty() ? "false" : value) > 0) return std::nullopt;
  const std::string path = own ? condition.field : condition.field + "." + condition.of_referred;
  return Reason{"move.wrong_value",
                condition.field,
                fmt::format("'{}' needs '{}' to be {}", move.id, path, fmt::join(condition.values, " or ")),
                condition.why.en,
                {{"field", path}, {"move", move.id}, {"why_ja", condition.why.ja}, {"why_en", condition.why.en}}};
}

}  // namespace yagura::ledger
