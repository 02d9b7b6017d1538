// HTTP/1.1 over a POSIX socket, as much of it as both ends of the lake need (RFC 9112): the client here and
// the host of the embedded engine. No TLS, no pipelining, no trailers.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::lake {

constexpr size_t http_line_bytes_max = 1 << 20;  // a request line carries a statement and its parameters
constexpr size_t http_headers_max = 128;
constexpr size_t http_read_bytes = 64 * 1024;

/// A connected socket with a read buffer. Every call ends by the deadline that was set last. Owns the
/// descriptor; moved, not copied; one thread at a time.
class Wire {
 public:
  explicit Wire(int fd) : fd_(fd) {}
  Wire(Wire&& other) noexcept;
  Wire& operator=(Wire&& other) noexcept;
  Wire(const Wire&) = delete;
  ~Wire();

  static Result<Wire> connect_unix(const std::string& path, std::chrono::milliseconds time_max);
  static Result<Wire> connect_tcp(const std::string& host, const std::string& port, std::chrono::milliseconds time_max);

  void set_deadline(std::chrono::steady_clock::time_point deadline) { deadline_ = deadline; }

  Status write_all(std::string_view bytes);
  /// Up to and without "\r\n" (a bare "\n" ends a line too).
  Result<std::string> read_line(size_t bytes_max);
  /// Some bytes, at least one, at most `bytes_max`; empty when the peer closed. Valid until the next read.
  Result<std::string_view> read_some(size_t bytes_max);

  /// True when the peer closed or something unasked-for waits: an idle connection that must not be reused.
  bool stale() const;
  int fd() const { return fd_; }

 private:
  Status wait(short events);
  Status fill();

  int fd_;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
  std::string buffer_;
  size_t at_ = 0;
};

/// The first line and the headers, names in lower case. A header given twice keeps its last value.
struct HttpHead {
  std::string first_line;
  std::map<std::string, std::string, std::less<>> headers;

  std::string_view header(std::string_view name) const;
  bool keeps_alive() const;
};

/// Nothing (an empty first line) when the peer closed before the first byte.
Result<HttpHead> read_head(Wire& wire);

using BodySink = std::function<Status(std::string_view)>;

/// Hands the body to `sink` piece by piece, whether chunked or by Content-Length; no body when neither is
/// given, unless `until_close` (answers of HTTP/1.0 peers). Fails with limit past `bytes_max`.
Status read_body(Wire& wire, const HttpHead& head, size_t bytes_max, bool until_close, const BodySink& sink);

std::string percent_encode(std::string_view text);
/// "%41+b" -> "A b"; broken escapes stay as they are.
std::string percent_decode(std::string_view text);

}  // namespace yagura::lake
