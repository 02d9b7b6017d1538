// The entities of an incident, from log lines to the graph.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "detection_platform.hpp"
#include "lake/entity_graph.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

std::string text(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

json::object row(const std::string& time, const std::string& host, json::object ocsf) {
  return {{"time", time}, {"host", host}, {"ocsf", std::move(ocsf)}};
}

std::string edges_of(const lake::Graph& graph) {
  std::string out;
  for (const lake::EntityEdge& edge : graph.edges)
    out += graph.nodes[edge.from].id + " " + edge.kind + " " + graph.nodes[edge.to].id + "\n";
  return out;
}

TEST(EntityGraph, joins_what_an_event_names) {
  lake::EntityGraph graph;
  graph.add_event(row("2026-04-08T10:00:00Z", "WS01",
                      {{"actor.user.name", "sato"},
                       {"process.file.path", "C:\\b.exe"},
                       {"actor.process.file.path", "C:\\a.exe"},
                       {"dst_endpoint.ip", "203.0.113.9"},
                       {"query.hostname", "evil.example"},
                       {"file.path", "C:\\x.txt"},
                       {"src_endpoint.ip", "-"}}),
                  "ALT-1");
  graph.add_event(row("2026-04-08T09:00:00Z", "ws01", {{"actor.user.name", "SATO"}}), "ALT-2");
  const lake::Graph made = graph.graph();
  const std::string edges = edges_of(made);
  for (const char* edge :
       {"user:sato acted_on host:ws01", "host:ws01 ran process:ws01|c:\\b.exe",
        "user:sato started process:ws01|c:\\b.exe", "process:ws01|c:\\a.exe launched process:ws01|c:\\b.exe",
        "process:ws01|c:\\b.exe connected address:203.0.113.9", "process:ws01|c:\\b.exe asked_for domain:evil.example",
        "process:ws01|c:\\b.exe touched file:ws01|c:\\x.txt"})
    EXPECT_TRUE(edges.contains(edge)) << edge << "\n" << edges;
  EXPECT_EQ(made.nodes.size(), 7U);
  const auto host = std::ranges::find(made.nodes, std::string("host:ws01"), &lake::EntityNode::id);
  ASSERT_NE(host, made.nodes.end());
  EXPECT_EQ(host->name, "WS01");
  EXPECT_EQ(host->seen.count, 2U);
  EXPECT_EQ(host->seen.alerts, (std::set<std::string>{"ALT-1", "ALT-2"}));
  EXPECT_EQ(host->seen.first.ns, parse_time("2026-04-08T09:00:00Z")->ns);
}

TEST(EntityGraph, says_what_it_left_out) {
  lake::EntityGraph graph;
  for (int i = 0; i < 500; ++i)
    graph.add_event(row("2026-04-08T10:00:00Z", "hub",
                        {{"dst_endpoint.ip", "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250)}}),
                    "ALT-1");
  graph.add_indicator("ALT-1", "10.0.1.7", "hub", {});
  const lake::Graph made = graph.graph();
  EXPECT_EQ(made.nodes.size(), lake::graph_nodes_max);
  EXPECT_EQ(made.nodes.front().kind, lake::EntityKind::indicator) << "an indicator is never left out for its count";
  EXPECT_EQ(made.nodes_left_out, 502 - lake::graph_nodes_max);
  EXPECT_EQ(made.nodes_left_out + made.nodes.size(), 502U);
  EXPECT_GT(made.edges_left_out, 0U);
}

TEST(EntityGraph, takes_hostile_rows_as_they_are) {
  lake::EntityGraph graph;
  graph.add_event({}, "ALT-1");
  graph.add_event({{"ocsf", 5}, {"host", json::array{}}}, "ALT-1");
  graph.add_event(row("never", std::string(100'000, 'x'), {{"actor.user.name", "\xFF<script>"}}), "ALT-1");
  const lake::Graph made = graph.graph();
  ASSERT_EQ(made.nodes.size(), 2U);
  for (const lake::EntityNode& node : made.nodes) EXPECT_LE(node.name.size(), lake::entity_name_bytes_max + 3);
}

TEST(GraphRoutes, show_an_incident_from_its_alerts_events) {
  if (!shared_lake()) GTEST_SKIP() << "this CPU has no AVX2, which the embedded ClickHouse needs";
  DetectionPlatform platform;
  platform.put_rule("dump", R"(title: Credential dump
id: dump-graph
level: high
logsource: {product: windows, category: process_creation}
detection:
  s: {CommandLine|contains: 'graph-marker'}
  condition: s
)");
  platform.send(process_line("graph01", "C:\\t\\dump.exe", "graph-marker one") +
                process_line("graph01", "C:\\t\\dump.exe", "graph-marker two", "EXAMPLE\\sato", 30));
  const auto alerts = platform.alerts();
  ASSERT_EQ(alerts.size(), 1U);
  const Reply escalated = platform.post("/api/v1/alerts/" + alerts[0] + "/escalate", json::object{{"reason", "test"}});
  ASSERT_EQ(escalated.status, 200) << escalated.body;
  ASSERT_TRUE(platform.ledger->run_reactions().has_value());
  const Reply list = platform.get("/api/v1/incidents");
  ASSERT_EQ(list.json().at("records").as_array().size(), 1U) << list.body;
  const std::string incident = text(list.json().at("records").at(0).at("id"));
  const Reply reply = platform.get("/api/v1/incidents/" + incident + "/graph");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const json::object graph = reply.json().as_object();
  EXPECT_EQ(graph.at("alerts").as_int64(), 1);
  EXPECT_EQ(graph.at("events").as_int64(), 2);
  std::map<std::string, int64_t> counts;
  for (const json::value& node : graph.at("nodes").as_array())
    counts[text(node.at("kind")) + " " + text(node.at("name"))] = node.at("count").as_int64();
  EXPECT_EQ(counts["host graph01"], 2) << reply.body;
  EXPECT_EQ(counts["process C:\\t\\dump.exe"], 2);
  EXPECT_EQ(counts["user sato"], 2);
  EXPECT_EQ(counts.size(), 3U) << reply.body;
  EXPECT_EQ(graph.at("left_out").at("events").as_int64(), 0);
  EXPECT_EQ(platform.get("/api/v1/incidents/INC-2020-0001/graph").status, 404);
  EXPECT_EQ(platform.get("/api/v1/incidents/" + alerts[0] + "/graph").status, 404);
  CallOptions lesser;
  lesser.token = platform.harness->token_for({"incident.read", "event.read"});
  EXPECT_EQ(platform.harness->call("GET", "/api/v1/incidents/" + incident + "/graph", lesser).status, 403);
}

}  // namespace
}  // namespace yagura::api
