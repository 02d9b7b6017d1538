#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstring>

#include "api/event_routes.hpp"
#include "api/problem.hpp"
#include "base/ids.hpp"
#include "lake/event_store.hpp"
#include "pipeline/decode.hpp"
#include "pipeline/ingest.hpp"
#include "pipeline/input_stream.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

constexpr size_t idempotency_key_bytes_max = 200;

/// A request's body as the pipeline reads bytes.
class BodySource final : public pipeline::ByteSource {
 public:
  explicit BodySource(BodyReader& body) : body_(body) {}

  Result<size_t> read(char* out, size_t size) override {
    if (at_ == piece_.size()) {
      auto next = body_.read();
      if (!next) return std::unexpected(next.error());
      piece_ = std::move(*next);
      at_ = 0;
    }
    const size_t count = std::min(size, piece_.size() - at_);
    std::memcpy(out, piece_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  BodyReader& body_;
  std::string piece_;
  size_t at_ = 0;
};

/// What the events' places count in: the sender's own key when it gave one, else this request's id.
std::string token_of(const Request& request) {
  return fmt::format("http:{}:{}", request.principal.id, request.headers.get("Idempotency-Key").value_or(request.id));
}

/// What went wrong, and what becomes of the part that is stored already.
Error told(Error error, uint64_t stored, const Request& request) {
  if (stored == 0) return error;
  const std::string same = request.headers.get("Idempotency-Key") ? "the same Idempotency-Key"
                                                                  : "the header 'Idempotency-Key: " + request.id + "'";
  error.message +=
      fmt::format("; {} events of the body are stored: sent again with {} none is stored twice", stored, same);
  return error;
}

Response take(pipeline::Ingest& ingest, Counters& counters, const Clock& clock, const Request& request) {
  if (request.headers.get("Idempotency-Key").value_or("").size() > idempotency_key_bytes_max)
    return problem(400, "idempotency_key", "the Idempotency-Key is too long");
  pipeline::DecodeOptions options;
  options.counters = &counters;
  options.received = clock();
  if (const auto name = request.param("format")) {
    options.format = formats::find_format(*name);
    if (options.format == nullptr)
      return problem(422, "query", "there is no such format",
                     {{"query:format", "query.format", "see GET /api/v1/formats"}});
  }
  const auto encoding = pipeline::parse_encoding(request.param("encoding").value_or(""));
  if (request.param("encoding") && !encoding)
    return problem(422, "query", "there is no such encoding",
                   {{"query:encoding", "query.encoding", "utf-8, utf-16, shift_jis, euc-jp or iso-2022-jp"}});
  BodySource source(*request.stream);
  pipeline::SourceStream stream(std::string(request.param("source").value_or("http")), "", *options.received, source,
                                encoding.value_or(pipeline::Encoding::automatic));
  const std::string token = token_of(request);
  // A request with a key may be one that was sent before; without one nobody can have sent it.
  const auto attempt = request.headers.get("Idempotency-Key") ? lake::Attempt::again : lake::Attempt::first;
  pipeline::Receipt all;
  const Status decoded = pipeline::decode_stream(stream, options, [&](event::Batch&& batch) -> Status {
    auto receipt = ingest.take(batch, token, attempt);
    if (!receipt) return std::unexpected(receipt.error());
    all.events += receipt->events;
    all.dirty += receipt->dirty;
    all.findings += receipt->findings;
    return {};
  });
  if (const auto& broken = stream.failure()) {
    const Error error = told(*broken, all.events, request);
    return error.kind == ErrorKind::network ? problem(400, "body", error.message) : problem(error);
  }
  if (!decoded) return problem(told(decoded.error(), all.events, request));
  return json_response(200, json::object{{"events", all.events}, {"dirty", all.dirty}, {"findings", all.findings}});
}

Response list_formats() {
  json::array out;
  for (const formats::Format* format : formats::all_formats())
    out.push_back(json::object{{"name", format->name}, {"summary", format->summary}});
  return json_response(200, json::object{{"formats", std::move(out)}});
}

}  // namespace

RouteSet ingest_routes(pipeline::Ingest& ingest, Counters& counters, Clock clock) {
  RouteSet out;
  const auto count = schema::integer(0);
  out.routes = {
      {.method = Method::post,
       .pattern = "/api/v1/ingest",
       .operation = "ingestEvents",
       .tag = "events",
       .summary = "Take in logs of any format, plain, gzip or zstd; 200 means stored. With an Idempotency-Key header "
                  "the same body sent again stores nothing twice",
       .permission = "event.ingest",
       .query = {{"format", schema::text(1, 64), "a format's name; recognised without"},
                 {"source", schema::text(1, 500), "where the logs come from"},
                 {"encoding", schema::text(1, 32), "detected without"}},
       .body = BodySpec{.types = {"*"}, .bytes_max = ingest_bytes_max, .stream = true},
       .answers = {{.schema = schema::object({{"events", count},
                                              {"dirty", schema::described(count, "Kept, but not fully understood")},
                                              {"findings", count}}),
                    .summary = "Everything is stored"}},
       .handler = [&ingest, &counters,
                   clock](const Request& request) { return take(ingest, counters, clock, request); }},
      {.method = Method::get,
       .pattern = "/api/v1/formats",
       .operation = "listFormats",
       .tag = "events",
       .summary = "The formats that are understood",
       .permission = std::string(signed_in),
       .answers = {{.schema = schema::object(
                        {{"formats",
                          schema::list(schema::object({{"name", schema::text(1)}, {"summary", schema::text()}}))}}),
                    .summary = "Formats"}},
       .handler = [](const Request&) { return list_formats(); }},
  };
  return out;
}

}  // namespace yagura::api
