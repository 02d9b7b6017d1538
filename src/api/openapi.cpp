#include "api/openapi.hpp"

#include <boost/json.hpp>

#include "api/problem.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

constexpr std::string_view api_version = "0.1.0";

/// OpenAPI knows no "{rest*}": the star is ours.
std::string public_pattern(std::string pattern) {
  if (const size_t star = pattern.find("*}"); star != std::string::npos) pattern.erase(star, 1);
  return pattern;
}

json::object content_of(std::string_view type, const json::value& schema) {
  return {{type, {{"schema", schema}}}};
}

json::array parameters_of(const Route& route) {
  json::array out;
  for (std::string_view segment : split(route.pattern, '/')) {
    if (!segment.starts_with('{')) continue;
    segment = segment.substr(1, segment.size() - (segment.ends_with("*}") ? 3 : 2));
    out.push_back({{"name", segment}, {"in", "path"}, {"required", true}, {"schema", schema::text(1)}});
  }
  for (const Parameter& parameter : route.query)
    out.push_back({{"name", parameter.name},
                   {"in", "query"},
                   {"required", parameter.required},
                   {"description", parameter.summary},
                   {"schema", parameter.schema}});
  if (route.method != Method::get && route.permission != open_to_all)
    out.push_back({{"name", "X-CSRF-Token"},
                   {"in", "header"},
                   {"required", false},
                   {"description", "The session's token; needed with a cookie, not with a bearer token."},
                   {"schema", schema::text()}});
  return out;
}

json::object body_of(const BodySpec& body) {
  json::object content;
  for (const std::string& type : body.types) {
    const bool is_json = type == "application/json";
    content[type == "*" ? "*/*" : type] = {{"schema", is_json ? body.schema : schema::Value(json::object{})}};
  }
  return {{"required", body.required}, {"content", std::move(content)}};
}

json::object answers_of(const Route& route) {
  json::object out;
  for (const Answer& answer : route.answers) {
    json::object entry{{"description", answer.summary}};
    const std::string status = std::to_string(answer.status);
    if (json::value* there = out.if_contains(status)) {  // the same status in another media type
      (*there).as_object()["content"].as_object()[answer.type] = {{"schema", answer.schema}};
      continue;
    }
    if (!answer.type.empty()) entry["content"] = content_of(answer.type, answer.schema);
    out[status] = std::move(entry);
  }
  out["default"] = {{"description", "A problem (RFC 9457)"},
                    {"content", content_of("application/problem+json", schema::ref("Problem"))}};
  return out;
}

json::object operation_of(const Route& route) {
  json::object out{{"operationId", route.operation}, {"summary", route.summary}, {"tags", json::array{route.tag}}};
  json::array parameters = parameters_of(route);
  if (!parameters.empty()) out["parameters"] = std::move(parameters);
  if (route.body) out["requestBody"] = body_of(*route.body);
  out["responses"] = answers_of(route);
  if (route.permission == open_to_all) {
    out["security"] = json::array{};
  } else {
    out["security"] = json::array{json::object{{"bearer", json::array{}}}, json::object{{"session", json::array{}}}};
    out["x-permission"] = route.permission == signed_in ? "any signed-in account" : std::string_view(route.permission);
  }
  return out;
}

}  // namespace

json::value make_openapi(const Routes& routes, const std::map<std::string, json::value>& components) {
  json::object paths;
  for (const Route& route : routes) {
    if (route.unlisted) continue;
    const std::string pattern = public_pattern(route.pattern);
    if (!paths.contains(pattern)) paths[pattern] = json::object{};
    paths[pattern].as_object()[ascii_lower(to_text(route.method))] = operation_of(route);
  }
  json::object schemas{{"Problem", problem_schema()}};
  for (const auto& [name, schema] : components) schemas[name] = schema;
  return json::object{{"openapi", "3.1.0"},
                      {"jsonSchemaDialect", "https://json-schema.org/draft/2020-12/schema"},
                      {"info",
                       {{"title", "Yagura"},
                        {"version", api_version},
                        {"summary", "Security operations: events, alerts, incidents, records"},
                        {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
                      {"paths", std::move(paths)},
                      {"components",
                       {{"schemas", std::move(schemas)},
                        {"securitySchemes",
                         {{"bearer", {{"type", "http"}, {"scheme", "bearer"}}},
                          {"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "yagura_session"}}}}}}}};
}

}  // namespace yagura::api
