#include "lake/client.hpp"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <optional>
#include <utility>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "lake/wire.hpp"

namespace yagura::lake {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto connect_time_max = std::chrono::seconds(5);

/// Parameter values travel in ClickHouse's escaped text form.
std::string escaped(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (const char c : value) {
    switch (c) {
      case '\\':
        out += "\\\\";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\0':
        out += "\\0";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\'':
        out += "\\'";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string request_head(const Endpoint& endpoint, const Statement& statement, size_t body_bytes, bool sql_in_url) {
  std::string target = "/?";
  const auto add = [&](std::string_view name, std::string_view value) {
    if (target.back() != '?') target += '&';
    target += percent_encode(name);
    target += '=';
    target += percent_encode(value);
  };
  if (statement.in_database) add("database", endpoint.database);
  for (const auto& [name, value] : statement.settings) add(name, value);
  for (const auto& [name, value] : statement.params) add("param_" + name, escaped(value));
  if (sql_in_url) add("query", statement.sql);
  std::string head = "POST " + target + " HTTP/1.1\r\nHost: " +
                     (endpoint.unix_socket.empty() ? endpoint.host + ":" + endpoint.port : "lake") +
                     "\r\nContent-Length: " + std::to_string(body_bytes) + "\r\n";
  if (!endpoint.user.empty())
    head += "Authorization: Basic " + to_base64(endpoint.user + ":" + endpoint.password) + "\r\n";
  return head + "\r\n";
}

/// `"read_rows":"12"` of an X-ClickHouse-Summary header.
uint64_t summary_number(std::string_view summary, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":\"";
  const size_t at = summary.find(key);
  uint64_t number = 0;
  if (at != std::string_view::npos)
    std::from_chars(summary.data() + at + key.size(), summary.data() + summary.size(), number);
  return number;
}

struct Exchange {
  Result<Answer> answer;
  bool answer_began = false;
  bool reusable = false;
};

Exchange exchange(Wire& wire, std::string_view head, std::string_view body) {
  Exchange out{failure(ErrorKind::network, "nothing was sent")};
  Status sent = wire.write_all(head);
  if (sent) sent = wire.write_all(body);
  // A server that refuses answers before it has read everything, so an answer is looked for all the same.
  auto got = read_head(wire);
  if (!got || got->first_line.empty()) {
    out.answer = std::unexpected(!sent  ? sent.error()
                                 : !got ? got.error()
                                        : Error{ErrorKind::network, "the lake closed the connection unanswered"});
    return out;
  }
  out.answer_began = true;
  Answer answer;
  const Status read = read_body(wire, *got, answer_bytes_max, true, [&](std::string_view piece) {
    answer.body += piece;
    return Status{};
  });
  if (!read) {
    out.answer = std::unexpected(read.error());
    return out;
  }
  const auto words = split(got->first_line, ' ');
  const bool ok = words.size() >= 2 && words[1] == "200" && got->header("x-clickhouse-exception-code").empty();
  const auto summary = got->header("x-clickhouse-summary");
  answer.rows_read = summary_number(summary, "read_rows");
  answer.rows_written = summary_number(summary, "written_rows");
  if (ok)
    out.answer = std::move(answer);
  else
    out.answer = std::unexpected(exception_error(answer.body));
  out.reusable = sent.has_value() && got->keeps_alive();
  return out;
}

}  // namespace

struct Client::Pool {
  std::mutex mutex;
  std::vector<Wire> idle;

  std::optional<Wire> take() {
    const std::lock_guard lock(mutex);
    while (!idle.empty()) {
      Wire wire = std::move(idle.back());
      idle.pop_back();
      if (!wire.stale()) return wire;
    }
    return std::nullopt;
  }

  void give_back(Wire wire) {
    const std::lock_guard lock(mutex);
    if (idle.size() < idle_connections_max) idle.push_back(std::move(wire));
  }
};

Client::Client(Endpoint endpoint) : endpoint_(std::move(endpoint)), pool_(std::make_unique<Pool>()) {}
Client::~Client() = default;

Result<Answer> Client::run(const Statement& statement) {
  const bool has_data = !statement.data.empty();
  const std::string_view body = has_data ? statement.data : statement.sql;
  const std::string head = request_head(endpoint_, statement, body.size(), has_data);
  const auto deadline = Clock::now() + statement.time_max;
  for (bool again = false;; again = true) {
    std::optional<Wire> wire = again ? std::nullopt : pool_->take();
    const bool fresh = !wire;
    if (fresh) {
      auto made = endpoint_.unix_socket.empty() ? Wire::connect_tcp(endpoint_.host, endpoint_.port, connect_time_max)
                                                : Wire::connect_unix(endpoint_.unix_socket, connect_time_max);
      if (!made) return std::unexpected(made.error());
      wire = std::move(*made);
    }
    wire->set_deadline(deadline);
    Exchange done = exchange(*wire, head, body);
    if (!done.answer && !done.answer_began && !fresh && Clock::now() < deadline) continue;
    if (done.reusable) pool_->give_back(std::move(*wire));
    return std::move(done.answer);
  }
}

Status Client::ping(std::chrono::milliseconds time_max) {
  auto answer = run({.sql = "SELECT 1", .time_max = time_max, .in_database = false});
  if (!answer) return std::unexpected(answer.error());
  return {};
}

int exception_code(std::string_view text) {
  const size_t at = text.find("Code: ");
  int code = 0;
  if (at != std::string_view::npos) std::from_chars(text.data() + at + 6, text.data() + text.size(), code);
  return code;
}

/// NOT_ENOUGH_SPACE, or a system call's ENOSPC or EDQUOT in whatever exception it came to be.
bool says_disk_full(std::string_view text) {
  constexpr int not_enough_space = 243;
  return exception_code(text) == not_enough_space || text.contains("errno: 28,") || text.contains("errno: 122,") ||
         text.contains("No space left on device") || text.contains("Disk quota exceeded");
}

Error exception_error(std::string_view text) {
  constexpr size_t message_bytes_max = 1000;
  const auto kind = [](int code) {
    switch (code) {
      case 241:
      case 158:
      case 159:
      case 160:
      case 307:
      case 396:
        return ErrorKind::limit;
      case 74:
      case 75:
      case 76:
      case 87:
        return ErrorKind::io;
      case 252:
      case 202:
      case 203:
      case 209:
      case 210:
        return ErrorKind::unavailable;
      case 497:
      case 164:
      case 516:
      case 452:
        return ErrorKind::forbidden;
      case 60:
      case 81:
        return ErrorKind::not_found;
      case 40:
      case 271:
      case 354:
        return ErrorKind::corrupt;
      case 0:
      case 1002:
      case 49:
        return ErrorKind::unavailable;
      default:
        return ErrorKind::invalid;
    }
  };
  if (says_disk_full(text))
    return {ErrorKind::disk_full,
            "the lake's disk is full, so that not all events could be stored; make room, then send the same again"};
  std::string message(trim(text.substr(0, std::min(text.find('\n'), message_bytes_max))));
  if (message.empty()) message = "the lake answered with an error and no text";
  return {kind(exception_code(text)), to_valid_utf8(message)};
}

Diagnosed<Endpoint> parse_endpoint(std::string_view url) {
  const auto wrong = [&](std::string what) {
    return std::unexpected(Diagnostic{"lake.endpoint", "", 0, 0, std::move(what),
                                      "write unix:/path/lake.sock or http://user:password@host:8123/database"});
  };
  Endpoint out;
  if (url.starts_with("unix:")) {
    out.unix_socket = url.substr(5);
    if (out.unix_socket.empty()) return wrong("the lake's URL names no socket");
    return out;
  }
  if (!url.starts_with("http://")) return wrong("the lake's URL starts with neither unix: nor http://");
  url.remove_prefix(7);
  if (const size_t slash = url.find('/'); slash != std::string_view::npos) {
    if (slash + 1 < url.size()) out.database = percent_decode(url.substr(slash + 1));
    url = url.substr(0, slash);
  }
  if (const size_t at = url.rfind('@'); at != std::string_view::npos) {
    const std::string_view account = url.substr(0, at);
    const size_t colon = account.find(':');
    out.user = percent_decode(account.substr(0, colon));
    if (colon != std::string_view::npos) out.password = percent_decode(account.substr(colon + 1));
    url = url.substr(at + 1);
  }
  const size_t colon = url.rfind(':');
  const size_t bracket = url.rfind(']');
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    out.port = url.substr(colon + 1);
    url = url.substr(0, colon);
  }
  if (url.starts_with('[') && url.ends_with(']')) url = url.substr(1, url.size() - 2);
  out.host = url;
  const bool digits = !out.port.empty() && out.port.find_first_not_of("0123456789") == std::string::npos;
  if (out.host.empty() || !digits) return wrong("the lake's URL names no host or no port");
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  if (!std::all_of(out.database.begin(), out.database.end(), plain))
    return wrong("the database's name may hold letters, digits and '_'");
  return out;
}

}  // namespace yagura::lake
