#include <boost/json.hpp>

#include "api/act_row.hpp"
#include "api/desk_routes.hpp"
#include "api/problem.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
namespace response = desks::response;
using desks::Target;
using ledger::Actor;
using ledger::RecordId;
using response::ResponseDesk;
using schema::optional;

constexpr size_t prose_length_max = 100'000;
constexpr size_t attachment_bytes_max = 64 << 20;

schema::Value prose() {
  return schema::text(0, prose_length_max);
}

const schema::Property reason{"reason", schema::text(1, prose_length_max)};

std::vector<schema::Property> optional_texts(std::initializer_list<std::string_view> names) {
  std::vector<schema::Property> out;
  for (const std::string_view name : names) out.push_back(optional(std::string(name), prose()));
  return out;
}

response::Intake intake_in(const json::object& body) {
  return {text_in(body, "title"),       text_in(body, "summary"),     text_in(body, "origin"),
          text_in(body, "channel"),     text_in(body, "reporter"),    text_in(body, "reporter_contact"),
          text_in(body, "occurred_at"), text_in(body, "detected_at"), texts_in(body, "hosts"),
          texts_in(body, "users")};
}

response::Analysis analysis_in(const json::object& body) {
  response::Analysis found;
  found.title = text_in(body, "title");
  found.summary = text_in(body, "summary");
  found.picture = text_in(body, "picture");
  found.cause = text_in(body, "cause");
  found.leak = text_in(body, "leak");
  found.direct_impact = text_in(body, "direct_impact");
  if (const json::value* cost = body.if_contains("direct_cost")) {
    if (cost->is_number()) found.direct_cost = cost->to_number<int64_t>();
    found.direct_cost_unknown = cost->is_string();
  }
  found.cost_currency = text_in(body, "cost_currency");
  found.indirect_impact = text_in(body, "indirect_impact");
  found.occurred_at = text_in(body, "occurred_at");
  found.detected_at = text_in(body, "detected_at");
  found.contained_at = text_in(body, "contained_at");
  found.recovered_at = text_in(body, "recovered_at");
  return found;
}

response::PublicStatement statement_in(const json::object& body) {
  response::PublicStatement out;
  out.title = text_in(body, "title");
  out.overview = text_in(body, "overview");
  out.impact = text_in(body, "impact");
  out.cause = text_in(body, "cause");
  out.actions = text_in(body, "actions");
  out.prevention = text_in(body, "prevention");
  out.contact = text_in(body, "contact");
  return out;
}

response::Measure measure_in(const json::object& body) {
  return {text_in(body, "kind"), text_in(body, "what"), text_in(body, "owner"),
          text_in(body, "due"),  flag_in(body, "done"), flag_in(body, "long")};
}

std::vector<schema::Property> measure_members() {
  return {
      {"kind", schema::choice({"interim", "lasting"})},
      {"what", schema::text(1, 1000)},
      optional("owner", schema::text(0, 200)),
      optional("due", schema::text(0, 10)),
      optional("done", schema::boolean()),
      optional("long", schema::described(schema::boolean(), "Outlives the incident: is handed over to governance"))};
}

std::vector<schema::Property> analysis_members() {
  auto out = optional_texts({"title", "summary", "picture", "cause", "leak", "direct_impact", "indirect_impact",
                             "occurred_at", "detected_at", "contained_at", "recovered_at"});
  out.push_back(optional("direct_cost", schema::any_of({schema::integer(0), schema::choice({"unknown", "不明"})})));
  out.push_back(optional("cost_currency", schema::text(3, 3)));
  return out;
}

std::vector<schema::Property> intake_members() {
  auto out = optional_texts({"summary", "reporter", "reporter_contact", "occurred_at", "detected_at"});
  out.push_back({"title", schema::text(1, 500)});
  out.push_back({"origin", schema::choice({"internal_report", "external_report"})});
  out.push_back(optional("channel", schema::choice({"monitoring", "mail", "phone", "web", "other"})));
  out.push_back(optional("hosts", schema::list(schema::text(1, 500), 500)));
  out.push_back(optional("users", schema::list(schema::text(1, 500), 500)));
  return out;
}

std::vector<Act> analysis_acts(ResponseDesk& desk) {
  const std::string update = "incident.update";
  return {
      {"", "reportIncident", "Take in a report that somebody typed", "incident.report", intake_members(),
       [&desk](const Actor& actor, const Target&, const json::object& body) {
         return desk.report_incident(actor, intake_in(body));
       },
       Method::post, 201},
      {"{id}/alerts",
       "addAlertsToIncident",
       "Add alerts to an incident",
       update,
       {{"alerts", schema::list(schema::text(1, 64), 200)}},
       [&desk](const Actor& actor, const Target& incident, const json::object& body) {
         std::vector<RecordId> alerts;
         for (const std::string& id : texts_in(body, "alerts")) alerts.push_back({id});
         return desk.add_alerts(actor, incident, alerts);
       }},
      {"{id}/judge",
       "judgeIncident",
       "Decide class and priority; without a class the criteria decide",
       "incident.judge",
       {optional("attack_type", schema::text(1, 64)), optional("progress", schema::text(1, 64)),
        optional("importance", schema::text(1, 64)), optional("class", schema::text(1, 64)),
        optional("priority", schema::integer(1, 5)), optional("reason", prose())},
       [&desk](const Actor& actor, const Target& incident, const json::object& body) {
         return desk.judge(actor, incident,
                           {text_in(body, "attack_type"), text_in(body, "progress"), text_in(body, "importance"),
                            text_in(body, "class"), integer_in(body, "priority"), text_in(body, "reason")});
       }},
      {"{id}/analysis", "recordIncidentAnalysis", "Record what the analysis brought to light; \"unknown\" is an answer",
       update, analysis_members(),
       [&desk](const Actor& actor, const Target& incident, const json::object& body) {
         return desk.record_analysis(actor, incident, analysis_in(body));
       },
       Method::patch},
      {"{id}/measures", "addIncidentMeasure", "Add a measure", update, measure_members(),
       [&desk](const Actor& actor, const Target& incident, const json::object& body) {
         return desk.add_measure(actor, incident, measure_in(body));
       }},
      {"{id}/timeline",
       "addIncidentTimelineEntry",
       "Add an entry to the timeline",
       update,
       {{"at", schema::time()}, {"what", schema::text(1, 1000)}, optional("public", schema::boolean())},
       [&desk](const Actor& actor, const Target& incident, const json::object& body) {
         return desk.add_to_timeline(actor, incident,
                                     {text_in(body, "at"), text_in(body, "what"), flag_in(body, "public")});
       }},
      {"{id}/evidence",
       "addIncidentEvidence",
       "Note where evidence lies",
       update,
       {{"reference", schema::text(1, 300)}, optional("note", schema::text(0, 1000))},
       [&desk](const Actor& actor, const Target& incident, const json::object& body) {
         return desk.add_evidence(actor, incident, text_in(body, "reference"), text_in(body, "note"));
       }},
      {"{id}/statement", "writeIncidentStatement", "Write what the outside is told", update,
       optional_texts({"title", "overview", "impact", "cause", "actions", "prevention", "contact"}),
       [&desk](const Actor& actor, const Target& incident, const json::object& body) {
         return desk.write_statement(actor, incident, statement_in(body));
       },
       Method::put},
      {"{id}/assign",
       "assignIncident",
       "Give an incident to somebody",
       update,
       {{"user", schema::text(1, 64)}},
       [&desk](const Actor& actor, const Target& incident, const json::object& body) {
         return desk.assign(actor, incident, text_in(body, "user"));
       }},
  };
}

std::vector<Act> state_acts(ResponseDesk& desk) {
  return {
      {"{id}/move",
       "moveIncident",
       "Move an incident on",
       "incident.move",
       {{"move", schema::choice({"investigate", "contain", "recover", "prepare_closing"})}},
       [&desk](const Actor& actor, const Target& incident, const json::object& body) {
         return desk.move(actor, incident, text_in(body, "move"));
       }},
      {"{id}/reject",
       "rejectIncident",
       "Say that it is no incident",
       "incident.reject",
       {reason},
       [&desk](const Actor& actor, const Target& incident, const json::object& body) {
         return desk.reject(actor, incident, text_in(body, "reason"));
       }},
      {"{id}/merge",
       "mergeIncident",
       "End an incident in another one",
       "incident.merge",
       {{"into", schema::text(1, 64)}, reason},
       [&desk](const Actor& actor, const Target& incident, const json::object& body) {
         return desk.merge(actor, incident, {text_in(body, "into")}, text_in(body, "reason"));
       }},
      {"{id}/reopen",
       "reopenIncident",
       "Open a closed incident again",
       "incident.reopen",
       {reason},
       [&desk](const Actor& actor, const Target& incident, const json::object& body) {
         return desk.reopen(actor, incident, text_in(body, "reason"));
       }},
      {"{id}/feedback",
       "sendIncidentFeedback",
       "Feed the result back to triage",
       "incident.update",
       {{"verdict", schema::choice({"correct", "partly_correct", "false_alarm"})},
        {"actions", prose()},
        {"resolved", schema::boolean()},
        optional("lessons", prose())},
       [&desk](const Actor& actor, const Target& incident, const json::object& body) {
         return desk.send_feedback(
             actor, incident,
             {text_in(body, "verdict"), text_in(body, "actions"), flag_in(body, "resolved"), text_in(body, "lessons")});
       }},
      {"{id}/hand-over",
       "handOverIncidentMeasures",
       "Hand the long measures over to governance",
       "incident.update",
       {},
       [&desk](const Actor& actor, const Target& incident, const json::object&) {
         return desk.hand_over_measures(actor, incident);
       }},
      {"{id}/close",
       "closeIncident",
       "Close an incident; a refusal names everything that is missing",
       "incident.close",
       {},
       [&desk](const Actor& actor, const Target& incident, const json::object&) {
         return desk.close(actor, incident);
       }},
  };
}

Route measure_row(ledger::Ledger& ledger, ResponseDesk& desk) {
  Route out;
  out.method = Method::put;
  out.pattern = "/api/v1/incidents/{id}/measures/{measure}";
  out.operation = "changeIncidentMeasure";
  out.tag = "incidents";
  out.summary = "Change a measure";
  out.permission = "incident.update";
  auto members = measure_members();
  members.push_back(optional("version", schema::integer(1)));
  out.body = BodySpec{.schema = schema::object(members)};
  out.answers = {{.schema = schema::ref(record_component("incident")), .summary = "The incident as it is now"}};
  out.handler = [&ledger, &desk](const Request& request) {
    const json::object& body = request.json.get_object();
    return answer_with(
        ledger, request,
        desk.change_measure(actor_of(request.principal), {{request.path_value("id")}, integer_in(body, "version")},
                            request.path_value("measure"), measure_in(body)));
  };
  return out;
}

Route attach_row(ledger::Ledger& ledger, ResponseDesk& desk) {
  Route out;
  out.method = Method::post;
  out.pattern = "/api/v1/incidents/{id}/attachments";
  out.operation = "attachToIncident";
  out.tag = "incidents";
  out.summary = "Attach a file as evidence: the body is the file";
  out.permission = "incident.update";
  out.query = {{"name", schema::text(1, 200), "what the file is called", true}};
  out.body = BodySpec{.types = {"application/octet-stream"}, .bytes_max = attachment_bytes_max};
  out.answers = {{.schema = schema::ref(record_component("incident")), .summary = "The incident as it is now"}};
  out.handler = [&ledger, &desk](const Request& request) {
    return answer_with(ledger, request,
                       desk.attach(actor_of(request.principal), {{request.path_value("id")}}, request.body,
                                   std::string(*request.param("name")), "application/octet-stream"));
  };
  return out;
}

Route missing_row(ResponseDesk& desk) {
  Route out;
  out.pattern = "/api/v1/incidents/{id}/missing";
  out.operation = "getMissingToClose";
  out.tag = "incidents";
  out.summary = "Everything that still stands in the way of closing";
  out.permission = "incident.read";
  out.answers = {{.schema = schema::object({{"missing", schema::list(schema::ref("Fault"))}}),
                  .summary = "What is missing; empty when it may be closed"}};
  out.handler = [&desk](const Request& request) {
    auto missing = desk.missing_to_close(actor_of(request.principal), {request.path_value("id")});
    if (!missing) return problem(missing.error());
    return json_response(200, json::object{{"missing", faults_json(to_faults(*missing))}});
  };
  return out;
}

}  // namespace

RouteSet response_routes(ledger::Ledger& ledger, ResponseDesk& desk) {
  RouteSet out;
  out.components["Fault"] = fault_schema();
  add_register(out.routes, ledger, "incidents", "incident", "Incident", "incidents",
               {"class", "attack_type", "assignee", "origin"});
  for (auto acts : {analysis_acts(desk), state_acts(desk)})
    for (Act& act : acts) out.routes.push_back(act_row(ledger, "incidents", "incident", "incidents", std::move(act)));
  for (Route route : {measure_row(ledger, desk), attach_row(ledger, desk), missing_row(desk)})
    out.routes.push_back(std::move(route));
  out.add(task_routes(ledger, desk));
  return out;
}

}  // namespace yagura::api
