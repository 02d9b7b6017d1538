#include "api/response_head.hpp"

#include <fmt/format.h>

#include <ctime>
#include <iterator>
#include <utility>

namespace yagura::api {
namespace {

constexpr std::pair<const char*, const char*> always[] = {
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
};

constexpr std::pair<const char*, const char*> unless_given[] = {
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"},
};

std::string clean(std::string value) {
  for (char& c : value)
    if (c == '\r' || c == '\n' || c == '\0') c = ' ';
  return value;
}

bool gives(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return true;
  return false;
}

}  // namespace

std::string http_date(Timestamp time) {
  constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = static_cast<std::time_t>(time.ns / ns_per_second);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[parts.tm_wday], parts.tm_mday, months[parts.tm_mon],
                     parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string write_head(const Response& response, const HeadOptions& options) {
  fmt::memory_buffer out;
  const auto to = std::back_inserter(out);
  fmt::format_to(to, "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, reason_phrase(response.status),
                 http_date(options.now));
  if (!response.type.empty()) fmt::format_to(to, "Content-Type: {}\r\n", clean(response.type));
  if (options.chunked)
    fmt::format_to(to, "Transfer-Encoding: chunked\r\n");
  else if (response.status >= 200 && response.status != 204 && response.status != 304)
    fmt::format_to(to, "Content-Length: {}\r\n", options.body_size.value_or(response.body.size()));
  if (!options.keep_alive)
    fmt::format_to(to, "Connection: close\r\n");
  else if (options.version == 10)
    fmt::format_to(to, "Connection: keep-alive\r\n");
  for (const auto& [name, value] : always) fmt::format_to(to, "{}: {}\r\n", name, value);
  for (const auto& [name, value] : unless_given)
    if (!gives(response, name)) fmt::format_to(to, "{}: {}\r\n", name, value);
  if (options.secure) fmt::format_to(to, "Strict-Transport-Security: max-age=31536000\r\n");
  for (const auto& [name, value] : response.headers) fmt::format_to(to, "{}: {}\r\n", clean(name), clean(value));
  fmt::format_to(to, "\r\n");
  return fmt::to_string(out);
}

}  // namespace yagura::api
