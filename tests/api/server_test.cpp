// Real sockets on loopback: what hostile, slow, large and many requests get.
#include "api/server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "api/problem.hpp"
#include "harness.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

/// Feeds what the test puts into it.
class TestFeed final : public EventFeed {
 public:
  std::string take() override {
    const std::lock_guard lock(mutex_);
    return std::exchange(waiting_, {});
  }
  bool ended() const override { return ended_; }
  void on_news(std::function<void()> wake) override {
    const std::lock_guard lock(mutex_);
    wake_ = std::move(wake);
  }
  void put(std::string_view text) {
    const std::lock_guard lock(mutex_);
    waiting_ += text;
    if (wake_) wake_();
  }
  void end() {
    ended_ = true;
    const std::lock_guard lock(mutex_);
    if (wake_) wake_();
  }
  bool watched() const {
    const std::lock_guard lock(mutex_);
    return wake_ != nullptr;
  }

 private:
  mutable std::mutex mutex_;
  std::string waiting_;
  std::function<void()> wake_;
  std::atomic<bool> ended_ = false;
};

Response read_everything(const Request& request) {
  uint64_t bytes = 0;
  for (;;) {
    auto piece = request.stream->read();
    if (!piece) return problem(piece.error());
    if (piece->empty()) return json_response(200, json::object{{"bytes", bytes}});
    bytes += piece->size();
  }
}

/// Limits that no test meets however busy the machine is.
ServerOptions patient() {
  ServerOptions options;
  options.header_ms_max = 60'000;
  options.idle_ms_max = 60'000;
  options.body_ms_free = 60'000;
  options.heartbeat_ms = 200;
  options.stop_ms_max = 1000;
  return options;
}

/// For the tests of these limits.
ServerOptions quick() {
  ServerOptions options = patient();
  options.header_ms_max = 300;
  options.idle_ms_max = 600;
  options.body_ms_free = 300;
  return options;
}

class ServerTest : public ::testing::Test {
 protected:
  ServerTest() { start(patient()); }
  void start(const ServerOptions& options) {
    harness_.reset();
    const std::string open(open_to_all);
    RouteSet set;
    set.routes = {
        {.method = Method::post,
         .pattern = "/echo",
         .operation = "echo",
         .summary = "",
         .permission = open,
         .body = BodySpec{.schema = schema::object({{"text", schema::text(1, 10)}}), .bytes_max = 1000},
         .answers = {{}},
         .handler = [](const Request& request) { return json_response(200, request.json); }},
        {.method = Method::post,
         .pattern = "/count",
         .operation = "count",
         .summary = "",
         .permission = open,
         .body = BodySpec{.types = {"*"}, .bytes_max = 256 << 20, .stream = true},
         .answers = {{}},
         .handler = read_everything},
        {.method = Method::post,
         .pattern = "/half",
         .operation = "half",
         .summary = "",
         .permission = open,
         .body = BodySpec{.types = {"*"}, .bytes_max = 256 << 20, .stream = true},
         .answers = {{}},
         .handler =
             [](const Request& request) {
               (void)request.stream->read();
               return json_response(200, json::object{});
             }},
        {.method = Method::get,
         .pattern = "/sleep",
         .operation = "sleep",
         .summary = "",
         .permission = open,
         .answers = {{}},
         .handler =
             [this](const Request&) {
               ++asleep_;
               std::this_thread::sleep_for(200ms);
               return json_response(200, json::object{});
             }},
        {.method = Method::get,
         .pattern = "/throw",
         .operation = "throw",
         .summary = "",
         .permission = open,
         .answers = {{}},
         .handler = [](const Request&) -> Response { throw std::runtime_error("a handler's own fault"); }},
        {.method = Method::get,
         .pattern = "/split",
         .operation = "split",
         .summary = "",
         .permission = open,
         .answers = {{}},
         .handler =
             [](const Request&) {
               Response out = json_response(200, json::object{});
               out.headers.emplace_back("X-Echo", "a\r\nSet-Cookie: stolen=1");
               return out;
             }},
        {.method = Method::get,
         .pattern = "/feed",
         .operation = "feed",
         .summary = "",
         .permission = open,
         .answers = {{.type = "text/event-stream"}},
         .handler =
             [this](const Request&) {
               Response out{200, "text/event-stream", "", {}, nullptr};
               out.feed = feed_;
               return out;
             }},
    };
    for (Route& route : set.routes) route.unlisted = true;
    harness_ = std::make_unique<Harness>(std::move(set), options);
  }
  uint16_t port() const { return harness_->server->port(); }
  Reply exchange(std::string_view bytes, int wait_ms = 60'000) {
    RawClient client(port());
    client.send(bytes);
    return client.receive(wait_ms);
  }
  uint64_t counter(const std::string& name) { return harness_->counters.at(name); }

  std::shared_ptr<TestFeed> feed_ = std::make_shared<TestFeed>();
  std::atomic<int> asleep_ = 0;  // requests that reached "/sleep"
  std::unique_ptr<Harness> harness_;
};

std::string post(std::string_view path, std::string_view body, std::string_view more = {}) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{}\r\n{}",
                     path, body.size(), more, body);
}

TEST_F(ServerTest, answers_and_keeps_the_connection) {
  RawClient client(port());
  for (int i = 0; i < 3; ++i) {
    client.send(post("/echo", R"({"text":"櫓"})"));
    const Reply reply = client.receive();
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.body, R"({"text":"櫓"})");
    EXPECT_FALSE(reply.closed);
  }
}

TEST_F(ServerTest, answers_pipelined_requests_in_order) {
  RawClient client(port());
  std::string all;
  for (int i = 0; i < 20; ++i) all += post("/echo", fmt::format(R"({{"text":"{}"}})", i));
  client.send(all);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.receive().body, fmt::format(R"({{"text":"{}"}})", i));
}

TEST_F(ServerTest, takes_requests_cut_into_single_bytes) {
  RawClient client(port());
  for (const char c : post("/echo", R"({"text":"a"})")) client.send({&c, 1});
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(ServerTest, refuses_malformed_requests_with_a_problem_and_closes) {
  start(quick());
  const std::vector<std::pair<std::string, int>> cases{
      {"nonsense\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET /../etc HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET http://other/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nBad Header: x\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\nContent-Length: x\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nabc", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n\tfolded\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501},
      {"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\nContent-Length: 3\r\n\r\n", 417},
      {"GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
      {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n", 431},
  };
  for (const auto& [bytes, status] : cases) {
    RawClient client(port());
    client.send(bytes);
    const Reply reply = client.receive();
    EXPECT_EQ(reply.status, status) << bytes.substr(0, 120);
    EXPECT_EQ(reply.header("Content-Type"), "application/problem+json");
    EXPECT_TRUE(reply.closed);
    EXPECT_TRUE(client.closed_by_peer()) << bytes.substr(0, 120);
  }
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 200; ++i) many += "a: b\r\n";
  EXPECT_EQ(exchange(many + "\r\n").status, 431);
}

TEST_F(ServerTest, survives_any_bytes) {
  start(quick());
  uint64_t state = 42;
  for (int round = 0; round < 200; ++round) {
    std::string bytes;
    for (int i = 0; i < 300; ++i)
      bytes += static_cast<char>((state = state * 6364136223846793005U + 1442695040888963407U) >> 56);
    RawClient client(port());
    client.send(bytes + "\r\n\r\n");
  }
  EXPECT_EQ(exchange(post("/echo", R"({"text":"a"})")).status, 200);
}

TEST_F(ServerTest, names_what_is_wrong_with_a_body) {
  EXPECT_EQ(exchange(post("/echo", "{")).status, 400);
  const Reply reply = exchange(post("/echo", R"({"text":"12345678901","more":1})"));
  EXPECT_EQ(reply.status, 422);
  EXPECT_EQ(reply.json().at("errors").at(0).at("pointer"), "/text");
  EXPECT_EQ(reply.json().at("errors").at(1).at("pointer"), "/more");
  EXPECT_EQ(exchange(post("/echo", "{\"text\":" + std::string(100, '[') + "1" + std::string(100, ']') + "}")).status,
            400);
  EXPECT_EQ(
      exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}").status,
      415);
  EXPECT_EQ(exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}").status, 415);
  EXPECT_EQ(exchange(post("/echo", "{}", "Content-Encoding: gzip\r\n")).status, 415);
}

TEST_F(ServerTest, stops_bodies_at_their_limit_before_and_while_reading) {
  EXPECT_EQ(exchange("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1001\r\n\r\n")
                .status,
            413);
  std::string chunks;
  for (int i = 0; i < 3; ++i) chunks += "190\r\n" + std::string(400, ' ') + "\r\n";
  EXPECT_EQ(
      exchange(
          "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" +
          chunks)
          .status,
      413);
  EXPECT_EQ(exchange(post("/sleep", std::string(100'000, 'x'))).status, 413) << "a path without a body";
}

TEST_F(ServerTest, reads_chunked_bodies) {
  const Reply reply = exchange(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\n{\"tex\r\n7;x=y\r\nt\":\"a\"}\r\n0\r\nTrailer: 1\r\n\r\n");
  EXPECT_EQ(reply.status, 200) << reply.body;
}

TEST_F(ServerTest, says_continue_when_asked) {
  RawClient client(port());
  client.send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: "
      "12\r\n\r\n");
  EXPECT_EQ(client.receive().status, 100);
  client.send(R"({"text":"a"})");
  EXPECT_EQ(client.receive().status, 200);
}

TEST_F(ServerTest, ends_a_header_that_drips) {
  start(quick());
  RawClient client(port());
  const auto began = std::chrono::steady_clock::now();
  client.send("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 20 && client.send("X: y\r\n"); ++i) std::this_thread::sleep_for(50ms);
  EXPECT_EQ(client.receive().status, 408);
  EXPECT_TRUE(client.closed_by_peer());
  EXPECT_LT(std::chrono::steady_clock::now() - began, 30s);
  EXPECT_EQ(counter("api.headers_timed_out"), 1U);
}

TEST_F(ServerTest, ends_a_body_that_drips) {
  start(quick());
  RawClient client(port());
  client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{");
  EXPECT_EQ(client.receive().status, 408);
  RawClient streamer(port());
  streamer.send("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nabc");
  EXPECT_EQ(streamer.receive().status, 500);
  EXPECT_EQ(counter("api.bodies_timed_out"), 2U);
}

TEST_F(ServerTest, closes_idle_connections) {
  start(quick());
  RawClient client(port());
  EXPECT_TRUE(client.closed_by_peer());
}

TEST_F(ServerTest, streams_a_large_body_through_a_handler) {
  RawClient client(port());
  constexpr size_t size = 64 << 20;
  client.send(fmt::format("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", size));
  const std::string piece(1 << 20, 'x');
  for (size_t sent = 0; sent < size; sent += piece.size()) ASSERT_TRUE(client.send(piece));
  EXPECT_EQ(client.receive(120'000).json().at("bytes").as_int64(), static_cast<int64_t>(size));
  client.send("POST /count HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_EQ(client.receive().json().at("bytes").as_int64(), 5) << "the connection goes on after a streamed body";
  client.send("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(client.receive().json().at("bytes").as_int64(), 0);
}

TEST_F(ServerTest, closes_after_a_body_that_its_handler_left) {
  RawClient client(port());
  client.send("POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + std::string(200'000, 'x'));
  const Reply reply = client.receive();
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.closed);
}

TEST_F(ServerTest, a_peer_that_leaves_in_the_middle_frees_its_handler) {
  start(quick());
  for (int i = 0; i < 12; ++i) {
    RawClient client(port());
    client.send("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc");
  }
  EXPECT_EQ(exchange("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc", 5000).status, 200);
}

TEST_F(ServerTest, slow_senders_hold_only_the_stream_workers) {
  ServerOptions options = quick();
  options.body_ms_free = 10'000;
  options.stream_workers = 2;
  start(options);
  std::vector<std::unique_ptr<RawClient>> slow;
  Reply refused;
  for (int i = 0; i < 20 && refused.status != 503; ++i) {
    slow.push_back(std::make_unique<RawClient>(port()));
    slow.back()->send("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc");
    refused = slow.back()->receive(100);
  }
  EXPECT_EQ(refused.status, 503) << "a bounded line in front of two workers";
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(exchange(post("/echo", R"({"text":"a"})")).status, 200) << "other requests go on";
}

TEST_F(ServerTest, head_and_options_and_wrong_methods) {
  RawClient client(port());
  client.send("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
  const Reply head = client.receive(60'000, true);
  EXPECT_EQ(head.status, 200);
  EXPECT_GT(std::stoi(head.header("Content-Length")), 100);
  client.send("OPTIONS /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  const Reply options = client.receive();
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(options.header("Allow"), "POST, OPTIONS");
  EXPECT_EQ(options.header("Content-Length"), "");
  EXPECT_EQ(options.header("Access-Control-Allow-Origin"), "");
  client.send("OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.receive().status, 204);
  client.send("DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n");
  const Reply wrong = client.receive();
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.header("Allow"), "POST, OPTIONS");
  client.send("BREW / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.receive().status, 405);
  client.send("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client.receive().status, 404);
}

TEST_F(ServerTest, speaks_http_1_0) {
  RawClient client(port());
  client.send("GET / HTTP/1.0\r\n\r\n");
  const Reply reply = client.receive();
  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(reply.closed);
  EXPECT_TRUE(client.closed_by_peer());
}

TEST_F(ServerTest, every_answer_carries_its_guards) {
  const Reply reply = exchange("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(reply.header("X-Frame-Options"), "DENY");
  EXPECT_EQ(reply.header("Referrer-Policy"), "no-referrer");
  EXPECT_EQ(reply.header("Cache-Control"), "no-store");
  EXPECT_NE(reply.header("Content-Security-Policy").find("default-src 'none'"), std::string::npos);
  EXPECT_EQ(reply.header("Strict-Transport-Security"), "") << "only over TLS";
}

TEST_F(ServerTest, a_handler_can_not_split_an_answer) {
  const Reply reply = exchange("GET /split HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(reply.header("Set-Cookie"), "");
  EXPECT_EQ(reply.header("X-Echo"), "a  Set-Cookie: stolen=1");
}

TEST_F(ServerTest, a_throwing_handler_is_a_500_and_the_server_goes_on) {
  EXPECT_EQ(exchange("GET /throw HTTP/1.1\r\nHost: x\r\n\r\n").status, 500);
  EXPECT_EQ(counter("api.handler_failures"), 1U);
  EXPECT_EQ(exchange(post("/echo", R"({"text":"a"})")).status, 200);
}

TEST_F(ServerTest, bounds_connections_by_address_and_in_all) {
  ServerOptions options = quick();
  options.connections_per_address_max = 3;
  options.idle_ms_max = 5000;
  start(options);
  std::vector<std::unique_ptr<RawClient>> held;
  for (int i = 0; i < 3; ++i) {
    held.push_back(std::make_unique<RawClient>(port()));
    held.back()->send(post("/echo", R"({"text":"a"})"));
    ASSERT_EQ(held.back()->receive().status, 200);
  }
  RawClient one_more(port());
  EXPECT_TRUE(one_more.closed_by_peer());
  EXPECT_EQ(counter("api.connections_refused"), 1U);
  held.pop_back();
  // The server notices the end in its own time.
  int status = 0;
  for (int tried = 0; tried < 300 && status != 200; ++tried) {
    std::this_thread::sleep_for(20ms);
    status = exchange(post("/echo", R"({"text":"a"})")).status;
  }
  EXPECT_EQ(status, 200);
}

TEST_F(ServerTest, refuses_when_too_many_wait) {
  ServerOptions options = quick();
  options.workers = 1;
  options.waiting_max = 1;
  start(options);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 6; ++i) {
    clients.push_back(std::make_unique<RawClient>(port()));
    clients.back()->send("GET /sleep HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  int refused = 0;
  for (const auto& client : clients) refused += client->receive().status == 503 ? 1 : 0;
  EXPECT_GE(refused, 3);
  EXPECT_EQ(counter("api.requests_refused_busy"), static_cast<uint64_t>(refused));
}

TEST_F(ServerTest, ends_a_connection_after_its_number_of_requests) {
  ServerOptions options = quick();
  options.requests_per_connection_max = 2;
  start(options);
  RawClient client(port());
  client.send(post("/echo", R"({"text":"a"})") + post("/echo", R"({"text":"b"})") + post("/echo", R"({"text":"c"})"));
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_EQ(client.receive().status, 200);
  EXPECT_TRUE(client.closed_by_peer());
}

TEST_F(ServerTest, feeds_what_is_news_and_beats_while_there_is_none) {
  RawClient client(port());
  client.send("GET /feed HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_NE(client.receive_until("\r\n\r\n").find("text/event-stream"), std::string::npos);
  feed_->put("data: one\n\n");
  EXPECT_NE(client.receive_until("data: one\n\n").find("data: one"), std::string::npos);
  EXPECT_NE(client.receive_until("still here", 2000).find("still here"), std::string::npos);
  feed_->put("data: last\n\n");
  feed_->end();
  const std::string rest = client.receive_until("0\r\n\r\n");
  EXPECT_NE(rest.find("data: last"), std::string::npos);
  EXPECT_TRUE(client.closed_by_peer());
}

TEST_F(ServerTest, lets_go_of_a_feed_whose_reader_left) {
  {
    RawClient client(port());
    client.send("GET /feed HTTP/1.1\r\nHost: x\r\n\r\n");
    client.receive_until("\r\n\r\n");
    for (int i = 0; i < 3000 && !feed_->watched(); ++i) std::this_thread::sleep_for(10ms);
    ASSERT_TRUE(feed_->watched());
  }
  for (int i = 0; i < 300 && feed_->watched(); ++i) std::this_thread::sleep_for(100ms);
  EXPECT_FALSE(feed_->watched());
}

TEST_F(ServerTest, stops_gracefully) {
  RawClient idle(port());
  idle.send(post("/echo", R"({"text":"a"})"));
  idle.receive();
  RawClient busy(port());
  busy.send("GET /sleep HTTP/1.1\r\nHost: x\r\n\r\n");
  RawClient feeding(port());
  feeding.send("GET /feed HTTP/1.1\r\nHost: x\r\n\r\n");
  feeding.receive_until("\r\n\r\n");
  RawClient stuck(port());
  stuck.send("POST /count HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nabc");
  for (int i = 0; i < 3000 && asleep_ == 0; ++i) std::this_thread::sleep_for(10ms);
  const auto began = std::chrono::steady_clock::now();
  harness_->server->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - began, 30s);
  EXPECT_EQ(busy.receive().status, 200) << "what was under way is answered";
  EXPECT_TRUE(idle.closed_by_peer());
  EXPECT_FALSE(RawClient(port()).connected());
}

TEST_F(ServerTest, many_at_once) {
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 16; ++i)
    threads.emplace_back([&, i] {
      RawClient client(port());
      for (int j = 0; j < 50; ++j) {
        const std::string body = fmt::format(R"({{"text":"{}-{}"}})", i, j);
        client.send(post("/echo", body));
        if (client.receive().body == body) ++right;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 16 * 50);
}

}  // namespace
}  // namespace yagura::api
