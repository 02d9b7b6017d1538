#include "lake/wire.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <utility>

#include "base/os_error.hpp"
#include "base/text.hpp"

namespace yagura::lake {
namespace {

std::unexpected<Error> socket_failure(std::string_view doing) {
  return failure(ErrorKind::network, std::string(doing) + ": " + os_error_text(errno));
}

/// Waits for a connect that is under way on a non-blocking socket.
Status finish_connect(int fd, std::chrono::milliseconds time_max, const std::string& name) {
  pollfd waited{fd, POLLOUT, 0};
  if (poll(&waited, 1, static_cast<int>(time_max.count())) <= 0)
    return failure(ErrorKind::network, "connecting to " + name + " timed out");
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return failure(ErrorKind::network, "can't connect to " + name + ": " + os_error_text(error));
  return {};
}

}  // namespace

Wire::Wire(Wire&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      deadline_(other.deadline_),
      buffer_(std::move(other.buffer_)),
      at_(other.at_) {}

Wire& Wire::operator=(Wire&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(deadline_, other.deadline_);
  std::swap(buffer_, other.buffer_);
  std::swap(at_, other.at_);
  return *this;
}

Wire::~Wire() {
  if (fd_ >= 0) close(fd_);
}

Result<Wire> Wire::connect_unix(const std::string& path, std::chrono::milliseconds time_max) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return failure(ErrorKind::invalid, "the socket's path is longer than 107 bytes: " + path);
  std::memcpy(address.sun_path, path.data(), path.size());
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return socket_failure("can't make a socket");
  Wire wire(fd);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno != EINPROGRESS && errno != EAGAIN) return socket_failure("can't connect to " + path);
    if (auto done = finish_connect(fd, time_max, path); !done) return std::unexpected(done.error());
  }
  return wire;
}

Result<Wire> Wire::connect_tcp(const std::string& host, const std::string& port, std::chrono::milliseconds time_max) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = getaddrinfo(host.c_str(), port.c_str(), &hints, &found); code != 0)
    return failure(ErrorKind::network, "can't resolve " + host + ": " + gai_strerror(code));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  Error last{ErrorKind::network, "no address for " + host};
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    const int fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, at->ai_protocol);
    if (fd < 0) continue;
    Wire wire(fd);
    const int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, at->ai_addr, at->ai_addrlen) == 0) return wire;
    if (errno != EINPROGRESS) {
      last.message = "can't connect to " + host + ": " + os_error_text(errno);
      continue;
    }
    if (auto done = finish_connect(fd, time_max, host); done)
      return wire;
    else
      last = done.error();
  }
  return std::unexpected(last);
}

Status Wire::wait(short events) {
  using namespace std::chrono;
  for (;;) {
    int left = -1;
    if (deadline_ != steady_clock::time_point::max()) {
      const auto ms = duration_cast<milliseconds>(deadline_ - steady_clock::now()).count();
      if (ms <= 0) return failure(ErrorKind::network, "the lake's peer did not answer in time");
      left = static_cast<int>(std::min<int64_t>(ms, 1 << 30));
    }
    pollfd waited{fd_, events, 0};
    const int ready = poll(&waited, 1, left);
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return socket_failure("waiting on the lake's socket");
  }
}

Status Wire::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      bytes.remove_prefix(static_cast<size_t>(sent));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (auto ready = wait(POLLOUT); !ready) return ready;
    } else if (errno != EINTR) {
      return socket_failure("writing to the lake's socket");
    }
  }
  return {};
}

Status Wire::fill() {
  buffer_.erase(0, at_);
  at_ = 0;
  const size_t had = buffer_.size();
  buffer_.resize(had + http_read_bytes);
  for (;;) {
    const ssize_t got = recv(fd_, buffer_.data() + had, http_read_bytes, MSG_DONTWAIT);
    if (got >= 0) {
      buffer_.resize(had + static_cast<size_t>(got));
      return {};
    }
    Status ready;
    if (errno == EAGAIN || errno == EWOULDBLOCK)
      ready = wait(POLLIN);
    else if (errno != EINTR)
      ready = socket_failure("reading from the lake's socket");
    if (!ready) {
      buffer_.resize(had);
      return ready;
    }
  }
}

Result<std::string> Wire::read_line(size_t bytes_max) {
  size_t searched = 0;
  for (;;) {
    const size_t end = buffer_.find('\n', at_ + searched);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(at_, end - at_);
      at_ = end + 1;
      if (!line.empty() && line.back() == '\r') line.pop_back();
      return line;
    }
    searched = buffer_.size() - at_;
    if (searched > bytes_max) return failure(ErrorKind::limit, "an HTTP line is longer than its limit");
    if (auto filled = fill(); !filled) return std::unexpected(filled.error());
    if (buffer_.size() - at_ == searched) {
      if (searched == 0) return std::string();
      return failure(ErrorKind::network, "the lake's peer closed in the middle of a line");
    }
  }
}

Result<std::string_view> Wire::read_some(size_t bytes_max) {
  if (at_ == buffer_.size())
    if (auto filled = fill(); !filled) return std::unexpected(filled.error());
  const size_t size = std::min(bytes_max, buffer_.size() - at_);
  const std::string_view out(buffer_.data() + at_, size);
  at_ += size;
  return out;
}

bool Wire::stale() const {
  pollfd waited{fd_, POLLIN, 0};
  return at_ != buffer_.size() || poll(&waited, 1, 0) != 0;
}

std::string_view HttpHead::header(std::string_view name) const {
  const auto it = headers.find(name);
  return it == headers.end() ? std::string_view() : std::string_view(it->second);
}

bool HttpHead::keeps_alive() const {
  const std::string connection = ascii_lower(header("connection"));
  if (first_line.find("HTTP/1.0") != std::string::npos) return connection == "keep-alive";
  return connection != "close";
}

Result<HttpHead> read_head(Wire& wire) {
  HttpHead head;
  auto first = wire.read_line(http_line_bytes_max);
  if (!first) return std::unexpected(first.error());
  head.first_line = std::move(*first);
  if (head.first_line.empty()) return head;
  for (size_t count = 0;; ++count) {
    auto line = wire.read_line(http_line_bytes_max);
    if (!line) return std::unexpected(line.error());
    if (line->empty()) return head;
    if (count >= http_headers_max) return failure(ErrorKind::limit, "more than 128 HTTP headers");
    const size_t colon = line->find(':');
    if (colon == std::string::npos) return failure(ErrorKind::invalid, "an HTTP header without a colon");
    head.headers[ascii_lower(trim(std::string_view(*line).substr(0, colon)))] =
        trim(std::string_view(*line).substr(colon + 1));
  }
}

namespace {

Status pass_exactly(Wire& wire, size_t size, const BodySink& sink) {
  while (size > 0) {
    auto piece = wire.read_some(size);
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) return failure(ErrorKind::network, "the lake's peer closed in the middle of a body");
    size -= piece->size();
    if (auto taken = sink(*piece); !taken) return taken;
  }
  return {};
}

Result<size_t> parse_size(std::string_view text, int base) {
  size_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size, base);
  if (error != std::errc() || end == text.data()) return failure(ErrorKind::invalid, "an HTTP body without a size");
  return size;
}

Status pass_chunks(Wire& wire, size_t bytes_max, const BodySink& sink) {
  for (size_t total = 0;;) {
    auto line = wire.read_line(256);
    if (!line) return std::unexpected(line.error());
    const auto size = parse_size(*line, 16);
    if (!size) return std::unexpected(size.error());
    if (*size > bytes_max - total) return failure(ErrorKind::limit, "an HTTP body past its limit");
    total += *size;
    if (auto passed = pass_exactly(wire, *size, sink); !passed) return passed;
    auto end = wire.read_line(256);
    if (!end) return std::unexpected(end.error());
    if (*size == 0) return {};
  }
}

}  // namespace

Status read_body(Wire& wire, const HttpHead& head, size_t bytes_max, bool until_close, const BodySink& sink) {
  if (ascii_lower(head.header("transfer-encoding")) == "chunked") return pass_chunks(wire, bytes_max, sink);
  if (const auto length = head.header("content-length"); !length.empty()) {
    const auto size = parse_size(length, 10);
    if (!size) return std::unexpected(size.error());
    if (*size > bytes_max) return failure(ErrorKind::limit, "an HTTP body past its limit");
    return pass_exactly(wire, *size, sink);
  }
  for (size_t total = 0; until_close;) {
    auto piece = wire.read_some(http_read_bytes);
    if (!piece) return std::unexpected(piece.error());
    if (piece->empty()) break;
    total += piece->size();
    if (total > bytes_max) return failure(ErrorKind::limit, "an HTTP body past its limit");
    if (auto taken = sink(*piece); !taken) return taken;
  }
  return {};
}

std::string percent_encode(std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size() + text.size() / 2);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
                       c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

std::string percent_decode(std::string_view text) {
  const auto digit = [](char c) {
    if (c >= '0' && c <= '9') return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      out += static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace yagura::lake
