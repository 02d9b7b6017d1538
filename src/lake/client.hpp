// Speaks to ClickHouse over HTTP: to our own yagura-lake on a Unix socket or to a server by URL; nothing above
// knows which.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"

namespace yagura::lake {

constexpr size_t answer_bytes_max = 256 << 20;
constexpr size_t idle_connections_max = 8;

struct Endpoint {
  std::string unix_socket;  // set: no host
  std::string host;
  std::string port = "8123";
  std::string user;
  std::string password;
  std::string database = "yagura";
};

/// "unix:/path/lake.sock" or "http://[user:password@]host[:port][/database]".
Diagnosed<Endpoint> parse_endpoint(std::string_view url);

using Params = std::vector<std::pair<std::string, std::string>>;

struct Statement {
  std::string_view sql;
  Params params = {};          // bound to {name:Type}; values as they are, the client escapes them
  Params settings = {};        // of this statement alone
  std::string_view data = {};  // of an INSERT ... FORMAT X; empty: none
  std::chrono::milliseconds time_max = std::chrono::seconds(60);  // for the whole exchange
  bool in_database = true;                                        // false: before the database exists
};

struct Answer {
  std::string body;
  uint64_t rows_read = 0;
  uint64_t rows_written = 0;
};

/// Thread-safe: each statement takes an idle connection or opens one. A connection that turns out closed
/// before an answer began is opened again once; whoever inserts gives a deduplication token, so that is safe.
class Client {
 public:
  explicit Client(Endpoint endpoint);
  ~Client();

  /// Fails with `network` (not reached, closed, timed out), `limit` (memory, rows, time or answer_bytes_max),
  /// `io`, `disk_full`, `invalid` (the statement), `forbidden` (not granted, read-only), `not_found` (table), or
  /// `unavailable` (too busy: try again). The message is the engine's own first line.
  Result<Answer> run(const Statement& statement);

  /// Whether the other end answers.
  Status ping(std::chrono::milliseconds time_max = std::chrono::seconds(2));

  const Endpoint& endpoint() const { return endpoint_; }

 private:
  struct Pool;

  Endpoint endpoint_;
  std::unique_ptr<Pool> pool_;
};

/// ClickHouse's exception code of an answer's text ("Code: 62. ..."), 0 when there is none.
int exception_code(std::string_view text);
bool says_disk_full(std::string_view text);
Error exception_error(std::string_view text);

}  // namespace yagura::lake
