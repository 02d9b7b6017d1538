#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "api/message.hpp"
#include "base/time.hpp"

namespace yagura::api {

struct HeadOptions {
  int version = 11;
  bool keep_alive = true;
  bool secure = false;
  bool chunked = false;               // the length is not known
  std::optional<uint64_t> body_size;  // overrides the body's own size
  Timestamp now;
};

/// Status line and header of `response`, ending in the empty line. Adds the headers that every answer carries
/// against content sniffing, framing, caching and leaking referrers. A CR, LF or NUL in a value becomes a space:
/// no handler can be talked into splitting the answer.
std::string write_head(const Response& response, const HeadOptions& options);

/// "Tue, 15 Nov 1994 08:12:31 GMT" (RFC 9110 section 5.6.7).
std::string http_date(Timestamp time);

}  // namespace yagura::api
