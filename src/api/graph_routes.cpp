#include "api/graph_routes.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "api/problem.hpp"
#include "api/record_json.hpp"
#include "base/text.hpp"
#include "desks/json_fields.hpp"
#include "lake/entity_graph.hpp"
#include "ledger/visibility.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using desks::array_at;
using desks::text_at;
using schema::ref;

constexpr size_t graph_alerts_max = 200;
constexpr size_t graph_events_max = lake::events_by_uid_max;
constexpr std::string_view indicator_prefix = "indicator:";

/// The alerts' events, each with the alert that names it first.
struct Named {
  std::map<std::string, std::string> alert_of;  // by event uid
  lake::TimeRange range{{INT64_MAX}, {INT64_MIN}};
  size_t left_out = 0;

  void add(const std::string& uid, const std::string& alert) {
    if (uid.empty() || alert_of.contains(uid)) return;
    if (alert_of.size() == graph_events_max)
      ++left_out;
    else
      alert_of.emplace(uid, alert);
  }
};

Timestamp time_at(const json::object& object, std::string_view key) {
  return parse_time(text_at(object, key)).value_or(Timestamp{});
}

void name_events(const std::string& alert, const json::object& body, Named& into) {
  for (const json::value& value : array_at(body, "evidence")) {
    if (!value.is_object()) continue;
    const json::object& finding = value.get_object();
    into.add(text_at(finding, "event"), alert);
    for (const std::string& uid : desks::texts_at(finding, "events")) into.add(uid, alert);
  }
  into.left_out += static_cast<size_t>(std::max<int64_t>(0, desks::integer_at(body, "evidence_omitted")));
}

/// An indicator's alert notes which value was found in which field.
void add_indicators(const std::string& alert, const json::object& body, lake::EntityGraph& graph) {
  if (!text_at(body, "rule").starts_with(indicator_prefix)) return;
  for (const json::value& value : array_at(body, "evidence")) {
    if (!value.is_object()) continue;
    for (const json::value& field : array_at(value.get_object(), "fields"))
      if (field.is_object() && text_at(field.get_object(), "name") == "indicator")
        graph.add_indicator(alert, text_at(field.get_object(), "value"), text_at(body, "host"),
                            time_at(value.get_object(), "time"));
  }
}

json::object seen_json(const lake::Seen& seen) {
  json::array alerts;
  for (const std::string& alert : seen.alerts) alerts.push_back(json::value(alert));
  return {{"first", format_time(seen.first)},
          {"last", format_time(seen.last)},
          {"count", seen.count},
          {"alerts", std::move(alerts)}};
}

json::object graph_json(const lake::Graph& graph) {
  json::array nodes;
  for (const lake::EntityNode& node : graph.nodes) {
    json::object one = seen_json(node.seen);
    one["id"] = to_valid_utf8(node.id);
    one["kind"] = lake::to_text(node.kind);
    one["name"] = node.name;
    if (!node.host.empty()) one["host"] = to_valid_utf8(node.host);
    nodes.push_back(std::move(one));
  }
  json::array edges;
  for (const lake::EntityEdge& edge : graph.edges) {
    json::object one = seen_json(edge.seen);
    one["from"] = to_valid_utf8(graph.nodes[edge.from].id);
    one["to"] = to_valid_utf8(graph.nodes[edge.to].id);
    one["kind"] = edge.kind;
    edges.push_back(std::move(one));
  }
  return {{"nodes", std::move(nodes)}, {"edges", std::move(edges)}};
}

Response show_graph(ledger::Ledger& ledger, lake::EventStore& store, const Request& request) {
  const std::string& id = request.path_value("id");
  const ledger::RecordType* type = ledger.types().of_record(id);
  if (!type || type->id != "incident") return problem(404, "not_found", "there is no such incident");
  const ledger::RecordType& alerts_type = *ledger.types().find("alert");
  for (const std::string_view permission :
       {std::string_view(type->permissions.read), std::string_view(alerts_type.permissions.read),
        std::string_view("event.read")})
    if (!request.principal.may(permission))
      return problem(403, "permission", "needs the permission " + std::string(permission));
  const auto incident = ledger.get({id});
  if (!incident) return problem(incident.error());
  const std::vector<std::string> ids = desks::texts_at(incident->body, "alerts");
  lake::EntityGraph graph;
  Named named;
  std::vector<std::pair<std::string, json::object>> alerts;
  for (size_t i = 0; i < std::min(ids.size(), graph_alerts_max); ++i) {
    const auto alert = ledger.get({ids[i]});
    if (!alert) return problem(alert.error());
    json::object body = ledger::visible_body(alerts_type, alert->body, actor_of(request.principal));
    name_events(ids[i], body, named);
    alerts.emplace_back(ids[i], std::move(body));
  }
  std::vector<std::string> uids;
  for (const auto& [uid, alert] : named.alert_of) uids.push_back(uid);
  const auto events = store.get_all(uids);
  if (!events) return problem(events.error());
  for (const json::object& row : *events) graph.add_event(row, named.alert_of[text_at(row, "event_uid")]);
  for (const auto& [alert, body] : alerts) {
    graph.add_alert(alert, text_at(body, "host"), text_at(body, "user"), time_at(body, "first_seen"),
                    time_at(body, "last_seen"));
    add_indicators(alert, body, graph);
  }
  const lake::Graph made = graph.graph();
  json::object out = graph_json(made);
  out["incident"] = id;
  out["alerts"] = alerts.size();
  out["events"] = events->size();
  out["left_out"] = json::object{{"alerts", ids.size() - alerts.size()},
                                 {"events", named.left_out},
                                 {"events_gone", uids.size() - std::min(uids.size(), events->size())},
                                 {"nodes", made.nodes_left_out},
                                 {"edges", made.edges_left_out}};
  return json_response(200, out);
}

Components components() {
  using namespace schema;
  const Value count = integer(0);
  const Value alerts = described(list(text(1)), "At most 20");
  Components out;
  out["GraphNode"] = object({{"id", text(1)},
                             {"kind", choice({"host", "user", "process", "file", "address", "domain", "indicator"})},
                             {"name", text(1)},
                             optional("host", described(text(), "Where a process or file is")),
                             {"first", time()},
                             {"last", time()},
                             {"count", described(count, "Events")},
                             {"alerts", alerts}});
  out["GraphEdge"] = object({{"from", described(text(1), "A node's id")},
                             {"to", text(1)},
                             {"kind", choice(lake::edge_kinds())},
                             {"first", time()},
                             {"last", time()},
                             {"count", count},
                             {"alerts", alerts}});
  out["IncidentGraph"] = object(
      {{"incident", text(1)},
       {"alerts", described(count, "That were looked at")},
       {"events", described(count, "That were looked at")},
       {"nodes", described(list(ref("GraphNode")), "Indicators first, then those with the most events")},
       {"edges", list(ref("GraphEdge"))},
       {"left_out", object({{"alerts", count},
                            {"events", described(count, "That alerts counted without keeping them, or past the limit")},
                            {"events_gone", described(count, "That the lake holds no longer")},
                            {"nodes", count},
                            {"edges", count}})}});
  return out;
}

}  // namespace

RouteSet graph_routes(ledger::Ledger& ledger, lake::EventStore& store) {
  RouteSet out{{}, components()};
  out.routes = {{.method = Method::get,
                 .pattern = "/api/v1/incidents/{id}/graph",
                 .operation = "getIncidentGraph",
                 .tag = "incidents",
                 .summary =
                     "Hosts, users, files, processes, addresses, domains and indicators of an incident's alerts, "
                     "and what joins them",
                 .permission = "incident.read",
                 .answers = {{.schema = ref("IncidentGraph"), .summary = "The graph"}},
                 .handler = [&ledger, &store](const Request& request) { return show_graph(ledger, store, request); }}};
  return out;
}

}  // namespace yagura::api
