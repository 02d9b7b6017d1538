#include "lake/host/service.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.hpp"

namespace yagura::lake::host {
namespace {

struct Request {
  std::string method;
  std::string path;
  std::string query;
  std::string database;
  std::string format = "TabSeparated";
  Pairs params;
  Pairs settings;
  HttpHead head;
};

/// URL parameters that are no settings: the transport's, or of no meaning with one user on one socket.
constexpr std::array ignored{"query_id",
                             "session_id",
                             "session_timeout",
                             "session_check",
                             "user",
                             "password",
                             "compress",
                             "decompress",
                             "buffer_size",
                             "wait_end_of_query",
                             "close_session",
                             "role",
                             "quota_key",
                             "stacktrace",
                             "client_protocol_version",
                             "http_write_exception_in_output_format"};

Status read_target(std::string_view target, Request& request) {
  const size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark == std::string_view::npos) return {};
  for (const std::string_view pair : split(target.substr(mark + 1), '&')) {
    const size_t equals = pair.find('=');
    const std::string name = percent_decode(pair.substr(0, equals));
    std::string value = equals == std::string_view::npos ? std::string() : percent_decode(pair.substr(equals + 1));
    if (name.empty() || std::find(ignored.begin(), ignored.end(), name) != ignored.end()) continue;
    if (name == "query")
      request.query = std::move(value);
    else if (name == "database")
      request.database = std::move(value);
    else if (name == "default_format")
      request.format = std::move(value);
    else if (name.starts_with("param_"))
      request.params.emplace_back(name.substr(6), std::move(value));
    else
      request.settings.emplace_back(name, std::move(value));
  }
  return {};
}

Result<Request> read_request(Wire& wire) {
  auto head = read_head(wire);
  if (!head) return std::unexpected(head.error());
  Request request;
  request.head = std::move(*head);
  if (request.head.first_line.empty()) return request;
  const auto words = split(request.head.first_line, ' ');
  if (words.size() != 3 || !words[2].starts_with("HTTP/1."))
    return failure(ErrorKind::invalid, "not an HTTP/1.x request line");
  request.method = words[0];
  if (auto read = read_target(words[1], request); !read) return std::unexpected(read.error());
  if (const auto database = request.head.header("x-clickhouse-database"); !database.empty())
    request.database = database;
  if (const auto format = request.head.header("x-clickhouse-format"); !format.empty()) request.format = format;
  return request;
}

/// ClickHouse's own choice of status for its exception codes.
int http_status(int code) {
  switch (code) {
    case 516:
    case 193:
    case 194:
      return 401;
    case 497:
    case 164:
      return 403;
    case 47:
    case 60:
    case 46:
    case 81:
    case 115:
      return 404;
    case 62:
    case 36:
    case 27:
    case 26:
    case 43:
    case 53:
    case 6:
    case 42:
    case 41:
    case 38:
    case 70:
    case 349:
    case 456:
    case 457:
      return 400;
    case 159:
      return 408;
    case 48:
      return 501;
    default:
      return 500;
  }
}

int exception_code(std::string_view error) {
  const size_t at = error.find("Code: ");
  if (at == std::string_view::npos) return 1002;
  int code = 0;
  for (size_t i = at + 6; i < error.size() && std::isdigit(static_cast<unsigned char>(error[i])) && code < 100000; ++i)
    code = code * 10 + (error[i] - '0');
  return code != 0 ? code : 1002;
}

std::string summary(const Outcome& outcome) {
  return fmt::format(
      R"({{"read_rows":"{}","read_bytes":"{}","written_rows":"{}","written_bytes":"{}","elapsed_ns":"{}"}})",
      outcome.rows_read, outcome.bytes_read, outcome.rows_written, outcome.bytes_written,
      static_cast<uint64_t>(outcome.seconds * 1e9));
}

Status answer(Wire& wire, const Request& request, int status, std::string_view headers, std::string_view body) {
  const char* reason = status == 200 ? "OK" : "Error";
  std::string out = fmt::format("HTTP/1.1 {} {}\r\nContent-Length: {}\r\nConnection: {}\r\n{}\r\n", status, reason,
                                body.size(), request.head.keeps_alive() ? "Keep-Alive" : "close", headers);
  if (request.method != "HEAD") out += body;
  return wire.write_all(out);
}

Status answer(Wire& wire, const Request& request, const Outcome& outcome) {
  const std::string common = fmt::format(
      "Content-Type: {}\r\nX-ClickHouse-Format: {}\r\nX-ClickHouse-Timezone: UTC\r\nX-ClickHouse-Server-Display-Name: "
      "yagura-lake\r\nX-ClickHouse-Summary: {}\r\n",
      request.format.starts_with("JSON") ? "application/json; charset=UTF-8" : "text/plain; charset=UTF-8",
      request.format, summary(outcome));
  if (outcome.error.empty()) return answer(wire, request, 200, common, outcome.body);
  const int code = exception_code(outcome.error);
  return answer(wire, request, http_status(code), fmt::format("{}X-ClickHouse-Exception-Code: {}\r\n", common, code),
                outcome.error + "\n");
}

bool is_word_at_end(std::string_view text, size_t at) {
  return at == 0 || std::isspace(static_cast<unsigned char>(text[at - 1])) || text[at - 1] == ')';
}

/// "INSERT INTO t (a) FORMAT Native" -> the statement without its last clause, and "Native". Nothing when
/// the statement is no INSERT that takes its data from the body.
bool split_insert(std::string_view sql, std::string& statement, std::string& format) {
  sql = trim(sql);
  while (!sql.empty() && sql.back() == ';') sql = trim(sql.substr(0, sql.size() - 1));
  const std::string lowered = ascii_lower(sql);
  if (!lowered.starts_with("insert")) return false;
  const size_t at = lowered.rfind("format");
  if (at == std::string::npos || !is_word_at_end(lowered, at)) return false;
  const std::string_view name = trim(sql.substr(at + 6));
  const auto plain = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  if (name.empty() || !std::all_of(name.begin(), name.end(), plain)) return false;
  statement = trim(sql.substr(0, at));
  format = name;
  return true;
}

/// Reads the rest of a body so that the next request starts at its own first byte.
Status skip_body(Wire& wire, const Request& request) {
  return read_body(wire, request.head, request_body_bytes_max, false, [](std::string_view) { return Status{}; });
}

Status insert(Engine& engine, Wire& wire, const Request& request, const std::string& statement,
              const std::string& format) {
  Outcome outcome;
  const auto session = engine.open(request.settings, request.database, outcome.error);
  if (!session || !session->begin_insert(statement, format, request.params, outcome.error)) {
    if (auto skipped = skip_body(wire, request); !skipped) return skipped;
    return answer(wire, request, outcome);
  }
  bool taking = true;
  const Status read = read_body(wire, request.head, request_body_bytes_max, false, [&](std::string_view piece) {
    if (taking) taking = session->feed(piece);
    return Status{};
  });
  if (!read) {  // a body cut short is never committed
    session->cancel_insert();
    return read;
  }
  return answer(wire, request, session->finish_insert());
}

Status respond(Engine& engine, Wire& wire, Request& request) {
  if (request.path == "/ping" || request.path == "/replicas_status") {
    if (auto skipped = skip_body(wire, request); !skipped) return skipped;
    return answer(wire, request, 200, "Content-Type: text/plain\r\n", "Ok.\n");
  }
  const bool readable = request.method == "GET" || request.method == "HEAD";
  if (request.path != "/" || (!readable && request.method != "POST")) {
    if (auto skipped = skip_body(wire, request); !skipped) return skipped;
    return answer(wire, request, request.path == "/" ? 405 : 404, "", "There is nothing here.\n");
  }
  if (readable) request.settings.emplace_back("readonly", "2");  // as ClickHouse does: GET changes nothing
  std::string statement;
  std::string format;
  if (!request.query.empty() && split_insert(request.query, statement, format))
    return insert(engine, wire, request, statement, format);
  std::string sql = request.query;
  if (!sql.empty()) sql += '\n';
  const Status read = read_body(wire, request.head, statement_bytes_max, false, [&](std::string_view piece) {
    sql += piece;
    return Status{};
  });
  if (!read) return read;
  Outcome outcome;
  if (trim(sql).empty()) {
    outcome.error = "Code: 62. DB::Exception: Empty query. (SYNTAX_ERROR)";
  } else if (const auto session = engine.open(request.settings, request.database, outcome.error)) {
    outcome = session->run(sql, request.format, request.params);
  }
  return answer(wire, request, outcome);
}

}  // namespace

void serve_connection(Engine& engine, Wire wire, const std::atomic<bool>& stopping) {
  while (!stopping) {
    wire.set_deadline(std::chrono::steady_clock::now() + idle_time_max);
    auto request = read_request(wire);
    if (!request) {
      if (request.error().kind != ErrorKind::network)
        (void)answer(wire, Request{}, 400, "Connection: close\r\n", request.error().message + "\n");
      return;
    }
    if (request->head.first_line.empty()) return;
    wire.set_deadline(std::chrono::steady_clock::now() + body_time_max);
    if (!respond(engine, wire, *request) || !request->head.keeps_alive()) return;
  }
}

}  // namespace yagura::lake::host
