#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace yagura::api {

constexpr size_t target_bytes_max = 8 * 1024;
constexpr size_t query_values_max = 64;

struct Target {
  std::string path;  // percent-decoded, starts with '/'
  std::vector<std::pair<std::string, std::string>> query;
};

/// Parses a request target in origin form (RFC 9112 section 3.2.1): "/path?name=value&...". Percent-escapes are
/// decoded once, '+' in the query is a space. Refused (nothing): no leading '/', an escape that is none, a
/// decoded NUL or control character, ill-formed UTF-8, a "." or ".." or empty inner segment, an encoded '/'
/// in the path, more than query_values_max values, longer than target_bytes_max.
std::optional<Target> parse_target(std::string_view target);

/// `text` with everything but RFC 3986's unreserved characters escaped, for one path segment or query value.
std::string percent_encode(std::string_view text);

/// The value of the cookie of that name in a Cookie header (RFC 6265 section 5.4), else nothing. A name given
/// twice gives nothing: two answers to "who are you" are none.
std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name);

}  // namespace yagura::api
