// One connection: reads requests one after another (pipelined ones wait in its buffer), lets a worker answer and
// writes. Lives on one network thread; only notify() comes from elsewhere. Includes Boost.Asio.
#pragma once

#include <atomic>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>

#include "api/gate.hpp"
#include "api/http_parser.hpp"
#include "api/server.hpp"
#include "api/wire.hpp"
#include "api/worker_pool.hpp"
#include "base/ids.hpp"

namespace yagura::api {

/// What all connections of a server share.
struct ServerShared {
  const Gate& gate;
  ServerOptions options;
  Counters& counters;
  WorkerPool workers;
  WorkerPool stream_workers;
  std::atomic<size_t> bodies_bytes = 0;
  std::atomic<bool> stopping = false;

  ServerShared(const Gate& g, const ServerOptions& o, Counters& c)
      : gate(g),
        options(o),
        counters(c),
        workers(o.workers, o.waiting_max),
        stream_workers(o.stream_workers, 2 * static_cast<size_t>(o.stream_workers)) {}
};

struct Exchange;

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::unique_ptr<Wire> wire, std::string peer, std::shared_ptr<ServerShared> shared);

  /// The whole life of the connection; its coroutine holds a reference.
  asio::awaitable<void> run();
  /// On its thread: ends it when it is idle or only feeds; at once when `now`.
  void stop(bool now);
  /// From any thread: the coroutine looks again.
  void notify();
  asio::any_io_executor executor() { return wire_->socket().get_executor(); }
  const std::string& peer() const { return peer_; }

 private:
  enum class Phase { idle, busy, feeding, closed };

  asio::awaitable<bool> serve_one();
  asio::awaitable<bool> read_more(int64_t deadline_ms);
  asio::awaitable<bool> read_header();
  asio::awaitable<bool> read_body(Exchange& exchange, size_t bytes_max);
  asio::awaitable<bool> read_body_piece(uint64_t received, int64_t since_ms);
  asio::awaitable<void> answer(const std::shared_ptr<Exchange>& exchange, bool stream);
  asio::awaitable<void> pump_body(Exchange& exchange);
  asio::awaitable<bool> send(const Response& response, bool keep_alive, bool head_only);
  asio::awaitable<bool> write(std::string_view a, std::string_view b = {}, std::string_view c = {});
  asio::awaitable<void> feed(EventFeed& feed, const Response& response);
  asio::awaitable<bool> refuse(int status, std::string_view code, std::string_view detail);
  asio::awaitable<void> linger();
  asio::awaitable<void> wait(int64_t ms);
  void arm(int64_t ms);
  void disarm();
  bool fill(Request& request);

  std::unique_ptr<Wire> wire_;
  std::string peer_;
  std::shared_ptr<ServerShared> shared_;
  asio::steady_timer deadline_;
  asio::steady_timer signal_;
  uint64_t armed_ = 0;
  bool timed_out_ = false;
  Phase phase_ = Phase::idle;
  std::string buffer_;  // read, not parsed
  std::unique_ptr<HttpParser> parser_;
  bool ask_to_continue_ = false;
  std::atomic<bool> notified_ = false;
};

}  // namespace yagura::api
