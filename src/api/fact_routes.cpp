#include <boost/json.hpp>
#include <charconv>

#include "api/ledger_routes.hpp"
#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using schema::ref;

int64_t number_of(const Request& request, std::string_view name, int64_t otherwise) {
  const auto text = request.param(name);
  if (text) std::from_chars(text->data(), text->data() + text->size(), otherwise);
  return otherwise;
}

Response list_facts(ledger::Ledger& ledger, const Request& request) {
  ledger::FactQuery query;
  query.subject = request.param("subject").value_or("");
  query.actor = request.param("actor").value_or("");
  query.desk = request.param("desk").value_or("");
  if (const auto kinds = request.param("kind"))
    for (const std::string_view kind : split(*kinds, ',')) query.kinds.emplace_back(kind);
  if (const auto from = request.param("from")) query.from = parse_time(*from);
  if (const auto until = request.param("until")) query.until = parse_time(*until);
  query.after_seq = number_of(request, "after", 0);
  query.before_seq = number_of(request, "before", 0);
  query.limit = number_of(request, "limit", 100);
  query.descending = request.param("order") != "asc";
  auto facts = ledger.facts(query);
  if (!facts) return problem(facts.error());
  json::array out;
  for (const ledger::Fact& fact : *facts) out.push_back(fact_json(fact, true));
  return json_response(200, json::object{{"facts", std::move(out)}, {"head", ledger.head_seq()}});
}

Response show_fact(ledger::Ledger& ledger, const Request& request) {
  const std::string& text = request.path_value("seq");
  int64_t seq = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seq);
  if (error != std::errc() || end != text.data() + text.size())
    return problem(404, "not_found", "there is no such fact");
  auto fact = ledger.fact(seq);
  return fact ? json_response(200, fact_json(*fact, true)) : problem(fact.error());
}

Response list_parked(ledger::Ledger& ledger) {
  auto parked = ledger.parked();
  if (!parked) return problem(parked.error());
  json::array out;
  for (const ledger::Parked& each : *parked)
    out.push_back(json::object{{"id", each.id},
                               {"reaction", each.reaction},
                               {"fact_seq", each.fact_seq},
                               {"reason", each.reason},
                               {"attempts", each.attempts},
                               {"at", format_time(each.at, 3)}});
  return json_response(200, json::object{{"parked", std::move(out)}});
}

Response retry_parked(ledger::Ledger& ledger, const Request& request) {
  const std::string& text = request.path_value("id");
  int64_t id = 0;
  std::from_chars(text.data(), text.data() + text.size(), id);
  auto done = ledger.retry_parked(id);
  return done ? no_content() : problem(done.error());
}

}  // namespace

json::object fact_json(const ledger::Fact& fact, bool with_body) {
  json::object out{
      {"seq", fact.seq},   {"time", format_time(fact.time)}, {"actor", fact.actor},         {"desk", fact.desk},
      {"kind", fact.kind}, {"subject", fact.subject},        {"prev_hash", fact.prev_hash}, {"hash", fact.hash}};
  if (with_body) out["body"] = fact.body;
  return out;
}

RouteSet fact_routes(ledger::Ledger& ledger) {
  RouteSet out;
  out.components["Fact"] = schema::object({{"seq", schema::integer(1)},
                                           {"time", schema::time()},
                                           {"actor", schema::text(1)},
                                           {"desk", schema::text()},
                                           {"kind", schema::text(1)},
                                           {"subject", schema::text()},
                                           {"prev_hash", schema::text(64, 64)},
                                           {"hash", schema::text(64, 64)},
                                           schema::optional("body", schema::any_object())});
  const auto parked = schema::object({{"id", schema::integer(1)},
                                      {"reaction", schema::text(1)},
                                      {"fact_seq", schema::integer(1)},
                                      {"reason", schema::text()},
                                      {"attempts", schema::integer(1)},
                                      {"at", schema::time()}});
  out.routes = {
      {.method = Method::get,
       .pattern = "/api/v1/facts",
       .operation = "listFacts",
       .tag = "journal",
       .summary = "The journal",
       .permission = "journal.read",
       .query = {{"subject", schema::text(1, 200), "a record's id, or what:id"},
                 {"kind", schema::text(1, 500), "kinds such as incident.moved or incident.*, by commas"},
                 {"actor", schema::text(1, 200), "who; user:* is everybody whose id starts so"},
                 {"desk", schema::text(1, 64), "which desk"},
                 {"from", schema::time(), "included"},
                 {"until", schema::time(), "excluded"},
                 {"after", schema::integer(0), "seq, excluded"},
                 {"before", schema::integer(0), "seq, excluded"},
                 {"limit", schema::integer(1, ledger::page_facts_max), "default 100"},
                 {"order", schema::choice({"asc", "desc"}), "default desc"}},
       .answers = {{.schema = schema::object({{"facts", schema::list(ref("Fact"))}, {"head", schema::integer(0)}}),
                    .summary = "Facts"}},
       .handler = [&ledger](const Request& request) { return list_facts(ledger, request); }},
      {.method = Method::get,
       .pattern = "/api/v1/facts/{seq}",
       .operation = "getFact",
       .tag = "journal",
       .summary = "One fact",
       .permission = "journal.read",
       .answers = {{.schema = ref("Fact"), .summary = "The fact"}},
       .handler = [&ledger](const Request& request) { return show_fact(ledger, request); }},
      {.method = Method::get,
       .pattern = "/api/v1/parked",
       .operation = "listParked",
       .tag = "journal",
       .summary = "Facts that a desk could not take in",
       .permission = "journal.read",
       .answers = {{.schema = schema::object({{"parked", schema::list(parked)}}), .summary = "Parked facts"}},
       .handler = [&ledger](const Request&) { return list_parked(ledger); }},
      {.method = Method::post,
       .pattern = "/api/v1/parked/{id}/retry",
       .operation = "retryParked",
       .tag = "journal",
       .summary = "Try a parked fact once more",
       .permission = "system.manage",
       .answers = {{.status = 204, .type = "", .summary = "Taken in"}},
       .handler = [&ledger](const Request& request) { return retry_parked(ledger, request); }},
  };
  return out;
}

RouteSet verify_routes(std::function<Result<ledger::VerifyReport>()> verify) {
  using namespace schema;
  const auto fault = object({{"code", text(1)}, {"subject", text()}, {"what", text(1)}});
  Route route;
  route.method = Method::post;
  route.pattern = "/api/v1/verify";
  route.operation = "verifyLedger";
  route.tag = "journal";
  route.summary = "Prove that nothing in the ledger was changed, removed or moved";
  route.permission = "journal.read";
  route.answers = {{.schema = object({{"sound", boolean()},
                                      {"facts", integer(0)},
                                      {"records", integer(0)},
                                      {"versions", integer(0)},
                                      {"blobs", integer(0)},
                                      {"head_hash", text()},
                                      {"faults_total", integer(0)},
                                      {"faults", list(fault)}}),
                    .summary = "What was found"}};
  route.handler = [verify = std::move(verify)](const Request&) {
    auto report = verify();
    if (!report) return problem(report.error());
    json::array faults;
    for (const ledger::VerifyFault& each : report->faults)
      faults.push_back(json::object{{"code", each.code}, {"subject", each.subject}, {"what", each.what}});
    return json_response(200, json::object{{"sound", report->sound()},
                                           {"facts", report->facts},
                                           {"records", report->records},
                                           {"versions", report->versions},
                                           {"blobs", report->blobs},
                                           {"head_hash", report->head_hash},
                                           {"faults_total", report->faults_total},
                                           {"faults", std::move(faults)}});
  };
  return {{std::move(route)}, {}};
}

}  // namespace yagura::api
