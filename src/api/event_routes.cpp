#include "api/event_routes.hpp"

#include <boost/json.hpp>
#include <charconv>
#include <expected>

#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "lake/event_store.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using lake::EventStore;
using schema::ref;

constexpr size_t search_rows_default = 100;
constexpr size_t sql_rows_max = 10'000;

size_t count_of(const Request& request, std::string_view name, size_t otherwise) {
  const auto text = request.param(name);
  if (text) std::from_chars(text->data(), text->data() + text->size(), otherwise);
  return otherwise;
}

/// The range that was asked for; an end alone stands with the 24 hours before it.
std::expected<lake::TimeRange, Response> range_of(const Request& request, Timestamp now) {
  lake::TimeRange range = lake::last_day(now);
  if (const auto until = request.param("until")) range = lake::last_day(parse_time(*until).value_or(now));
  if (const auto from = request.param("from")) range.from = parse_time(*from).value_or(range.from);
  if (range.from < range.to) return range;
  return std::unexpected(
      problem(422, "query", "the range is empty", {{"query:from", "query.range", "from must be before until"}}));
}

std::vector<Parameter> search_parameters() {
  return {{"q", schema::text(0, 8000), "what to look for: docs/query.md; empty finds everything"},
          {"from", schema::time(), "included; default 24 hours before until"},
          {"until", schema::time(), "excluded; default now"}};
}

Response search(EventStore& store, const Request& request, Timestamp now) {
  const auto query = store.parse(request.param("q").value_or(""), now);
  if (!query) return problem(query.error());
  const auto range = range_of(request, now);
  if (!range) return range.error();
  const auto order = request.param("order") == "asc" ? lake::Order::oldest_first : lake::Order::newest_first;
  auto page = store.search(*query, *range, count_of(request, "limit", search_rows_default), order,
                           request.param("cursor").value_or(""));
  if (!page) return problem(page.error());
  json::array rows;
  for (json::object& row : page->rows) rows.push_back(std::move(row));
  json::object out{{"events", std::move(rows)}, {"from", format_time(range->from)}, {"until", format_time(range->to)}};
  if (!page->next_cursor.empty()) out["next_cursor"] = page->next_cursor;
  return json_response(200, out);
}

Response histogram(EventStore& store, const Request& request, Timestamp now) {
  const auto query = store.parse(request.param("q").value_or(""), now);
  if (!query) return problem(query.error());
  const auto range = range_of(request, now);
  if (!range) return range.error();
  auto buckets = store.histogram(*query, *range, count_of(request, "buckets", 60));
  if (!buckets) return problem(buckets.error());
  json::array out;
  uint64_t total = 0;
  for (const lake::Bucket& bucket : *buckets) {
    total += bucket.count;
    out.push_back(json::object{{"start", format_time(bucket.start)}, {"count", bucket.count}});
  }
  return json_response(200, json::object{{"buckets", std::move(out)},
                                         {"total", total},
                                         {"from", format_time(range->from)},
                                         {"until", format_time(range->to)}});
}

Response run_sql(EventStore& store, const Request& request) {
  const json::object& body = request.json.get_object();
  lake::SqlLimits limits;
  limits.rows_max = static_cast<uint64_t>(integer_in(body, "limit", static_cast<int64_t>(search_rows_default)));
  auto answer = store.sql(text_in(body, "sql"), limits);
  if (!answer) return problem(answer.error());
  if (!*answer) return problem(answer->error());
  json::array columns;
  for (const std::string& name : (*answer)->columns) columns.push_back(json::value(name));
  json::array rows;
  for (json::array& row : (*answer)->rows) rows.push_back(std::move(row));
  return json_response(
      200, json::object{{"columns", std::move(columns)}, {"rows", std::move(rows)}, {"cut", (*answer)->cut}});
}

Components event_components() {
  using namespace schema;
  const Value words = list(text());
  Components out;
  out["Event"] = object({{"event_uid", text(1)},
                         {"time", time()},
                         optional("received", time()),
                         optional("source", text()),
                         optional("format", text()),
                         optional("host", text()),
                         optional("channel", text()),
                         optional("provider", text()),
                         optional("event_id", integer()),
                         optional("record_id", integer()),
                         optional("line", integer()),
                         optional("offset", integer()),
                         optional("dirt", words),
                         optional("class_uid", integer()),
                         optional("class_name", text()),
                         optional("category_uid", integer()),
                         optional("activity_id", integer()),
                         optional("severity_id", integer()),
                         optional("ocsf", map(anything())),
                         optional("fields", map(anything())),
                         optional("raw", text())});
  return out;
}

}  // namespace

RouteSet event_routes(EventStore& store, Clock clock) {
  const schema::Property from{"from", schema::time()};
  const schema::Property until{"until", schema::time()};
  auto search_query = search_parameters();
  search_query.push_back({"limit", schema::integer(1, lake::search_rows_max), "default 100"});
  search_query.push_back({"order", schema::choice({"asc", "desc"}), "by time; default desc"});
  search_query.push_back({"cursor", schema::text(1, 2000), "next_cursor of the page before"});
  auto histogram_query = search_parameters();
  histogram_query.push_back(
      {"buckets", schema::integer(1, lake::histogram_buckets_max), "equal pieces of the range; default 60"});
  const auto bucket = schema::object({{"start", schema::time()}, {"count", schema::integer(0)}});
  RouteSet out{{}, event_components()};
  out.routes = {
      {.method = Method::get,
       .pattern = "/api/v1/events",
       .operation = "searchEvents",
       .tag = "events",
       .summary = "Search the stored events",
       .permission = "event.read",
       .query = search_query,
       .answers = {{.schema = schema::object({{"events", schema::list(ref("Event"))},
                                              from,
                                              until,
                                              schema::optional("next_cursor", schema::text(1))}),
                    .summary = "A page"}},
       .handler = [&store, clock](const Request& request) { return search(store, request, clock()); }},
      {.method = Method::get,
       .pattern = "/api/v1/events/histogram",
       .operation = "countEvents",
       .tag = "events",
       .summary = "How many events match over time",
       .permission = "event.read",
       .query = histogram_query,
       .answers = {{.schema =
                        schema::object({{"buckets", schema::list(bucket)}, {"total", schema::integer(0)}, from, until}),
                    .summary = "Counts"}},
       .handler = [&store, clock](const Request& request) { return histogram(store, request, clock()); }},
      {.method = Method::post,
       .pattern = "/api/v1/events/sql",
       .operation = "queryEventsBySql",
       .tag = "events",
       .summary = "One read-only SELECT over the table events",
       .permission = "event.read",
       .body = BodySpec{.schema = schema::object({{"sql", schema::text(1, 64'000)},
                                                  schema::optional("limit", schema::integer(1, sql_rows_max))})},
       .answers = {{.schema = schema::object({{"columns", schema::list(schema::text())},
                                              {"rows", schema::list(schema::list(schema::anything()))},
                                              {"cut", schema::boolean()}}),
                    .summary = "Rows"}},
       .handler = [&store](const Request& request) { return run_sql(store, request); }},
      {.method = Method::get,
       .pattern = "/api/v1/events/{uid}",
       .operation = "getEvent",
       .tag = "events",
       .summary = "One event",
       .permission = "event.read",
       .answers = {{.schema = ref("Event"), .summary = "The event"}},
       .handler =
           [&store](const Request& request) {
             auto event = store.get(request.path_value("uid"));
             if (event) return json_response(200, *event);
             if (event.error().kind == ErrorKind::invalid) return problem(404, "not_found", "there is no such event");
             return problem(event.error());
           }},
  };
  return out;
}

}  // namespace yagura::api
