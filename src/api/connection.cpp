#include "api/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

#include "api/exchange.hpp"
#include "api/problem.hpp"
#include "api/response_head.hpp"
#include "api/target.hpp"

namespace yagura::api {
namespace {

constexpr size_t read_bytes = 64 * 1024;
constexpr size_t buffered_bytes_max = 256 * 1024;  // pipelined requests and what the parser can't take yet
constexpr size_t linger_bytes_max = 1 << 20;
constexpr int64_t linger_ms_max = 2'000;
constexpr int64_t handshake_ms_max = 10'000;
constexpr int64_t for_ever_ms = int64_t{24} * 3600 * 1000;

int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

/// Gives back what a body took of the server's room when the request is over.
struct HeldBytes {
  std::atomic<size_t>& all;
  size_t mine = 0;
  ~HeldBytes() { all.fetch_sub(mine); }
  bool grow(size_t bytes, size_t most) {
    mine += bytes;
    return all.fetch_add(bytes) + bytes <= most;
  }
};

}  // namespace

Connection::Connection(std::unique_ptr<Wire> wire, std::string peer, std::shared_ptr<ServerShared> shared)
    : wire_(std::move(wire)),
      peer_(std::move(peer)),
      shared_(std::move(shared)),
      deadline_(executor()),
      signal_(executor()) {}

asio::awaitable<void> Connection::run() {
  const auto self = shared_from_this();
  ErrorCode error;
  if (wire_->secure()) {
    arm(handshake_ms_max);
    co_await wire_->handshake(error);
    disarm();
    if (error) shared_->counters.at("api.tls_handshakes_failed").fetch_add(1);
  }
  if (!error) {
    size_t served = 0;
    while (co_await serve_one() && ++served < shared_->options.requests_per_connection_max && phase_ != Phase::closed) {
    }
    co_await linger();
  }
  phase_ = Phase::closed;
  disarm();
  wire_->socket().close(error);
}

void Connection::stop(bool now) {
  ErrorCode ignored;
  if (now) {
    phase_ = Phase::closed;
    wire_->socket().close(ignored);
  } else if (phase_ == Phase::idle) {
    wire_->socket().cancel(ignored);
  }
  signal_.cancel();
}

void Connection::notify() {
  if (notified_.exchange(true)) return;
  asio::post(executor(), [self = shared_from_this()] { self->signal_.cancel(); });
}

asio::awaitable<void> Connection::wait(int64_t ms) {
  if (notified_.exchange(false)) co_return;
  ErrorCode ignored;
  signal_.expires_after(std::chrono::milliseconds(ms));
  co_await signal_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  notified_ = false;
}

/// Cancels what is under way on the socket in `ms` unless disarmed before.
void Connection::arm(int64_t ms) {
  timed_out_ = false;
  deadline_.expires_after(std::chrono::milliseconds(std::max<int64_t>(ms, 0)));
  deadline_.async_wait([weak = weak_from_this(), armed = ++armed_](const ErrorCode& error) {
    const auto self = weak.lock();
    if (error || !self || self->armed_ != armed) return;
    self->timed_out_ = true;
    ErrorCode ignored;
    self->wire_->socket().cancel(ignored);
  });
}

void Connection::disarm() {
  ++armed_;
  deadline_.cancel();
}

asio::awaitable<bool> Connection::read_more(int64_t deadline_ms) {
  if (buffer_.size() >= buffered_bytes_max) co_return false;
  ErrorCode error;
  const size_t before = buffer_.size();
  buffer_.resize(before + read_bytes);
  arm(deadline_ms);
  const size_t count = co_await wire_->read(asio::buffer(buffer_.data() + before, read_bytes), error);
  disarm();
  buffer_.resize(before + (error ? 0 : count));
  co_return !error && count > 0 && phase_ != Phase::closed;
}

asio::awaitable<bool> Connection::write(std::string_view a, std::string_view b, std::string_view c) {
  ErrorCode error;
  arm(shared_->options.write_ms_max);
  co_await wire_->write(
      {asio::buffer(a.data(), a.size()), asio::buffer(b.data(), b.size()), asio::buffer(c.data(), c.size())}, error);
  disarm();
  if (timed_out_) shared_->counters.at("api.writes_timed_out").fetch_add(1);
  co_return !error;
}

asio::awaitable<bool> Connection::read_header() {
  parser_ = std::make_unique<HttpParser>();
  phase_ = Phase::idle;
  int64_t began = 0;
  for (;;) {
    if (!buffer_.empty()) {
      if (began == 0) began = now_ms();
      phase_ = Phase::busy;
      buffer_.erase(0, parser_->feed(buffer_));
      if (parser_->state() == HttpParser::State::failed) {
        shared_->counters.at("api.requests_malformed").fetch_add(1);
        co_return co_await refuse(parser_->status(), "malformed", parser_->reason());
      }
      if (parser_->state() != HttpParser::State::header) co_return true;
    }
    if (phase_ == Phase::idle && shared_->stopping) co_return false;
    const int64_t left = began == 0 ? shared_->options.idle_ms_max : began + shared_->options.header_ms_max - now_ms();
    const bool more = co_await read_more(left);
    if (!more && timed_out_ && began != 0) {
      shared_->counters.at("api.headers_timed_out").fetch_add(1);
      co_return co_await refuse(408, "timeout", "the header took too long");
    }
    if (!more) co_return false;
  }
}

/// What the parser knows becomes the request; false when the target is none.
bool Connection::fill(Request& request) {
  request.method = parse_method(parser_->method());
  request.peer = peer_;
  request.secure = wire_->secure();
  static const IdSource ids = random_ids();
  request.id = ids();
  if (request.method == Method::options && parser_->target() == "*") {
    request.path = "/";
  } else {
    auto target = parse_target(parser_->target());
    if (!target) return false;
    request.path = std::move(target->path);
    request.query = std::move(target->query);
  }
  request.headers = parser_->take_headers();
  return true;
}

asio::awaitable<bool> Connection::serve_one() {
  if (!co_await read_header()) co_return false;
  shared_->counters.at("api.requests").fetch_add(1);
  ask_to_continue_ = parser_->expects_continue();
  const auto exchange = std::make_shared<Exchange>([self = weak_from_this()] {
    if (const auto connection = self.lock()) connection->notify();
  });
  Request& request = exchange->request;
  const size_t target_size = parser_->target().size();
  if (!fill(request)) {
    if (target_size > target_bytes_max) co_return co_await refuse(414, "target", "the request target is too long");
    co_return co_await refuse(400, "target", "the request target is malformed");
  }
  const BodyPlan plan = shared_->gate.plan(request.method, request.path);
  HeldBytes held{shared_->bodies_bytes};
  if (parser_->has_body()) {
    if (parser_->content_length().value_or(0) > plan.bytes_max)
      co_return co_await refuse(413, "body_too_large",
                                fmt::format("this operation takes at most {} bytes", plan.bytes_max));
    if (!plan.stream) {
      if (!held.grow(parser_->content_length().value_or(plan.bytes_max), shared_->options.bodies_bytes_max))
        co_return co_await refuse(503, "busy", "too many bodies are being read; try again");
      if (!co_await read_body(*exchange, plan.bytes_max)) co_return false;
    }
  }
  if (plan.stream) request.stream = &exchange->body;
  co_await answer(exchange, plan.stream);
  const bool whole = parser_->state() == HttpParser::State::done || !parser_->has_body();
  const bool keep = parser_->keep_alive() && whole && !shared_->stopping && !exchange->response.feed;
  if (phase_ == Phase::closed) co_return false;
  const bool sent = co_await send(exchange->response, keep, request.method == Method::head);
  co_return sent&& keep;
}

asio::awaitable<bool> Connection::read_body_piece(uint64_t received, int64_t since_ms) {
  if (std::exchange(ask_to_continue_, false) && buffer_.empty() && !co_await write("HTTP/1.1 100 Continue\r\n\r\n"))
    co_return false;
  const ServerOptions& options = shared_->options;
  for (;;) {
    const size_t used = buffer_.empty() ? 0 : parser_->feed(buffer_);
    buffer_.erase(0, used);
    if (parser_->state() == HttpParser::State::failed) co_return false;
    if (used > 0) co_return true;
    const int64_t allowed =
        options.body_ms_free + static_cast<int64_t>(received) * 1000 / options.body_bytes_per_second_min;
    if (!co_await read_more(since_ms + allowed - now_ms())) co_return false;
  }
}

asio::awaitable<bool> Connection::read_body(Exchange& exchange, size_t bytes_max) {
  const int64_t since = now_ms();
  std::string& body = exchange.request.body;
  while (parser_->state() == HttpParser::State::body) {
    const bool more = co_await read_body_piece(body.size(), since);
    body += parser_->take_body();
    if (body.size() > bytes_max)
      co_return co_await refuse(413, "body_too_large", fmt::format("this operation takes at most {} bytes", bytes_max));
    if (parser_->state() == HttpParser::State::failed) co_return co_await refuse(400, "malformed", parser_->reason());
    if (!more && timed_out_) {
      shared_->counters.at("api.bodies_timed_out").fetch_add(1);
      co_return co_await refuse(408, "timeout", "the body came too slowly");
    }
    if (!more) co_return false;
  }
  co_return true;
}

/// Hands the exchange to a worker and waits; a handler that pulls its body is served meanwhile.
asio::awaitable<void> Connection::answer(const std::shared_ptr<Exchange>& exchange, bool stream) {
  WorkerPool& pool = stream ? shared_->stream_workers : shared_->workers;
  const bool taken = pool.try_run([exchange, self = shared_from_this()] {
    exchange->response = self->shared_->gate.answer(exchange->request);
    exchange->done = true;
    self->notify();
  });
  if (!taken) {
    shared_->counters.at("api.requests_refused_busy").fetch_add(1);
    exchange->response = problem(503, "busy", "too many requests are waiting; try again");
    exchange->response.headers.emplace_back("Retry-After", "1");
    co_return;
  }
  if (stream) co_await pump_body(*exchange);
  while (!exchange->done) co_await wait(for_ever_ms);
}

asio::awaitable<void> Connection::pump_body(Exchange& exchange) {
  const int64_t began = now_ms();
  int64_t waited = 0;  // for the handler: not the sender's fault
  uint64_t received = 0;
  if (!parser_->has_body()) exchange.body.end();
  while (!exchange.done) {
    if (phase_ == Phase::closed) exchange.body.fail({ErrorKind::unavailable, "the server stops"});
    if (!exchange.body.wanted()) {
      const int64_t before = now_ms();
      co_await wait(for_ever_ms);
      waited += now_ms() - before;
      continue;
    }
    bool more = true;
    while (more && parser_->state() == HttpParser::State::body) {
      more = co_await read_body_piece(received, began + waited);
      if (std::string piece = parser_->take_body(); !piece.empty()) {
        received += piece.size();
        exchange.body.deliver(std::move(piece));
        break;
      }
    }
    if (!more) {
      if (timed_out_) shared_->counters.at("api.bodies_timed_out").fetch_add(1);
      exchange.body.fail({ErrorKind::network, timed_out_ ? "the body came too slowly" : "the body ended early"});
    } else if (parser_->state() == HttpParser::State::done && exchange.body.wanted()) {
      exchange.body.end();
    }
  }
}

asio::awaitable<bool> Connection::send(const Response& response, bool keep_alive, bool head_only) {
  HeadOptions options{parser_->version(), keep_alive, wire_->secure(), false, std::nullopt, system_now()};
  if (response.feed) {
    options.chunked = parser_->version() == 11;
    options.keep_alive = false;
    if (!co_await write(write_head(response, options))) co_return false;
    if (!head_only) co_await feed(*response.feed, response);
    co_return false;
  }
  const std::string head = write_head(response, options);
  co_return co_await write(head, head_only ? std::string_view() : std::string_view(response.body));
}

asio::awaitable<void> Connection::feed(EventFeed& feed, const Response&) {
  phase_ = Phase::feeding;
  shared_->counters.at("api.feeds").fetch_add(1);
  feed.on_news([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->notify();
  });
  const bool chunked = parser_->version() == 11;
  while (phase_ == Phase::feeding && !shared_->stopping) {
    const bool ended = feed.ended();  // asked first: what was put in before the end is still taken
    std::string news = feed.take();
    if (news.empty() && ended) break;
    if (news.empty()) {
      const int64_t before = now_ms();
      co_await wait(shared_->options.heartbeat_ms);
      if (now_ms() - before < shared_->options.heartbeat_ms) continue;
      news = ": still here\n\n";
    }
    const std::string size = chunked ? fmt::format("{:x}\r\n", news.size()) : "";
    if (!co_await write(size, news, chunked ? "\r\n" : "")) break;
  }
  feed.on_news(nullptr);
  if (chunked && phase_ == Phase::feeding) co_await write("0\r\n\r\n");
}

asio::awaitable<bool> Connection::refuse(int status, std::string_view code, std::string_view detail) {
  co_await send(problem(status, code, detail), false, false);
  co_return false;
}

/// Reads what the peer still sends for a moment, so that closing does not destroy the answer under way to it.
asio::awaitable<void> Connection::linger() {
  if (phase_ == Phase::closed) co_return;
  ErrorCode error;
  arm(linger_ms_max);
  co_await wire_->finish(error);
  size_t total = 0;
  buffer_.resize(read_bytes);
  while (!error && !wire_->secure() && !timed_out_ && total < linger_bytes_max) {
    total += co_await wire_->read(asio::buffer(buffer_), error);
  }
  disarm();
}

}  // namespace yagura::api
