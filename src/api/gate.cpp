#include "api/gate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <exception>

#include "api/body_codec.hpp"
#include "api/json_schema.hpp"
#include "api/openapi.hpp"
#include "api/problem.hpp"
#include "api/target.hpp"
#include "base/check.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

std::string join_methods(const std::vector<Method>& methods) {
  std::string out;
  for (const Method method : methods) {
    if (out.find(to_text(method)) != std::string::npos) continue;
    if (!out.empty()) out += ", ";
    out += to_text(method);
  }
  return out;
}

/// The value of a query parameter as its schema's type would have it; text that is no number stays text, so that
/// the schema names the fault.
json::value typed(std::string_view text, const json::value& schema) {
  const json::value* type = schema.is_object() ? schema.get_object().if_contains("type") : nullptr;
  const std::string_view name = type != nullptr && type->is_string() ? std::string_view(type->get_string()) : "";
  if (name == "integer") {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  if (name == "boolean" && (text == "true" || text == "false")) return text == "true";
  return json::value(text);
}

std::string media_type(std::string_view header) {
  return ascii_lower(trim(header.substr(0, header.find(';'))));
}

bool writes(Method method) {
  return method != Method::get && method != Method::head && method != Method::options;
}

/// Did another site's page make a browser send this? Origin (RFC 6454) and Sec-Fetch-Site tell; a program that is no
/// browser sends neither. Only the authority is compared: a proxy may have ended TLS.
bool from_another_site(const Request& request) {
  if (const auto origin = request.headers.get("Origin")) {
    const size_t scheme = origin->find("://");
    if (scheme == std::string_view::npos) return true;  // "null"
    return ascii_lower(origin->substr(scheme + 3)) != ascii_lower(request.headers.get("Host").value_or(""));
  }
  const auto site = request.headers.get("Sec-Fetch-Site");
  return site && *site != "same-origin" && *site != "none";
}

}  // namespace

Gate::Gate(Routes routes, std::map<std::string, json::value> components, Accounts& accounts, Counters& counters)
    : router_(std::move(routes)),
      document_(make_openapi(router_.routes(), components)),
      accounts_(accounts),
      counters_(counters) {}

BodyPlan Gate::plan(Method method, std::string_view path) const {
  const Match match = router_.find(method, path);
  if (match.route == nullptr || !match.route->body) return {unasked_body_bytes_max, false};
  return {match.route->body->bytes_max, match.route->body->stream};
}

void Gate::trust(std::string secret, Principal who) {
  check(secret.size() >= 32, "a trusted secret is too short");
  trusted_hash_ = sha256_hex(secret);
  trusted_ = std::move(who);
}

Response Gate::answer(Request& request) const {
  return guarded(request, false);
}

Response Gate::answer_as(Principal who, Request& request) const {
  request.principal = std::move(who);
  return guarded(request, true);
}

Response Gate::guarded(Request& request, bool known) const {
  Response response;
  try {
    response = pass(request, known);
  } catch (const std::exception& e) {
    counters_.at("api.handler_failures").fetch_add(1);
    response = problem(500, "internal", fmt::format("the request {} failed inside: {}", request.id, e.what()));
  }
  if (response.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"yagura\"");
  return response;
}

Response Gate::pass(Request& request, bool known) const {
  Match match = router_.find(request.method, request.path);
  if (match.allowed.empty()) return problem(404, "no_such_path", "there is nothing at this path");
  if (request.method == Method::options) {
    Response out = no_content();
    out.headers.emplace_back("Allow", join_methods(match.allowed));
    return out;
  }
  if (match.route == nullptr) {
    Response out = problem(405, "method", "this path does not know that method");
    out.headers.emplace_back("Allow", join_methods(match.allowed));
    return out;
  }
  const Route& route = *match.route;
  request.path_values = std::move(match.path_values);
  if (!known)
    if (auto refused = check_credentials(request, route)) return std::move(*refused);
  if (auto refused = check_permission(request.principal, route, counters_)) return std::move(*refused);
  if (auto refused = check_query(request, route)) return std::move(*refused);
  if (!route.body) {
    if (!request.body.empty()) return problem(413, "body", "this operation takes no body");
    return route.handler(request);
  }
  if (route.body->stream) {
    const auto coding = parse_coding(request.headers.get("Content-Encoding"));
    if (!coding) return problem(415, "coding", "send the body plain, in gzip or in zstd");
    if (request.stream == nullptr) return problem(400, "body", "the body is missing");
    const auto decoded = decode_body(*coding, *request.stream);
    request.stream = decoded.get();
    Response out = route.handler(request);
    request.stream = nullptr;
    return out;
  }
  if (auto refused = check_body(request, *route.body)) return std::move(*refused);
  return route.handler(request);
}

Principal Gate::identify(const Request& request) const {
  if (const auto header = request.headers.get("Authorization")) {
    // Who sends a token means the token: a bad one never falls back to a cookie.
    constexpr std::string_view scheme = "bearer ";
    if (header->size() <= scheme.size() || ascii_lower(header->substr(0, scheme.size())) != scheme) return {};
    const std::string_view secret = trim(header->substr(scheme.size()));
    if (!trusted_hash_.empty() && equal_in_constant_time(sha256_hex(secret), trusted_hash_)) return trusted_;
    return accounts_.find_token(secret);
  }
  if (const auto header = request.headers.get("Cookie"))
    if (const auto secret = find_cookie(*header, session_cookie); secret && !secret->empty())
      return accounts_.find_session(*secret);
  return {};
}

std::optional<Response> Gate::check_credentials(Request& request, const Route& route) const {
  if (request.headers.count("Authorization") > 1 || request.headers.count("Cookie") > 1)
    return problem(400, "credentials", "Authorization or Cookie is given twice");
  request.principal = identify(request);
  const Principal& who = request.principal;
  // Signing in is such a write too: nobody is to be signed in as somebody else without knowing.
  const bool by_browser = !who.session_id.empty() || !request.headers.get("Authorization");
  if (writes(request.method) && by_browser && from_another_site(request)) {
    counters_.at("api.requests_cross_site").fetch_add(1);
    return problem(403, "cross_site", "another site's page may not write here");
  }
  if (route.permission == open_to_all || !writes(request.method) || who.session_id.empty()) return std::nullopt;
  const auto sent = request.headers.get("X-CSRF-Token");
  if (sent && equal_in_constant_time(*sent, who.csrf)) return std::nullopt;
  return problem(403, "csrf", "a session's writes carry its token in the header X-CSRF-Token");
}

std::optional<Response> Gate::check_permission(const Principal& who, const Route& route, Counters& counters) {
  if (route.permission == open_to_all) return std::nullopt;
  if (who.nobody()) {
    counters.at("api.requests_unauthenticated").fetch_add(1);
    return problem(401, "sign_in", "sign in or send a valid token");
  }
  if (who.must_change_password && !route.pattern.starts_with("/api/v1/session"))
    return problem(403, "password_change", "change the password first");
  if (route.permission == signed_in || who.may(route.permission)) return std::nullopt;
  counters.at("api.requests_forbidden").fetch_add(1);
  return problem(403, "permission", fmt::format("needs the permission {}", route.permission));
}

std::optional<Response> Gate::check_query(const Request& request, const Route& route) const {
  if (route.any_query) return std::nullopt;
  std::vector<Fault> faults;
  std::vector<std::string_view> seen;
  for (const auto& [name, value] : request.query) {
    const auto known = std::ranges::find(route.query, name, &Parameter::name);
    if (known == route.query.end()) {
      faults.push_back({"query:" + name, "query.unknown", "this operation has no such parameter"});
      continue;
    }
    if (std::ranges::find(seen, name) != seen.end())
      faults.push_back({"query:" + name, "query.twice", "is given twice"});
    seen.push_back(name);
    for (Fault& fault : find_faults(typed(value, known->schema), known->schema, document_))
      faults.push_back({"query:" + name, fault.code, fault.message});
  }
  for (const Parameter& parameter : route.query)
    if (parameter.required && std::ranges::find(seen, parameter.name) == seen.end())
      faults.push_back({"query:" + parameter.name, "query.missing", "is missing"});
  if (faults.empty()) return std::nullopt;
  return problem(422, "query", "the query does not fit the operation", faults);
}

std::optional<Response> Gate::check_body(Request& request, const BodySpec& spec) const {
  if (request.body.empty())
    return spec.required ? std::optional(problem(400, "body", "the body is missing")) : std::nullopt;
  if (parse_coding(request.headers.get("Content-Encoding")) != Coding::identity)
    return problem(415, "coding", "this operation takes plain bodies only");
  const std::string type = media_type(request.headers.get("Content-Type").value_or(""));
  if (std::ranges::find(spec.types, type) == spec.types.end() &&
      std::ranges::find(spec.types, "*") == spec.types.end()) {
    Response out = problem(415, "media_type", "send the body as " + fmt::format("{}", fmt::join(spec.types, " or ")));
    out.headers.emplace_back("Accept", fmt::format("{}", fmt::join(spec.types, ", ")));
    return out;
  }
  if (type != "application/json") return std::nullopt;
  json::parse_options options;
  options.max_depth = json_depth_max;
  boost::system::error_code error;
  request.json = json::parse(request.body, error, {}, options);
  if (error) return problem(400, "json", "the body is not JSON: " + error.message());
  const auto faults = find_faults(request.json, spec.schema, document_);
  if (!faults.empty()) return problem(422, "body", "the body does not fit the operation", faults);
  return std::nullopt;
}

}  // namespace yagura::api
