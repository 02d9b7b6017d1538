#include <charconv>

#include "api/problem.hpp"
#include "api/stream.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

/// Where to go on: the Last-Event-ID that a browser sends by itself, else `after`, else now.
std::optional<int64_t> start_of(const Request& request, int64_t head) {
  const auto text =
      request.headers.get("Last-Event-ID") ? request.headers.get("Last-Event-ID") : request.param("after");
  if (!text) return head;
  int64_t seq = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seq);
  if (error != std::errc() || end != text->data() + text->size() || seq < 0) return std::nullopt;
  return seq > head ? head : seq;
}

Response open_stream(StreamHub& hub, ledger::Ledger& ledger, const Request& request) {
  const auto start = start_of(request, ledger.head_seq());
  if (!start) return problem(422, "query", "Last-Event-ID is no number of a fact");
  std::vector<std::string> kinds;
  if (const auto wanted = request.param("kind"))
    for (const std::string_view kind : split(*wanted, ',')) kinds.emplace_back(kind);
  auto feed = hub.open(request.principal, *start, std::move(kinds));
  if (!feed) return problem(feed.error());
  Response out{200, "text/event-stream", "", {}, nullptr};
  out.headers.emplace_back("X-Accel-Buffering", "no");
  out.feed = std::move(*feed);
  return out;
}

}  // namespace

RouteSet stream_routes(StreamHub& hub, ledger::Ledger& ledger) {
  Route route;
  route.pattern = "/api/v1/stream";
  route.operation = "openStream";
  route.tag = "stream";
  route.summary =
      "Facts as they happen, as server-sent events: those whose record the account may read, all with journal.read";
  route.permission = signed_in;
  route.query = {{"kind", schema::text(1, 500), "kinds such as alert.created or incident.*, by commas"},
                 {"after", schema::integer(0), "go on after this fact; Last-Event-ID does the same"}};
  route.answers = {{.type = "text/event-stream",
                    .schema = schema::text(),
                    .summary = "id: the fact's seq; event: its kind; data: fact and record as JSON"}};
  route.handler = [&hub, &ledger](const Request& request) { return open_stream(hub, ledger, request); };
  return {{std::move(route)}, {}};
}

}  // namespace yagura::api
