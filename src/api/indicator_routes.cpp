#include "api/indicator_routes.hpp"

#include <boost/json.hpp>
#include <charconv>

#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "detect/indicators/indicator_listing.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::intel::IndicatorsMeant;
using desks::intel::IntelDesk;
using detect::Indicator;

constexpr size_t reason_length_max = 2000;

std::string param_of(const Request& request, std::string_view name) {
  return std::string(request.param(name).value_or(""));
}

bool sees_red(const Request& request) {
  return request.principal.may(desks::intel::indicators_read_red);
}

json::object indicator_json(const Indicator& one) {
  const detect::Listing& listing = one.listing;
  json::object out{{"type", detect::to_text(one.type)},
                   {"value", one.value},
                   {"source", listing.source},
                   {"context", listing.context},
                   {"tags", listing.tags},
                   {"tlp", detect::to_text(listing.tlp)},
                   {"rule_id", detect::indicator_rule_id(one.type, one.value)}};
  if (listing.confidence != detect::confidence_unknown) out["confidence"] = listing.confidence;
  if (listing.valid_from.ns != INT64_MIN) out["valid_from"] = format_time(listing.valid_from);
  if (listing.valid_until.ns != INT64_MAX) out["valid_until"] = format_time(listing.valid_until);
  return out;
}

Response list(IntelDesk& intel, const Request& request) {
  detect::IndicatorQuery query;
  query.type = detect::parse_indicator_type(param_of(request, "type"));
  query.source = param_of(request, "source");
  query.text = param_of(request, "text");
  query.cursor = param_of(request, "cursor");
  query.red = sees_red(request);
  if (const auto at = request.param("valid_at")) query.valid_at = parse_time(*at);
  if (const auto limit = request.param("limit"))
    std::from_chars(limit->data(), limit->data() + limit->size(), query.limit);
  auto page = list_indicators(*intel.store().snapshot(), query);
  if (!page) return problem(page.error());
  json::array rows;
  for (const Indicator& one : page->indicators) rows.push_back(indicator_json(one));
  json::object out{{"indicators", std::move(rows)}};
  if (!page->next_cursor.empty()) out["next_cursor"] = page->next_cursor;
  return json_response(200, out);
}

Response find(IntelDesk& intel, const Request& request) {
  json::array rows;
  for (const Indicator& one : find_indicators(*intel.store().snapshot(), param_of(request, "value"), sees_red(request)))
    rows.push_back(indicator_json(one));
  return json_response(200, json::object{{"indicators", std::move(rows)}});
}

json::object counts_json(const std::map<std::string, uint64_t>& counts) {
  json::object out;
  for (const auto& [name, count] : counts) out[name] = count;
  return out;
}

Response stats(IntelDesk& intel, Timestamp now, const Request& request) {
  const auto figures = count_indicators(*intel.store().snapshot(), now, sees_red(request));
  return json_response(200, json::object{{"indicators", figures.indicators},
                                         {"valid", figures.valid},
                                         {"bytes", figures.bytes},
                                         {"parts", figures.parts},
                                         {"by_type", counts_json(figures.by_type)},
                                         {"by_source", counts_json(figures.by_source)}});
}

Response import(IntelDesk& intel, Timestamp now, const Request& request) {
  const auto options = indicator_import_options([&](std::string_view name) { return param_of(request, name); }, now);
  if (!options) return problem(options.error());
  auto report = intel.import(actor_of(request.principal), *options, param_of(request, "name"),
                             [&](detect::IndicatorIntake& intake) -> Status {
                               for (;;) {
                                 auto piece = request.stream->read();
                                 if (!piece) return std::unexpected(piece.error());
                                 if (piece->empty()) return {};
                                 if (auto fed = intake.feed(*piece); !fed) return fed;
                               }
                             });
  return report ? json_response(200, intake_json(*report)) : problem(report.error());
}

IndicatorsMeant meant_in(const json::object& body) {
  return {text_in(body, "source"), text_in(body, "value"), text_in(body, "type")};
}

Response expire(IntelDesk& intel, Timestamp now, const Request& request) {
  const json::object& body = request.json.get_object();
  const Timestamp at = parse_time(text_in(body, "at")).value_or(now);
  const auto count = intel.expire(actor_of(request.principal), meant_in(body), at, text_in(body, "reason"));
  return count ? json_response(200, json::object{{"count", *count}, {"at", format_time(at)}}) : problem(count.error());
}

Response remove(IntelDesk& intel, const Request& request) {
  const json::object& body = request.json.get_object();
  const auto count = intel.remove(actor_of(request.principal), meant_in(body), text_in(body, "reason"));
  return count ? json_response(200, json::object{{"count", *count}}) : problem(count.error());
}

schema::Value type_schema() {
  std::vector<std::string> names;
  for (size_t i = 0; i < detect::indicator_types; ++i)
    names.emplace_back(detect::to_text(static_cast<detect::IndicatorType>(i)));
  return schema::choice(names);
}

Components indicator_components() {
  using namespace schema;
  Components out;
  out["Indicator"] = object({{"type", type_schema()},
                             {"value", text(1)},
                             {"source", text(1)},
                             {"context", text()},
                             {"tags", text()},
                             {"tlp", choice({"", "clear", "green", "amber", "amber+strict", "red"})},
                             {"rule_id", described(text(1), "what findings of it carry")},
                             optional("confidence", integer(0, 100)),
                             optional("valid_from", time()),
                             optional("valid_until", time())});
  return out;
}

std::vector<schema::Property> meant_members() {
  return {
      schema::optional("source", schema::described(schema::text(1, detect::source_name_bytes_max), "only this list's")),
      schema::optional("value", schema::described(schema::text(1, detect::indicator_bytes_max),
                                                  "defanged or not; without it everything of the source")),
      schema::optional("type", schema::described(type_schema(), "of the value, when it does not show")),
      {"reason", schema::text(1, reason_length_max)}};
}

}  // namespace

RouteSet indicator_routes(IntelDesk& intel, Clock clock) {
  const auto count = schema::integer(0);
  const auto page = schema::object(
      {{"indicators", schema::list(schema::ref("Indicator"))}, schema::optional("next_cursor", schema::text(1))});
  auto expire_members = meant_members();
  expire_members.push_back(
      schema::optional("at", schema::described(schema::time(), "events from then on; default now")));
  RouteSet out{{}, indicator_components()};
  out.routes = {
      {.method = Method::get,
       .pattern = "/api/v1/indicators",
       .operation = "listIndicators",
       .tag = "indicators",
       .summary = "Indicators, a page at a time; a page may be short although more follow",
       .permission = "indicator.read",
       .query = {{"type", type_schema(), "of this type"},
                 {"source", schema::text(1, detect::source_name_bytes_max), "of this list"},
                 {"text", schema::text(1, 200), "in the value"},
                 {"valid_at", schema::time(), "only what is valid then"},
                 {"limit", schema::integer(1, detect::indicators_page_max), "default 100"},
                 {"cursor", schema::text(1, 100), "next_cursor of the page before"}},
       .answers = {{.schema = page, .summary = "A page"}},
       .handler = [&intel](const Request& request) { return list(intel, request); }},
      {.method = Method::get,
       .pattern = "/api/v1/indicators/find",
       .operation = "findIndicators",
       .tag = "indicators",
       .summary = "Who lists a value, the networks that hold it or the domains above it, valid or not",
       .permission = "indicator.read",
       .query = {{"value", schema::text(1, detect::indicator_bytes_max), "defanged or not", true}},
       .answers = {{.schema = schema::object({{"indicators", schema::list(schema::ref("Indicator"))}}),
                    .summary = "What is known"}},
       .handler = [&intel](const Request& request) { return find(intel, request); }},
      {.method = Method::get,
       .pattern = "/api/v1/indicators/stats",
       .operation = "countIndicators",
       .tag = "indicators",
       .summary = "How many indicators there are, by type and source, and what they take in memory",
       .permission = "indicator.read",
       .answers = {{.schema = schema::object({{"indicators", count},
                                              {"valid", count},
                                              {"bytes", count},
                                              {"parts", count},
                                              {"by_type", schema::map(count)},
                                              {"by_source", schema::map(count)}}),
                    .summary = "Figures"}},
       .handler = [&intel, clock](const Request& request) { return stats(intel, clock(), request); }},
      {.method = Method::post,
       .pattern = "/api/v1/indicators/import",
       .operation = "importIndicators",
       .tag = "indicators",
       .summary =
           "Take in a list of indicators: STIX 2.1, MISP JSON, CSV or one a line; in force and durable with the answer",
       .permission = std::string(desks::intel::indicators_manage),
       .query = indicator_import_parameters(),
       .body = BodySpec{.types = {"*"}, .bytes_max = indicator_import_bytes_max, .stream = true},
       .answers = {{.schema = intake_schema(), .summary = "What was taken in and what not"}},
       .handler = [&intel, clock](const Request& request) { return import(intel, clock(), request); }},
      {.method = Method::post,
       .pattern = "/api/v1/indicators/expire",
       .operation = "expireIndicators",
       .tag = "indicators",
       .summary = "End the validity of a value, or of everything that a source lists",
       .permission = std::string(desks::intel::indicators_manage),
       .body = BodySpec{.schema = schema::object(expire_members)},
       .answers = {{.schema = schema::object({{"count", count}, {"at", schema::time()}}),
                    .summary = "How many listings"}},
       .handler = [&intel, clock](const Request& request) { return expire(intel, clock(), request); }},
      {.method = Method::post,
       .pattern = "/api/v1/indicators/remove",
       .operation = "removeIndicators",
       .tag = "indicators",
       .summary = "Take back a value, or everything that a source lists, as if it had never been listed",
       .permission = std::string(desks::intel::indicators_manage),
       .body = BodySpec{.schema = schema::object(meant_members())},
       .answers = {{.schema = schema::object({{"count", count}}), .summary = "How many listings"}},
       .handler = [&intel](const Request& request) { return remove(intel, request); }},
  };
  return out;
}

}  // namespace yagura::api
