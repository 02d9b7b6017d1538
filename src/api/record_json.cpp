#include "api/record_json.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "api/problem.hpp"
#include "base/text.hpp"
#include "ledger/visibility.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using ledger::FieldKind;

constexpr std::pair<std::string_view, ledger::FilterOp> filter_ops[] = {
    {"equals", ledger::FilterOp::equals},   {"not_equals", ledger::FilterOp::not_equals},
    {"in", ledger::FilterOp::in},           {"at_least", ledger::FilterOp::at_least},
    {"at_most", ledger::FilterOp::at_most}, {"empty", ledger::FilterOp::empty},
    {"filled", ledger::FilterOp::filled},   {"contains", ledger::FilterOp::contains}};

schema::Value field_schema(const ledger::Field& field, FieldKind kind) {
  switch (kind) {
    case FieldKind::integer:
    case FieldKind::duration:
      return schema::integer();
    case FieldKind::number:
      return schema::number();
    case FieldKind::boolean:
      return schema::boolean();
    case FieldKind::time:
      return schema::time();
    case FieldKind::choice: {
      std::vector<std::string> ids;
      for (const ledger::Choice& choice : field.choices) ids.push_back(choice.id);
      return schema::choice(ids);
    }
    case FieldKind::json:
      return schema::anything();
    case FieldKind::list:
      return schema::list(field_schema(field, field.items));
    case FieldKind::table: {
      std::vector<schema::Property> columns;
      for (const ledger::Field& column : field.columns)
        columns.push_back(schema::optional(column.name, field_schema(column, column.kind)));
      return schema::list(schema::object(columns));
    }
    case FieldKind::text:
    case FieldKind::markdown:
    case FieldKind::date:
    case FieldKind::reference:
    case FieldKind::user:
    case FieldKind::blob:
      break;
  }
  return schema::text();
}

std::optional<ledger::FilterValue> filter_value(const json::value& value) {
  if (value.is_string()) return json::value_to<std::string>(value);
  if (value.is_int64()) return value.get_int64();
  if (value.is_double()) return value.get_double();
  if (value.is_bool()) return value.get_bool();
  return std::nullopt;
}

/// `[{"field": "host", "op": "equals", "value": "web01"}]`; nothing when it is not of that form.
std::optional<std::vector<ledger::Filter>> parse_filters(std::string_view text) {
  boost::system::error_code error;
  const json::value parsed = json::parse(text, error);
  if (error || !parsed.is_array()) return std::nullopt;
  std::vector<ledger::Filter> out;
  for (const json::value& each : parsed.get_array()) {
    const json::object* term = each.if_object();
    if (term == nullptr || !term->contains("field") || !term->at("field").is_string()) return std::nullopt;
    ledger::Filter filter{text_in(*term, "field"), ledger::FilterOp::equals, {}};
    const json::value* op = term->if_contains("op");
    const std::string name = op == nullptr ? "equals" : op->is_string() ? json::value_to<std::string>(*op) : "";
    const auto* known =
        std::ranges::find(filter_ops, std::string_view(name), [](const auto& pair) { return pair.first; });
    if (known == std::end(filter_ops)) return std::nullopt;
    filter.op = known->second;
    if (const json::value* value = term->if_contains("value")) {
      const json::array values = value->is_array() ? value->get_array() : json::array{*value};
      for (const json::value& one : values) {
        auto converted = filter_value(one);
        if (!converted) return std::nullopt;
        filter.values.push_back(std::move(*converted));
      }
    }
    out.push_back(std::move(filter));
  }
  return out;
}

}  // namespace

ledger::Actor actor_of(const Principal& who) {
  return {who.id, who.permissions, false};
}

json::object record_json(const ledger::Record& record, const ledger::RecordType& type, const ledger::Actor& actor) {
  json::object out{{"id", record.id.value},
                   {"type", record.type},
                   {"version", record.version},
                   {"state", record.state},
                   {"state_since", format_time(record.state_since, 3)},
                   {"body", ledger::visible_body(type, record.body, actor)},
                   {"created_by", record.created_by},
                   {"created_at", format_time(record.created_at, 3)},
                   {"updated_by", record.updated_by},
                   {"updated_at", format_time(record.updated_at, 3)}};
  if (record.erased) out["erased"] = true;
  return out;
}

schema::Value record_schema(const ledger::RecordType& type) {
  std::vector<std::string> states;
  for (const ledger::State& state : type.states) states.push_back(state.id);
  std::vector<schema::Property> fields;
  for (const ledger::Field& field : type.fields) {
    schema::Value value = field_schema(field, field.kind);
    if (field.unknown_allowed) value = schema::any_of({std::move(value), schema::choice({ledger::unknown_value})});
    fields.push_back(schema::optional(field.name, schema::described(std::move(value), field.title.en)));
  }
  return schema::described(schema::object({{"id", schema::pattern("^" + type.prefix + "-[0-9]{4}-[0-9]+$")},
                                           {"type", schema::choice({type.id})},
                                           {"version", schema::integer(1)},
                                           {"state", schema::choice(states)},
                                           {"state_since", schema::time()},
                                           {"body", schema::object(fields)},
                                           {"created_by", schema::text(1)},
                                           {"created_at", schema::time()},
                                           {"updated_by", schema::text(1)},
                                           {"updated_at", schema::time()},
                                           schema::optional("erased", schema::boolean())}),
                           type.title.en);
}

std::string record_component(std::string_view type) {
  return "Record_" + std::string(type);
}

std::vector<Parameter> list_parameters() {
  return {{"state", schema::text(1, 500), "any of these states, separated by commas"},
          {"text", schema::text(1, 500), "words that all occur; width, case and kana do not matter"},
          {"sort", schema::text(1, 64), "a field, or created_at, updated_at, state, id"},
          {"order", schema::choice({"asc", "desc"}), "default desc"},
          {"limit", schema::integer(1, ledger::page_records_max), "default 50"},
          {"cursor", schema::text(1, 2000), "next_cursor of the page before"},
          {"filter", schema::text(2, 8000), R"(conditions as JSON: [{"field":"host","op":"equals","value":"web01"}])"},
          {"count", schema::boolean(), "also give the total"}};
}

schema::Value list_schema(std::string_view component) {
  return schema::object({{"records", schema::list(schema::ref(component))},
                         schema::optional("next_cursor", schema::text(1)),
                         schema::optional("total", schema::integer(0))});
}

std::expected<ledger::RecordQuery, Response> record_query(const Request& request, const ledger::RecordType& type,
                                                          std::vector<ledger::Filter> filters) {
  const ledger::Actor actor = actor_of(request.principal);
  ledger::RecordQuery query;
  query.type = type.id;
  query.filters = std::move(filters);
  if (const auto states = request.param("state"))
    for (const std::string_view state : split(*states, ',')) query.states.emplace_back(state);
  if (const auto filter = request.param("filter")) {
    auto more = parse_filters(*filter);
    if (!more)
      return std::unexpected(problem(422, "query", "the filter can't be read",
                                     {{"query:filter", "query.filter", "not a list of {field, op, value}"}}));
    for (ledger::Filter& one : *more) {
      const ledger::Field* field = type.field(one.field);
      if (field != nullptr && !ledger::may_read(type, field->sensitivity, actor))
        return std::unexpected(problem(403, "permission", "this field is not for you to filter by"));
      query.filters.push_back(std::move(one));
    }
  }
  query.text = request.param("text").value_or("");
  query.sort = request.param("sort").value_or("");
  query.descending = request.param("order") != "asc";
  if (const auto limit = request.param("limit"))
    std::from_chars(limit->data(), limit->data() + limit->size(), query.limit);
  query.cursor = request.param("cursor").value_or("");
  return query;
}

Response list_records(ledger::Ledger& ledger, const Request& request, std::string_view type,
                      std::vector<ledger::Filter> filters) {
  const ledger::RecordType* known = ledger.types().find(type);
  if (known == nullptr) return problem(404, "no_such_type", "there is no such record type");
  const ledger::Actor actor = actor_of(request.principal);
  if (!ledger::may_read(*known, actor))
    return problem(403, "permission", "needs the permission " + known->permissions.read);
  const auto query = record_query(request, *known, std::move(filters));
  if (!query) return query.error();
  auto page = ledger.list(*query);
  if (!page) return problem(page.error());
  json::array records;
  for (const ledger::Record& record : page->records) records.push_back(record_json(record, *known, actor));
  json::object out{{"records", std::move(records)}};
  if (!page->next_cursor.empty()) out["next_cursor"] = page->next_cursor;
  if (request.param("count") == "true") {
    auto total = ledger.count(*query);
    if (!total) return problem(total.error());
    out["total"] = *total;
  }
  return json_response(200, out);
}

Response show_record(ledger::Ledger& ledger, const Request& request, std::string_view type, const std::string& id) {
  const ledger::RecordType* known = ledger.types().of_record(id);
  if (known == nullptr || (!type.empty() && known->id != type))
    return problem(404, "not_found", "there is no such record");
  if (!ledger::may_read(*known, actor_of(request.principal)))
    return problem(403, "permission", "needs the permission " + known->permissions.read);
  return answer_with(ledger, request, ledger.get({id}));
}

Response answer_with(ledger::Ledger& ledger, const Request& request, const ledger::Outcome<ledger::Record>& outcome,
                     int status) {
  if (!outcome) return problem(outcome.error());
  Response out =
      json_response(status, record_json(*outcome, *ledger.types().find(outcome->type), actor_of(request.principal)));
  if (status == 201) out.headers.emplace_back("Location", "/api/v1/records/" + outcome->type + "/" + outcome->id.value);
  return out;
}

std::string text_in(const json::object& body, std::string_view key, std::string_view otherwise) {
  const json::value* value = body.if_contains(key);
  return value == nullptr || !value->is_string() ? std::string(otherwise) : json::value_to<std::string>(*value);
}

std::vector<std::string> texts_in(const json::object& body, std::string_view key) {
  const json::value* value = body.if_contains(key);
  return value == nullptr ? std::vector<std::string>() : json::value_to<std::vector<std::string>>(*value);
}

int64_t integer_in(const json::object& body, std::string_view key, int64_t otherwise) {
  const json::value* value = body.if_contains(key);
  return value == nullptr || !value->is_number() ? otherwise : value->to_number<int64_t>();
}

bool flag_in(const json::object& body, std::string_view key) {
  const json::value* value = body.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace yagura::api
