#include <boost/json.hpp>

#include "api/act_row.hpp"
#include "api/desk_routes.hpp"
#include "api/problem.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
namespace response = desks::response;
using response::ResponseDesk;

constexpr std::string_view markdown_type = "text/markdown; charset=utf-8";
constexpr std::string_view html_type = "text/html; charset=utf-8";

response::Rendering rendering_of(std::string_view edition, std::string_view lang, std::string_view zone) {
  response::Rendering out;
  out.edition = edition == "external" ? response::Edition::external : response::Edition::internal;
  out.lang = parse_lang(lang).value_or(Lang::ja);
  if (!zone.empty()) out.zone = zone;
  return out;
}

Parameter format_parameter() {
  return {"format", schema::choice({"md", "html"}), "default md"};
}

std::vector<Answer> document_answers() {
  return {{.type = std::string(markdown_type), .schema = schema::text(), .summary = "The document"},
          {.type = std::string(html_type), .schema = schema::text(), .summary = "The document"}};
}

/// An HTML document of ours has its style inside and nothing else; it may be shown but never run anything.
Response document(const Request& request, const ledger::Outcome<response::RenderedReport>& report) {
  if (!report) return problem(report.error());
  const bool html = request.param("format") == "html";
  Response out{200, std::string(html ? html_type : markdown_type), html ? report->html : report->markdown, {}, nullptr};
  if (html)
    out.headers.emplace_back("Content-Security-Policy",
                             "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; "
                             "base-uri 'none'; form-action 'none'; sandbox");
  return out;
}

Route preview_row(ResponseDesk& desk) {
  Route out;
  out.pattern = "/api/v1/incidents/{id}/report";
  out.operation = "previewIncidentReport";
  out.tag = "reports";
  out.summary = "A report as it would be issued now, marked as a draft";
  out.permission = "incident_report.read";
  out.query = {{"edition", schema::choice({"internal", "external"}), "default internal"},
               {"lang", schema::choice({"ja", "en"}), "default ja"},
               {"zone", schema::text(1, 64), "IANA zone of its times; default Asia/Tokyo"},
               format_parameter()};
  out.answers = document_answers();
  out.handler = [&desk](const Request& request) {
    return document(request,
                    desk.preview(actor_of(request.principal), {request.path_value("id")},
                                 rendering_of(request.param("edition").value_or(""), request.param("lang").value_or(""),
                                              request.param("zone").value_or(""))));
  };
  return out;
}

Route read_row(ResponseDesk& desk) {
  Route out;
  out.pattern = "/api/v1/reports/{id}/document";
  out.operation = "readIssuedReport";
  out.tag = "reports";
  out.summary = "An issued report, byte for byte";
  out.permission = "incident_report.read";
  out.query = {format_parameter()};
  out.answers = document_answers();
  out.handler = [&desk](const Request& request) {
    return document(request, desk.read_report(actor_of(request.principal), {request.path_value("id")}));
  };
  return out;
}

Act issue_act(ResponseDesk& desk) {
  return {"{id}/reports",
          "issueIncidentReport",
          "Freeze and issue a report; a refusal names every field that its edition lacks",
          "incident_report.issue",
          {{"edition", schema::choice({"internal", "external"})},
           {"lang", schema::choice({"ja", "en"})},
           {"recipients", schema::list(schema::text(1, 300), 200)},
           schema::optional("zone", schema::text(1, 64))},
          [&desk](const ledger::Actor& actor, const desks::Target& incident, const json::object& body) {
            return desk.issue_report(
                actor, incident, rendering_of(text_in(body, "edition"), text_in(body, "lang"), text_in(body, "zone")),
                texts_in(body, "recipients"));
          },
          Method::post,
          201};
}

}  // namespace

RouteSet report_routes(ledger::Ledger& ledger, ResponseDesk& desk) {
  RouteSet out;
  add_register(out.routes, ledger, "reports", "incident_report", "Report", "reports",
               {"incident", "edition", "language"});
  out.routes.push_back(read_row(desk));
  out.routes.push_back(preview_row(desk));
  out.routes.push_back(act_row(ledger, "incidents", "incident_report", "reports", issue_act(desk)));
  return out;
}

}  // namespace yagura::api
