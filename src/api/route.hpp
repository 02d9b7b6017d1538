// A route: one row that says everything about one operation of the API. The router, the gate (who may, is the
// request well-formed) and the OpenAPI document all read the same row, so they can't disagree.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/message.hpp"
#include "api/schema.hpp"

namespace yagura::api {

constexpr size_t json_body_bytes_max = 256 * 1024;
constexpr int json_depth_max = 32;

/// desks::Permissions that no role names: an open route asks for nobody, a signed-in one for anybody with an account.
constexpr std::string_view open_to_all = "-";
constexpr std::string_view signed_in = "+";

struct Parameter {
  std::string name;
  schema::Value schema = schema::text();  // of the value; integers and booleans are read from their text
  std::string summary;
  bool required = false;
};

struct BodySpec {
  std::vector<std::string> types{"application/json"};  // media types that are taken; "*" takes any
  schema::Value schema = schema::anything();           // of JSON bodies
  size_t bytes_max = json_body_bytes_max;              // as sent; decoded bodies have their own limit
  bool stream = false;                                 // the handler reads Request::stream, nothing is parsed
  bool required = true;
};

struct Answer {
  int status = 200;
  std::string type = "application/json";  // empty: no body
  schema::Value schema = schema::anything();
  std::string summary = "Done";
};

using Handler = std::function<Response(const Request&)>;

struct Route {
  Method method = Method::get;
  std::string pattern;          // "/api/v1/alerts/{id}"; a last segment "{name*}" takes the rest of the path
  std::string operation;        // unique, camelCase: OpenAPI's operationId
  std::string tag;              // what the document groups by
  std::string summary;          // one line in English
  std::string permission = "";  // a permission's name, open_to_all or signed_in; empty is our bug
  std::vector<Parameter> query = {};
  std::optional<BodySpec> body = std::nullopt;
  std::vector<Answer> answers = {};
  Handler handler = nullptr;
  bool unlisted = false;   // not part of the API's contract: pages, the document itself
  bool any_query = false;  // a page's own state stands in its address: the query is not looked at
};

using Routes = std::vector<Route>;

}  // namespace yagura::api
