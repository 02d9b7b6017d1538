#include "api/record_type_json.hpp"

#include <boost/json.hpp>

namespace yagura::api {
namespace {

namespace json = boost::json;

json::object title(const ledger::Title& text) {
  return {{"ja", text.ja}, {"en", text.en}};
}

json::array names(const std::vector<std::string>& list) {
  json::array out;
  for (const std::string& name : list) out.push_back(json::value(name));
  return out;
}

json::object field_json(const ledger::Field& field) {
  json::object out{{"name", field.name},
                   {"title", title(field.title)},
                   {"type", ledger::to_text(field.kind)},
                   {"required", field.required},
                   {"unknown_allowed", field.unknown_allowed},
                   {"sensitivity", ledger::to_text(field.sensitivity)}};
  if (!field.description.en.empty()) out["description"] = title(field.description);
  if (field.kind == ledger::FieldKind::list) out["items"] = ledger::to_text(field.items);
  if (!field.to.empty()) out["to"] = names(field.to);
  if (field.min) out["min"] = *field.min;
  if (field.max) out["max"] = *field.max;
  json::array choices;
  for (const ledger::Choice& choice : field.choices)
    choices.push_back(json::object{{"id", choice.id}, {"title", title(choice.title)}});
  if (!choices.empty()) out["choices"] = std::move(choices);
  json::array columns;
  for (const ledger::Field& column : field.columns) columns.push_back(field_json(column));
  if (!columns.empty()) out["columns"] = std::move(columns);
  return out;
}

json::array conditions_json(const ledger::Move& move) {
  json::array out;
  for (const ledger::MoveCondition& one : move.where)
    out.push_back(json::object{{"field", one.of_referred.empty() ? one.field : one.field + "." + one.of_referred},
                               {"is", names(one.values)},
                               {"why", title(one.why)}});
  return out;
}

json::object move_json(const ledger::Move& move) {
  return {{"id", move.id},
          {"title", title(move.title)},
          {"from", names(move.from)},
          {"to", move.to},
          {"permissions", names(move.permissions)},
          {"requires", names(move.requires_fields)},
          {"where", conditions_json(move)},
          {"another_person", move.another_person}};
}

}  // namespace

json::object record_type_json(const ledger::RecordType& type) {
  json::array fields;
  for (const ledger::Field& field : type.fields) fields.push_back(field_json(field));
  json::array states;
  for (const ledger::State& state : type.states)
    states.push_back(json::object{
        {"id", state.id}, {"title", title(state.title)}, {"initial", state.initial}, {"final", state.final}});
  json::array moves;
  for (const ledger::Move& move : type.moves) moves.push_back(move_json(move));
  json::array clocks;
  for (const ledger::TypeClock& clock : type.clocks)
    clocks.push_back(json::object{{"id", clock.id},
                                  {"title", title(clock.title)},
                                  {"from", names(clock.from)},
                                  {"until", names(clock.until)},
                                  {"within_seconds", clock.within_seconds}});
  json::object out{
      {"id", type.id},
      {"prefix", type.prefix},
      {"desk", type.desk},
      {"roles", names(type.roles)},
      {"title", title(type.title)},
      {"description", title(type.description)},
      {"fields", std::move(fields)},
      {"states", std::move(states)},
      {"moves", std::move(moves)},
      {"clocks", std::move(clocks)},
      {"permissions",
       {{"read", type.permissions.read}, {"create", type.permissions.create}, {"update", type.permissions.update}}}};
  if (type.review_seconds) out["review_seconds"] = *type.review_seconds;
  if (type.retention_seconds) out["retention_seconds"] = *type.retention_seconds;
  return out;
}

schema::Value record_type_schema() {
  using namespace schema;
  const Value words = list(text());
  const Value titled = ref("Title");
  const Value choices = list(object({{"id", text(1)}, {"title", titled}}));
  return object(
      {{"id", text(1)},
       {"prefix", text(1)},
       {"desk", text()},
       {"roles", words},
       {"title", titled},
       {"description", titled},
       {"fields", list(ref("RecordField"))},
       {"states", list(object({{"id", text(1)}, {"title", titled}, {"initial", boolean()}, {"final", boolean()}}))},
       {"moves", list(object({{"id", text(1)},
                              {"title", titled},
                              {"from", words},
                              {"to", text(1)},
                              {"permissions", words},
                              {"requires", words},
                              {"where", list(object({{"field", text(1)}, {"is", words}, {"why", titled}}))},
                              {"another_person", boolean()}}))},
       {"clocks",
        list(object(
            {{"id", text(1)}, {"title", titled}, {"from", words}, {"until", words}, {"within_seconds", integer(0)}}))},
       {"permissions", object({{"read", text()}, {"create", text()}, {"update", text()}})},
       optional("review_seconds", integer(0)),
       optional("retention_seconds", integer(0))});
}

}  // namespace yagura::api
