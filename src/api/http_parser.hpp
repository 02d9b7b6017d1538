#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/message.hpp"

namespace yagura::api {

constexpr size_t header_bytes_max = 16 * 1024;
constexpr size_t header_fields_max = 100;

/// Reads one HTTP/1.x request out of bytes as they come. Strict where laxness lets requests be smuggled: one
/// framing only, Host exactly once in 1.1, no transfer coding but chunked.
class HttpParser {
 public:
  enum class State {
    header,  // wants more of the header
    body,    // the header is there; body bytes may come
    done,    // the whole request was read
    failed,  // status() and reason() say why; the connection can't go on
  };

  HttpParser();
  ~HttpParser();

  /// Takes bytes from the front of `bytes` and says how many; stops after the header once, so that its owner may
  /// decide, and after the request's last byte. What it leaves has to be offered again with more behind it.
  size_t feed(std::string_view bytes);
  State state() const;

  // After the header:
  std::string_view method() const;
  std::string_view target() const;
  int version() const;  // 10 or 11
  const Headers& headers() const;
  Headers take_headers();
  std::optional<uint64_t> content_length() const;
  bool has_body() const;  // a length above zero, or chunks
  bool keep_alive() const;
  bool expects_continue() const;

  /// The body bytes decoded since the last call.
  std::string take_body();

  int status() const;  // the answer's status when failed
  std::string_view reason() const;

 private:
  class Reading;
  std::unique_ptr<Reading> reading_;
};

}  // namespace yagura::api
