#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "api/accepted_language.hpp"
#include "api/console_files.hpp"
#include "api/openapi.hpp"
#include "api/problem.hpp"
#include "api/services.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using schema::ref;

/// The language that was asked for, else the first of ja and en that the browser names, else Japanese.
Lang lang_of(const Request& request) {
  if (const auto asked = parse_lang(request.param("lang").value_or(""))) return *asked;
  return accepted_language(request).value_or(Lang::ja);
}

Response index_page(const SystemServices& services, const Request& request) {
  const Lang lang = lang_of(request);
  const auto text = [&](std::string_view key) { return escape_html(services.texts.get(lang, key)); };
  const Lang other = lang == Lang::ja ? Lang::en : Lang::ja;
  std::string page = fmt::format(
      "<!doctype html><html lang=\"{0}\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\">"
      "<title>Yagura</title><style>body{{font:16px/1.7 system-ui,sans-serif;max-width:44rem;margin:3rem auto;padding:0 "
      "1rem;"
      "color:#1c2733;background:#fff}}code{{background:#eef2f6;padding:.1em .3em;border-radius:3px}}"
      "@media(prefers-color-scheme:dark){{body{{color:#dde6ee;background:#12181f}}code{{background:#24303c}}a{{color:#"
      "7db8f0}}}}</style>"
      "<h1>{1}</h1><p>{2}</p><ul><li>{3} <a href=\"/api/v1/openapi.json\"><code>/api/v1/openapi.json</code></a>"
      "<li>{4} <code>POST /api/v1/session</code><li>{5} <code>docs/</code></ul><p>{6}</p>"
      "<p><a href=\"/?lang={7}\">{8}</a></p></html>\n",
      to_text(lang), text("api.index.title"), text("api.index.what"), text("api.index.contract"),
      text("api.index.sign_in"), text("api.index.documentation"), text("api.index.console"), to_text(other),
      text("api.index.other_language"));
  Response out{200, "text/html; charset=utf-8", std::move(page), {}, nullptr};
  out.headers.emplace_back(
      "Content-Security-Policy",
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'");
  out.headers.emplace_back("Vary", "Accept-Language");
  return out;
}

json::value health_json(const SystemServices& services) {
  json::array parts;
  std::string worst = "ok";
  for (const PartHealth& part : services.health ? services.health() : std::vector<PartHealth>()) {
    if (part.status != "ok") worst = worst == "down" ? worst : part.status;
    parts.push_back(json::object{{"name", part.name}, {"status", part.status}, {"detail", part.detail}});
  }
  return json::object{{"status", worst},
                      {"version", services.version},
                      {"time", format_time(services.clock(), 3)},
                      {"parts", std::move(parts)}};
}

/// Prometheus text format 0.0.4. A counter's dots become underscores.
std::string metrics_text(const Counters& counters) {
  std::string out;
  for (const auto& [name, value] : counters.snapshot()) {
    std::string metric = "yagura_";
    for (const char c : name)
      metric += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
    out += fmt::format("# TYPE {0}_total counter\n{0}_total {1}\n", metric, value);
  }
  return out;
}

}  // namespace

RouteSet system_routes(const SystemServices& services) {
  RouteSet out;
  const auto status = schema::choice({"ok", "degraded", "down"});
  out.components["Health"] = schema::object(
      {{"status", status},
       {"version", schema::text()},
       {"time", schema::time()},
       {"parts",
        schema::list(schema::object({{"name", schema::text(1)}, {"status", status}, {"detail", schema::text()}}))}});
  out.routes = {
      {.method = Method::get,
       .pattern = "/api/v1/health/live",
       .operation = "getLiveness",
       .tag = "system",
       .summary = "Does the process answer; says nothing else",
       .permission = std::string(open_to_all),
       .answers = {{.schema = schema::object({{"status", schema::choice({"ok"})}}), .summary = "It does"}},
       .handler = [](const Request&) { return json_response(200, json::object{{"status", "ok"}}); }},
      {.method = Method::get,
       .pattern = "/api/v1/health",
       .operation = "getHealth",
       .tag = "system",
       .summary = "Every part and how it is",
       .permission = "system.manage",
       .answers = {{.schema = ref("Health"), .summary = "Health"}},
       .handler = [services](const Request&) { return json_response(200, health_json(services)); }},
      {.method = Method::get,
       .pattern = "/api/v1/metrics",
       .operation = "getMetrics",
       .tag = "system",
       .summary = "Counters for Prometheus",
       .permission = "system.manage",
       .answers = {{.type = "text/plain; version=0.0.4; charset=utf-8",
                    .schema = schema::text(),
                    .summary = "Counters"}},
       .handler =
           [services](const Request&) {
             return Response{
                 200, "text/plain; version=0.0.4; charset=utf-8", metrics_text(services.counters), {}, nullptr};
           }},
  };
  return out;
}

RouteSet index_route(const SystemServices& services) {
  RouteSet out;
  out.routes = {{.method = Method::get,
                 .pattern = "/",
                 .operation = "index",
                 .tag = "pages",
                 .summary = "Where things are",
                 .permission = std::string(open_to_all),
                 .query = {{"lang", schema::choice({"ja", "en"}), "language"}},
                 .answers = {{.type = "text/html; charset=utf-8"}},
                 .handler = [services](const Request& request) { return index_page(services, request); },
                 .unlisted = true}};
  return out;
}

RouteSet document_route(const RouteSet& all) {
  Route route{.method = Method::get,
              .pattern = "/api/v1/openapi.json",
              .operation = "getContract",
              .tag = "system",
              .summary = "This document",
              .permission = std::string(open_to_all),
              .answers = {{.schema = schema::any_object(), .summary = "OpenAPI 3.1"}}};
  Routes routes = all.routes;
  routes.push_back(route);
  const std::string text = json::serialize(make_openapi(routes, all.components));
  route.handler = [text](const Request&) { return Response{200, "application/json", text, {}, nullptr}; };
  return {{route}, {}};
}

}  // namespace yagura::api
