#include "api/message.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/check.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 7> method_names{{{Method::get, "GET"},
                                                                           {Method::head, "HEAD"},
                                                                           {Method::options, "OPTIONS"},
                                                                           {Method::post, "POST"},
                                                                           {Method::put, "PUT"},
                                                                           {Method::patch, "PATCH"},
                                                                           {Method::del, "DELETE"}}};

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

}  // namespace

std::string_view to_text(Method method) {
  const auto* found = std::ranges::find(method_names, method, [](const auto& each) { return each.first; });
  return found == method_names.end() ? "OTHER" : found->second;
}

Method parse_method(std::string_view text) {
  const auto* found = std::ranges::find(method_names, text, [](const auto& each) { return each.second; });
  return found == method_names.end() ? Method::other : found->first;
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const auto& [key, value] : fields_)
    if (same_name(key, name)) return value;
  return std::nullopt;
}

size_t Headers::count(std::string_view name) const {
  return static_cast<size_t>(
      std::ranges::count_if(fields_, [&](const auto& each) { return same_name(each.first, name); }));
}

std::optional<std::string_view> Request::param(std::string_view name) const {
  for (const auto& [key, value] : query)
    if (key == name) return value;
  return std::nullopt;
}

const std::string& Request::path_value(std::string_view name) const {
  const auto found =
      std::ranges::find(path_values, name, [](const auto& each) { return std::string_view(each.first); });
  check(found != path_values.end(), "a handler asked for a path value that its pattern has not");
  return found->second;
}

Response json_response(int status, const boost::json::value& body) {
  return {status, "application/json", boost::json::serialize(body), {}, nullptr};
}

Response no_content() {
  return {204, "", "", {}, nullptr};
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 423:
      return "Locked";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    default:
      return "Unknown";
  }
}

}  // namespace yagura::api
