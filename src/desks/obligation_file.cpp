// Reading catalog/obligations.yaml.
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "base/yaml.hpp"
#include "desks/obligations.hpp"
#include "ledger/yaml_reader.hpp"

namespace yagura::desks {
namespace {

using ledger::RecordType;
using ledger::YamlReader;

constexpr size_t obligations_max = 500;
constexpr size_t conditions_max = 10;

const RecordType* read_type(YamlReader& reader, const YAML::Node& node, const ledger::RecordTypes& types,
                            std::string& name, std::vector<std::string>& states) {
  name = reader.name(node, "type", true);
  states = reader.texts(node, "states", true);
  const RecordType* type = types.find(name);
  if (type == nullptr) {
    if (!name.empty()) reader.wrong(node, "type_unknown", "there is no record type '" + name + "'");
    return nullptr;
  }
  for (const std::string& state : states)
    if (type->state(state) == nullptr)
      reader.wrong(node, "state_unknown", "a " + name + " has no state '" + state + "'");
  return type;
}

void want_field(YamlReader& reader, const YAML::Node& node, const RecordType* type, const std::string& name) {
  if (type != nullptr && !name.empty() && type->field(name) == nullptr)
    reader.wrong(node, "field_unknown", "a " + type->id + " has no field '" + name + "'");
}

void read_conditions(YamlReader& reader, const YAML::Node& node, const RecordType* type, Obligation& out) {
  for (const YAML::Node& item : reader.items(node, "where", false, conditions_max)) {
    if (!reader.map_of(item, "a condition", {"field", "is", "equals"})) continue;
    ledger::Filter filter{reader.name(item, "field", true), ledger::FilterOp::equals, {}};
    want_field(reader, item, type, filter.field);
    const std::string is = reader.text(item, "is", false);
    const std::string equals = reader.text(item, "equals", false);
    if ((is != "empty" && is != "filled" && !is.empty()) || is.empty() == equals.empty())
      reader.wrong(item, "condition", "a condition has `is: empty`, `is: filled` or `equals: VALUE`");
    if (is == "empty")
      filter.op = ledger::FilterOp::empty;
    else if (is == "filled")
      filter.op = ledger::FilterOp::filled;
    else if (equals == "true" || equals == "false")
      filter.values.emplace_back(equals == "true");
    else
      filter.values.emplace_back(equals);
    out.where.push_back(std::move(filter));
  }
}

void read_lines(YamlReader& reader, const YAML::Node& node, const RecordType* type, Obligation& out) {
  const YAML::Node lines = reader.at(node, "lines", false);
  if (!lines.IsDefined() || !reader.map_of(lines, "the lines", {"field", "flag", "missing", "label"})) return;
  out.lines = Obligation::Lines{reader.name(lines, "field", true), reader.name(lines, "flag", true),
                                reader.name(lines, "missing", true), reader.name(lines, "label", true)};
  want_field(reader, lines, type, out.lines->field);
  const ledger::Field* field = type == nullptr ? nullptr : type->field(out.lines->field);
  if (field == nullptr) return;
  for (const std::string& column : {out.lines->flag, out.lines->missing, out.lines->label})
    if (std::ranges::find(field->columns, column, &ledger::Field::name) == field->columns.end())
      reader.wrong(lines, "column_unknown", "the table '" + field->name + "' has no column '" + column + "'");
}

void read_met_by(YamlReader& reader, const YAML::Node& node, const ledger::RecordTypes& types, Obligation& out) {
  const YAML::Node met = reader.at(node, "met_by", false);
  if (!met.IsDefined() || !reader.map_of(met, "what meets it", {"type", "field", "states", "every"})) return;
  Obligation::MetBy by;
  const RecordType* type = read_type(reader, met, types, by.type, by.states);
  by.field = reader.name(met, "field", true);
  by.every_seconds = reader.duration(met, "every", false).value_or(0);
  want_field(reader, met, type, by.field);
  out.met_by = std::move(by);
}

Obligation read_obligation(YamlReader& reader, const YAML::Node& node, const ledger::RecordTypes& types) {
  Obligation out;
  out.id = reader.name(node, "id", true);
  out.from_field = reader.name(node, "from_field", false);
  out.to_field = reader.name(node, "to_field", false);
  out.from = reader.text(node, "from", out.from_field.empty());
  out.to = reader.text(node, "to", out.to_field.empty());
  out.receiver_acts = reader.boolean(node, "receiver_acts", false);
  out.title = reader.title(node, "title", true);
  out.why = reader.title(node, "why", true);
  const RecordType* type = read_type(reader, node, types, out.type, out.states);
  const std::string since = reader.text(node, "since", true);
  if (since != "state" && since != "created")
    reader.wrong(node, "since", "an obligation runs since `state` or `created`");
  out.since_creation = since == "created";
  out.within_seconds = reader.duration(node, "within", true).value_or(0);
  out.due_field = reader.name(node, "due_field", false);
  for (const std::string& field : {out.due_field, out.from_field, out.to_field}) want_field(reader, node, type, field);
  read_conditions(reader, node, type, out);
  read_lines(reader, node, type, out);
  read_met_by(reader, node, types, out);
  return out;
}

}  // namespace

std::expected<Obligations, std::vector<Diagnostic>> Obligations::load(const std::filesystem::path& file,
                                                                      const ledger::RecordTypes& types) {
  const auto documents = load_yaml(file);
  if (!documents) return std::unexpected(std::vector{documents.error()});
  YamlReader reader(file.string());
  Obligations out;
  if (documents->size() == 1 && reader.map_of(documents->front(), "the file", {"obligations"}))
    for (const YAML::Node& node : reader.items(documents->front(), "obligations", true, obligations_max)) {
      if (!reader.map_of(node, "an obligation",
                         {"id", "from", "to", "from_field", "to_field", "receiver_acts", "title", "why", "type",
                          "states", "where", "lines", "since", "within", "due_field", "met_by"}))
        continue;
      out.obligations_.push_back(read_obligation(reader, node, types));
      const auto& id = out.obligations_.back().id;
      if (std::ranges::count(out.obligations_, id, &Obligation::id) > 1)
        reader.wrong(node, "given_twice", "the obligation '" + id + "' is given twice");
    }
  if (!reader.diagnostics().empty()) return std::unexpected(std::move(reader.diagnostics()));
  return out;
}

}  // namespace yagura::desks
