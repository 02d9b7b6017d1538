#include <boost/json.hpp>

#include "api/ledger_routes.hpp"
#include "api/problem.hpp"
#include "api/record_conflict.hpp"
#include "api/record_json.hpp"
#include "api/record_type_json.hpp"
#include "ledger/visibility.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using ledger::Ledger;
using schema::ref;

constexpr std::string_view api_desk = "api";  // the desk that facts name when a record is written by hand

/// The type of the request's path, with the record's id checked to be of it; null and a problem otherwise.
const ledger::RecordType* readable_type(Ledger& ledger, const Request& request, Response& refusal) {
  const ledger::RecordType* type = ledger.types().find(request.path_value("type"));
  const ledger::RecordType* own = type == nullptr ? nullptr : ledger.types().of_record(request.path_value("id"));
  if (type == nullptr || own != type) {
    refusal = problem(404, "not_found", "there is no such record");
    return nullptr;
  }
  if (!ledger::may_read(*type, actor_of(request.principal))) {
    refusal = problem(403, "permission", "needs the permission " + type->permissions.read);
    return nullptr;
  }
  return type;
}

Response list_types(Ledger& ledger) {
  json::array out;
  for (const auto& [id, type] : ledger.types().all()) out.push_back(record_type_json(type));
  return json_response(200, json::object{{"types", std::move(out)}});
}

Response show_type(Ledger& ledger, const Request& request) {
  const ledger::RecordType* type = ledger.types().find(request.path_value("type"));
  return type == nullptr ? problem(404, "no_such_type", "there is no such record type")
                         : json_response(200, record_type_json(*type));
}

Response create_record(Ledger& ledger, const Request& request) {
  const std::string& type = request.path_value("type");
  if (ledger.types().find(type) == nullptr) return problem(404, "no_such_type", "there is no such record type");
  const json::object& body = request.json.get_object();
  return answer_with(ledger, request,
                     ledger.create(actor_of(request.principal), api_desk, type, body.at("body").as_object()), 201);
}

Response update_record(Ledger& ledger, const Request& request) {
  Response refusal;
  if (readable_type(ledger, request, refusal) == nullptr) return refusal;
  const json::object& body = request.json.get_object();
  const std::string& id = request.path_value("id");
  const int64_t version = integer_in(body, "version");
  const json::object& changes = body.at("changes").as_object();
  const auto updated = ledger.update(actor_of(request.principal), api_desk, {id}, version, changes);
  return updated ? answer_with(ledger, request, updated)
                 : stale_record(ledger, request, updated.error(), id, version, changes);
}

Response move_record(Ledger& ledger, const Request& request) {
  Response refusal;
  if (readable_type(ledger, request, refusal) == nullptr) return refusal;
  const json::object& body = request.json.get_object();
  const json::value* given = body.if_contains("changes");
  const json::object changes = given == nullptr ? json::object() : given->as_object();
  const std::string& id = request.path_value("id");
  const int64_t version = integer_in(body, "version");
  const auto moved = ledger.move(actor_of(request.principal), api_desk, {id}, version, text_in(body, "move"), changes);
  return moved ? answer_with(ledger, request, moved)
               : stale_record(ledger, request, moved.error(), id, version, changes);
}

Response show_history(Ledger& ledger, const Request& request) {
  Response refusal;
  const ledger::RecordType* type = readable_type(ledger, request, refusal);
  if (type == nullptr) return refusal;
  auto versions = ledger.history({request.path_value("id")});
  if (!versions) return problem(versions.error());
  const ledger::Actor actor = actor_of(request.principal);
  json::array out;
  for (const ledger::RecordVersion& version : *versions) {
    json::array changed;
    for (const std::string& name : version.changed) {
      const ledger::Field* field = type->field(name);
      if (field == nullptr || ledger::may_read(*type, field->sensitivity, actor)) changed.push_back(json::value(name));
    }
    out.push_back(json::object{{"version", version.version},
                               {"state", version.state},
                               {"move", version.move},
                               {"body", ledger::visible_body(*type, version.body, actor)},
                               {"by", version.by},
                               {"at", format_time(version.at, 3)},
                               {"fact_seq", version.fact_seq},
                               {"changed", std::move(changed)}});
  }
  return json_response(200, json::object{{"versions", std::move(out)}});
}

json::array links_json(const std::vector<ledger::Link>& links) {
  json::array out;
  for (const ledger::Link& link : links)
    out.push_back(json::object{{"from", link.from.value},
                               {"kind", link.kind},
                               {"to", link.to.value},
                               {"by", link.by},
                               {"at", format_time(link.at, 3)}});
  return out;
}

Response show_links(Ledger& ledger, const Request& request) {
  Response refusal;
  if (readable_type(ledger, request, refusal) == nullptr) return refusal;
  auto from = ledger.links_from({request.path_value("id")});
  if (!from) return problem(from.error());
  auto to = ledger.links_to({request.path_value("id")});
  if (!to) return problem(to.error());
  return json_response(200, json::object{{"from", links_json(*from)}, {"to", links_json(*to)}});
}

Response change_link(Ledger& ledger, const Request& request, bool make) {
  Response refusal;
  if (readable_type(ledger, request, refusal) == nullptr) return refusal;
  const json::object& body = request.json.get_object();
  const ledger::RecordId from{request.path_value("id")};
  auto done = ledger.write(
      actor_of(request.principal), api_desk, [&](ledger::Transaction& transaction) -> ledger::Outcome<void> {
        auto changed = make ? transaction.link(from, text_in(body, "kind"), {text_in(body, "to")})
                            : transaction.unlink(from, text_in(body, "kind"), {text_in(body, "to")});
        if (!changed) return std::unexpected(changed.error());
        return {};
      });
  return done ? no_content() : problem(done.error());
}

Response show_record_facts(Ledger& ledger, const Request& request) {
  Response refusal;
  const ledger::RecordType* type = readable_type(ledger, request, refusal);
  if (type == nullptr) return refusal;
  ledger::FactQuery query;
  query.subject = request.path_value("id");
  query.limit = 1000;
  auto facts = ledger.facts(query);
  if (!facts) return problem(facts.error());
  // A fact's body may quote what the record holds: it is for those who may see personal fields too.
  const bool with_body = ledger::may_read(*type, ledger::Sensitivity::personal, actor_of(request.principal));
  json::array out;
  for (const ledger::Fact& fact : *facts) out.push_back(fact_json(fact, with_body));
  return json_response(200, json::object{{"facts", std::move(out)}});
}

Components record_components(Ledger& ledger) {
  Components out;
  json::array all;
  for (const auto& [id, type] : ledger.types().all()) {
    out[record_component(id)] = record_schema(type);
    all.push_back(schema::ref(record_component(id)));
  }
  out["Record"] = json::object{{"anyOf", std::move(all)}};
  out["RecordType"] = record_type_schema();
  out["Title"] = schema::object({{"ja", schema::text()}, {"en", schema::text()}});
  const auto words = schema::list(schema::text());
  out["RecordField"] = schema::object(
      {{"name", schema::text(1)},
       {"title", ref("Title")},
       {"type", schema::text(1)},
       {"required", schema::boolean()},
       {"unknown_allowed", schema::boolean()},
       {"sensitivity", schema::choice({"normal", "personal", "secret", "sealed"})},
       schema::optional("description", ref("Title")),
       schema::optional("items", schema::text()),
       schema::optional("to", words),
       schema::optional("min", schema::integer()),
       schema::optional("max", schema::integer()),
       schema::optional("choices", schema::list(schema::object({{"id", schema::text(1)}, {"title", ref("Title")}}))),
       schema::optional("columns", schema::list(ref("RecordField")))});
  out["RecordVersion"] = schema::object({{"version", schema::integer(1)},
                                         {"state", schema::text(1)},
                                         {"move", schema::text()},
                                         {"body", schema::any_object()},
                                         {"by", schema::text(1)},
                                         {"at", schema::time()},
                                         {"fact_seq", schema::integer(1)},
                                         {"changed", words}});
  out["RecordConflict"] = conflict_schema();
  out["Link"] = schema::object({{"from", schema::text(1)},
                                {"kind", schema::text(1)},
                                {"to", schema::text(1)},
                                {"by", schema::text(1)},
                                {"at", schema::time()}});
  return out;
}

using Act = Response (*)(Ledger&, const Request&);

/// One row over records; who may do it is the type's own matter, so the route asks only for an account.
Route row(Ledger& ledger, Method method, std::string pattern, std::string operation, std::string summary, Answer answer,
          Act act, std::optional<BodySpec> body = std::nullopt) {
  Route out;
  out.method = method;
  out.pattern = "/api/v1/" + std::move(pattern);
  out.operation = std::move(operation);
  out.tag = "records";
  out.summary = std::move(summary);
  out.permission = signed_in;
  out.answers = {std::move(answer)};
  out.body = std::move(body);
  out.handler = [&ledger, act](const Request& request) { return act(ledger, request); };
  return out;
}

void add_reading(Routes& out, Ledger& ledger) {
  const auto named = [](std::string_view name, std::string_view component) {
    return schema::object({{std::string(name), schema::list(ref(component))}});
  };
  const std::string one = "records/{type}/{id}";
  out.push_back(row(ledger, Method::get, "record-types", "listRecordTypes",
                    "Every register: fields, states, moves, clocks",
                    {.schema = named("types", "RecordType"), .summary = "Types"},
                    [](Ledger& l, const Request&) { return list_types(l); }));
  out.push_back(row(ledger, Method::get, "record-types/{type}", "getRecordType", "One register's type",
                    {.schema = ref("RecordType"), .summary = "The type"}, show_type));
  out.push_back(row(ledger, Method::get, "records/{type}", "listRecords", "Records of a type",
                    {.schema = list_schema("Record"), .summary = "A page"},
                    [](Ledger& l, const Request& r) { return list_records(l, r, r.path_value("type")); }));
  out.back().query = list_parameters();
  out.push_back(
      row(ledger, Method::get, one, "getRecord", "One record", {.schema = ref("Record"), .summary = "The record"},
          [](Ledger& l, const Request& r) { return show_record(l, r, r.path_value("type"), r.path_value("id")); }));
  out.push_back(row(ledger, Method::get, one + "/history", "getRecordHistory", "Every version of a record",
                    {.schema = named("versions", "RecordVersion"), .summary = "Versions"}, show_history));
  out.push_back(row(ledger, Method::get, one + "/facts", "getRecordFacts", "What the journal tells of a record",
                    {.schema = named("facts", "Fact"), .summary = "Facts"}, show_record_facts));
  out.push_back(row(ledger, Method::get, one + "/links", "getRecordLinks", "Links from and to a record",
                    {.schema = schema::object({{"from", schema::list(ref("Link"))}, {"to", schema::list(ref("Link"))}}),
                     .summary = "Links"},
                    show_links));
}

void add_writing(Routes& out, Ledger& ledger) {
  const std::string one = "records/{type}/{id}";
  const auto body = [](std::initializer_list<schema::Property> properties) {
    return BodySpec{.schema = schema::object(properties), .bytes_max = 2 << 20};
  };
  const auto link = body({{"kind", schema::pattern("^[a-z][a-z0-9_]*$")}, {"to", schema::text(1, 64)}});
  out.push_back(row(ledger, Method::post, "records/{type}", "createRecord", "Make a record",
                    {.status = 201, .schema = ref("Record"), .summary = "Made"}, create_record,
                    body({{"body", schema::any_object()}})));
  out.push_back(row(ledger, Method::patch, one, "updateRecord", "Change fields of a record; null takes a field away",
                    {.schema = ref("Record"), .summary = "Changed"}, update_record,
                    body({{"version", schema::described(schema::integer(1), "The version that was read")},
                          {"changes", schema::any_object()}})));
  const Answer conflict{.status = 409,
                        .type = "application/problem+json",
                        .schema = ref("RecordConflict"),
                        .summary = "Somebody changed it first, or its state forbids it"};
  out.back().answers.push_back(conflict);
  out.push_back(row(ledger, Method::post, one + "/move", "moveRecord", "Move a record to another state",
                    {.schema = ref("Record"), .summary = "Moved"}, move_record,
                    body({{"version", schema::integer(1)},
                          {"move", schema::text(1, 64)},
                          schema::optional("changes", schema::any_object())})));
  out.back().answers.push_back(conflict);
  out.push_back(row(
      ledger, Method::post, one + "/links", "linkRecord", "Link a record to another",
      {.status = 204, .type = "", .summary = "Linked"},
      [](Ledger& l, const Request& r) { return change_link(l, r, true); }, link));
  out.push_back(row(
      ledger, Method::del, one + "/links", "unlinkRecord", "Take a link away",
      {.status = 204, .type = "", .summary = "Taken away"},
      [](Ledger& l, const Request& r) { return change_link(l, r, false); }, link));
}

}  // namespace

RouteSet record_routes(Ledger& ledger) {
  RouteSet out{{}, record_components(ledger)};
  add_reading(out.routes, ledger);
  add_writing(out.routes, ledger);
  return out;
}

}  // namespace yagura::api
