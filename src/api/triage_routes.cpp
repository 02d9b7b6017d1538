#include <boost/json.hpp>

#include "api/act_row.hpp"
#include "api/desk_routes.hpp"
#include "api/ledger_routes.hpp"
#include "api/problem.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::Target;
using desks::triage::AnalysisReport;
using desks::triage::TriageDesk;
using ledger::Actor;

constexpr size_t reason_length_max = 20'000;

schema::Value prose(size_t length_min = 1) {
  return schema::text(length_min, reason_length_max);
}

AnalysisReport report_in(const json::object& body) {
  AnalysisReport report;
  report.title = text_in(body, "title");
  for (const std::string& id : texts_in(body, "alerts")) report.alerts.push_back({id});
  report.victim = text_in(body, "victim");
  report.method = text_in(body, "method");
  report.path = text_in(body, "path");
  report.leak = text_in(body, "leak");
  report.impact = text_in(body, "impact");
  report.immediate_measure = text_in(body, "immediate_measure");
  report.leak_detail = text_in(body, "leak_detail");
  return report;
}

std::vector<schema::Property> report_members(bool all_optional) {
  std::vector<schema::Property> out{{"title", schema::text(1, 500), !all_optional},
                                    {"alerts", schema::list(schema::text(1, 64), 200), !all_optional}};
  for (const std::string_view name : desks::triage::agreed_fields)
    out.push_back(
        {std::string(name),
         schema::described(schema::text(0, reason_length_max), "\"unknown\" or 不明 is an answer; empty is none"),
         false});
  out.push_back(schema::optional("leak_detail", prose(0)));
  return out;
}

std::vector<Act> alert_acts(TriageDesk& triage) {
  const auto verdict = schema::choice({"true_positive", "false_positive", "benign"});
  const schema::Property reason{"reason", prose()};
  return {
      {"{id}/acknowledge",
       "acknowledgeAlert",
       "Take an alert",
       "alert.acknowledge",
       {},
       [&triage](const Actor& actor, const Target& alert, const json::object&) {
         return triage.acknowledge(actor, alert);
       }},
      {"{id}/assign",
       "assignAlert",
       "Give an alert to somebody",
       "alert.assign",
       {{"user", schema::text(1, 64)}},
       [&triage](const Actor& actor, const Target& alert, const json::object& body) {
         return triage.assign(actor, alert, text_in(body, "user"));
       }},
      {"{id}/judge",
       "judgeAlert",
       "Say what an alert really is",
       "alert.judge",
       {{"verdict", verdict}, reason},
       [&triage](const Actor& actor, const Target& alert, const json::object& body) {
         return triage.judge(actor, alert, text_in(body, "verdict"), text_in(body, "reason"));
       }},
      {"{id}/separate",
       "separateAlert",
       "Take a wrongly merged finding out into an alert of its own, which is the answer",
       "alert.separate",
       {{"finding", schema::text(1, 128)}, reason},
       [&triage](const Actor& actor, const Target& alert, const json::object& body) {
         return triage.separate(actor, alert, text_in(body, "finding"), text_in(body, "reason"));
       },
       Method::post,
       201},
      {"{id}/escalate",
       "escalateAlert",
       "Hand an alert to incident response; `into` names an open incident",
       "alert.escalate",
       {reason, schema::optional("into", schema::text(1, 64))},
       [&triage](const Actor& actor, const Target& alert, const json::object& body) {
         const std::string into = text_in(body, "into");
         return triage.escalate(actor, alert, text_in(body, "reason"),
                                into.empty() ? std::nullopt : std::optional(ledger::RecordId{into}));
       }},
      {"{id}/dismiss",
       "dismissAlert",
       "Close an alert that needs no response",
       "alert.dismiss",
       {{"verdict", verdict}, reason},
       [&triage](const Actor& actor, const Target& alert, const json::object& body) {
         return triage.dismiss(actor, alert, text_in(body, "verdict"), text_in(body, "reason"));
       }},
      {"{id}/reopen",
       "reopenAlert",
       "Open a dismissed or closed alert again",
       "alert.reopen",
       {reason},
       [&triage](const Actor& actor, const Target& alert, const json::object& body) {
         return triage.reopen(actor, alert, text_in(body, "reason"));
       }},
  };
}

std::vector<Act> report_acts(TriageDesk& triage) {
  return {
      {"", "writeAnalysisReport", "Write an analysis report in the agreed fields", "analysis_report.write",
       report_members(false),
       [&triage](const Actor& actor, const Target&, const json::object& body) {
         return triage.write_report(actor, report_in(body));
       },
       Method::post, 201},
      {"{id}", "amendAnalysisReport", "Fill in what was unknown, or correct it", "analysis_report.write",
       report_members(true),
       [&triage](const Actor& actor, const Target& report, const json::object& body) {
         return triage.amend_report(actor, report, report_in(body));
       },
       Method::patch},
      {"{id}/issue",
       "issueAnalysisReport",
       "Issue an analysis report",
       "analysis_report.issue",
       {},
       [&triage](const Actor& actor, const Target& report, const json::object&) {
         return triage.issue_report(actor, report);
       }},
  };
}

/// A comment changes no record: its answer is the fact.
Route comment_row(TriageDesk& triage) {
  Route out;
  out.method = Method::post;
  out.pattern = "/api/v1/alerts/{id}/comment";
  out.operation = "commentAlert";
  out.tag = "alerts";
  out.summary = "Comment on an alert";
  out.permission = "alert.comment";
  out.body = BodySpec{.schema = schema::object({{"text", prose()}})};
  out.answers = {{.status = 201, .schema = schema::ref("Fact"), .summary = "The comment"}};
  out.handler = [&triage](const Request& request) {
    auto fact = triage.comment(actor_of(request.principal), {request.path_value("id")},
                               text_in(request.json.get_object(), "text"));
    return fact ? json_response(201, fact_json(*fact, true)) : problem(fact.error());
  };
  return out;
}

}  // namespace

RouteSet triage_routes(ledger::Ledger& ledger, TriageDesk& triage) {
  RouteSet out;
  add_register(out.routes, ledger, "alerts", "alert", "Alert", "alerts",
               {"host", "user", "rule", "level", "class", "decision", "attack_type", "assignee", "incident"});
  for (Act& act : alert_acts(triage))
    out.routes.push_back(act_row(ledger, "alerts", "alert", "alerts", std::move(act)));
  out.routes.push_back(comment_row(triage));
  add_register(out.routes, ledger, "analysis-reports", "analysis_report", "AnalysisReport", "alerts", {});
  for (Act& act : report_acts(triage))
    out.routes.push_back(act_row(ledger, "analysis-reports", "analysis_report", "alerts", std::move(act)));
  return out;
}

}  // namespace yagura::api
