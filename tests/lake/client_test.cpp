#include "lake/client.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "lake/native_block.hpp"
#include "lake/wire.hpp"
#include "lake_fixture.hpp"

namespace yagura::lake {
namespace {

TEST(Endpoint, is_read_from_a_url) {
  const auto full = parse_endpoint("http://ann:p%40ss@lake.example:9000/soc");
  ASSERT_TRUE(full.has_value());
  EXPECT_EQ(full->host, "lake.example");
  EXPECT_EQ(full->port, "9000");
  EXPECT_EQ(full->user, "ann");
  EXPECT_EQ(full->password, "p@ss");
  EXPECT_EQ(full->database, "soc");
  EXPECT_EQ(parse_endpoint("http://[::1]")->host, "::1");
  EXPECT_EQ(parse_endpoint("http://[::1]:81")->port, "81");
  EXPECT_EQ(parse_endpoint("unix:/run/lake.sock")->unix_socket, "/run/lake.sock");
  for (const char* url :
       {"", "unix:", "lake", "https://x", "http://", "http://x:port", "http://x/a-b", "http://x/a;DROP"})
    EXPECT_FALSE(parse_endpoint(url).has_value()) << url;
}

/// A peer that answers every connection with the given bytes and closes.
class FakePeer {
 public:
  explicit FakePeer(std::string answer, bool silent = false) : answer_(std::move(answer)), silent_(silent) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address);
    listen(fd_, 8);
    socklen_t size = sizeof address;
    getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = std::to_string(ntohs(address.sin_port));
    thread_ = std::thread([this] { serve(); });
  }
  ~FakePeer() {
    shutdown(fd_, SHUT_RDWR);
    thread_.join();
    close(fd_);
  }
  Endpoint endpoint() const {
    Endpoint out;
    out.host = "127.0.0.1";
    out.port = port_;
    out.user = "ann";
    out.password = "secret";
    return out;
  }

 private:
  void serve() {
    for (;;) {
      const int fd = accept(fd_, nullptr, nullptr);
      if (fd < 0) return;
      char buffer[4096];
      (void)!read(fd, buffer, sizeof buffer);
      if (!silent_) (void)!write(fd, answer_.data(), answer_.size());
      if (silent_) usleep(700'000);
      close(fd);
    }
  }

  std::string answer_;
  bool silent_;
  int fd_;
  std::string port_;
  std::thread thread_;
};

TEST(Client, tells_what_went_wrong_with_a_peer) {
  const struct {
    const char* answer;
    ErrorKind kind;
  } cases[] = {
      {"", ErrorKind::network},
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", ErrorKind::network},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", ErrorKind::network},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", ErrorKind::invalid},
      {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", ErrorKind::limit},
      {"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", ErrorKind::invalid},
      {"HTTP/1.1 500 X\r\nContent-Length: 30\r\n\r\nCode: 241. Memory limit (total", ErrorKind::limit},
      {"HTTP/1.1 500 X\r\nContent-Length: 24\r\n\r\nCode: 243. No space left.", ErrorKind::disk_full},
      {"HTTP/1.1 400 X\r\nContent-Length: 22\r\n\r\nCode: 62. Syntax error.", ErrorKind::invalid},
      {"HTTP/1.1 403 X\r\nContent-Length: 23\r\n\r\nCode: 497. Not granted.", ErrorKind::forbidden},
      {"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n", ErrorKind::unavailable},
      {"HTTP/1.1 200 OK\r\nX-ClickHouse-Exception-Code: 159\r\nContent-Length: 18\r\n\r\nCode: 159. Timeout",
       ErrorKind::limit},
  };
  for (const auto& c : cases) {
    const FakePeer peer(c.answer);
    const auto answer = Client(peer.endpoint()).run({.sql = "SELECT 1"});
    ASSERT_FALSE(answer.has_value()) << c.answer;
    EXPECT_EQ(answer.error().kind, c.kind) << c.answer << "\n" << answer.error().message;
    EXPECT_EQ(answer.error().message.find("secret"), std::string::npos);
  }
  const FakePeer good(
      "HTTP/1.1 200 OK\r\nX-ClickHouse-Summary: {\"read_rows\":\"7\"}\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n");
  const auto answer = Client(good.endpoint()).run({.sql = "SELECT 1"});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  EXPECT_EQ(answer->body, "abc");
  EXPECT_EQ(answer->rows_read, 7u);
}

TEST(Client, does_not_wait_for_ever) {
  const FakePeer silent("", true);
  const auto start = std::chrono::steady_clock::now();
  const auto answer = Client(silent.endpoint()).run({.sql = "SELECT 1", .time_max = std::chrono::milliseconds(200)});
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().kind, ErrorKind::network);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

class HostTest : public LakeTest {
 protected:
  /// Sends bytes as they are and reads until the host closes or has answered `answers` times.
  static std::string exchange(std::string_view bytes, bool half_close = true) {
    auto wire = Wire::connect_unix(process_->endpoint().unix_socket, std::chrono::seconds(2));
    EXPECT_TRUE(wire.has_value());
    wire->set_deadline(std::chrono::steady_clock::now() + std::chrono::seconds(10));
    EXPECT_TRUE(wire->write_all(bytes).has_value());
    if (half_close) shutdown(wire->fd(), SHUT_WR);
    std::string out;
    for (;;) {
      auto piece = wire->read_some(1 << 16);
      if (!piece || piece->empty()) return out;
      out += *piece;
    }
  }
};

TEST_F(HostTest, speaks_the_part_of_clickhouse_that_clients_use) {
  EXPECT_NE(exchange("GET /ping HTTP/1.1\r\n\r\n").find("\r\n\r\nOk.\n"), std::string::npos);
  const std::string json = exchange("GET /?query=SELECT+1+AS+a&default_format=JSONEachRow HTTP/1.1\r\n\r\n");
  EXPECT_NE(json.find("200 OK"), std::string::npos);
  EXPECT_NE(json.find("{\"a\":1}\n"), std::string::npos) << json;
  EXPECT_NE(json.find("X-ClickHouse-Summary: {\"read_rows\""), std::string::npos);
  const std::string two = exchange("GET /ping HTTP/1.1\r\n\r\nGET /ping HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_NE(two.find("Ok.\n"), two.rfind("Ok.\n")) << two;
  const std::string wrong = exchange("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nSELEC");
  EXPECT_NE(wrong.find("X-ClickHouse-Exception-Code: "), std::string::npos) << wrong;
  EXPECT_NE(exchange("GET /?query=DROP+TABLE+yagura.events HTTP/1.1\r\n\r\n").find("Exception-Code: 164"),
            std::string::npos);
  EXPECT_NE(exchange("GET /nothing HTTP/1.1\r\n\r\n").find("404"), std::string::npos);
  EXPECT_NE(exchange("DELETE / HTTP/1.1\r\n\r\n").find("405"), std::string::npos);
  EXPECT_NE(exchange("nonsense\r\n\r\n").find("400"), std::string::npos);
  EXPECT_EQ(exchange(""), "");
}

TEST_F(HostTest, commits_no_insert_that_was_cut_short) {
  ask("CREATE TABLE IF NOT EXISTS cut (a Int64) ENGINE = MergeTree ORDER BY a");
  const std::string head =
      "POST /?database=yagura&query=INSERT+INTO+cut+FORMAT+TSV HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  exchange(head + "4\r\n1\n2\n\r\n");
  exchange("POST /?database=yagura&query=INSERT+INTO+cut+FORMAT+TSV HTTP/1.1\r\nContent-Length: 100\r\n\r\n1\n2\n");
  EXPECT_EQ(ask("SELECT count() FROM cut"), "0");
  EXPECT_NE(exchange(head + "4\r\n1\n2\n\r\n0\r\n\r\n").find("200 OK"), std::string::npos);
  EXPECT_EQ(ask("SELECT count() FROM cut"), "2");
}

TEST_F(HostTest, binds_parameters_exactly) {
  constexpr std::string_view letters = "ab'\"\\\t\n\r%_{}:?&=+ \b\f;`$日";
  std::mt19937 dice(3);
  for (int i = 0; i < 200; ++i) {
    std::string value;
    for (size_t n = dice() % 40; n > 0; --n) value += letters[dice() % letters.size()];
    value = to_valid_utf8(value);
    auto answer = client_->run({.sql = "SELECT hex({v:String})", .params = {{"v", value}}});
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(ascii_lower(trim(answer->body)), to_hex(value));
  }
}

TEST_F(HostTest, takes_dictionaries_of_every_width) {
  for (const size_t words : {size_t{1}, size_t{256}, size_t{257}, size_t{65'536}, size_t{65'537}}) {
    ask("CREATE OR REPLACE TABLE words (w LowCardinality(String), m Map(LowCardinality(String), String)) ENGINE = "
        "MergeTree ORDER BY tuple()");
    std::vector<std::string> texts;
    for (size_t i = 0; i < words; ++i) texts.push_back("w" + std::to_string(i));
    WordColumn column;
    MapColumn map;
    for (const std::string& text : texts) {
      column.add(text);
      map.add(map.keys().index_of(text), text);
      map.add(map.keys().index_of(text), "again");
      map.end_row();
    }
    std::string block;
    put_varuint(block, 2);
    put_varuint(block, words);
    put_text(block, "w");
    put_text(block, "LowCardinality(String)");
    column.write(block);
    put_text(block, "m");
    put_text(block, "Map(LowCardinality(String), String)");
    map.write(block);
    auto answer = client_->run({.sql = "INSERT INTO words FORMAT Native", .data = block});
    ASSERT_TRUE(answer.has_value()) << words << ": " << answer.error().message;
    EXPECT_EQ(ask("SELECT (uniqExact(w), countIf(mapKeys(m) = [w, w] AND mapValues(m) = [w, 'again'])) FROM words"),
              "(" + std::to_string(words) + "," + std::to_string(words) + ")");
  }
}

}  // namespace
}  // namespace yagura::lake
