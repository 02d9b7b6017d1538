// Why it fired, asked of alerts that real log lines made.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "detection_platform.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

constexpr const char* dump_rule = R"(title: Credential dump
id: 11111111-2222-4333-8444-555555555555
level: high
modified: 2026-04-01
logsource: {product: windows, category: process_creation}
detection:
  image:
    Image|endswith: '\procdump.exe'
    CommandLine|contains: [' lsass', 'comsvcs']
  filter_backup:
    User: 'EXAMPLE\backup'
  condition: image and not 1 of filter_*
)";

class ExplanationRoutes : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!shared_lake()) GTEST_SKIP() << "this CPU has no AVX2, which the embedded ClickHouse needs";
    platform = std::make_unique<DetectionPlatform>();
  }
  json::object explain(const std::string& alert, const std::string& query = "") {
    const Reply reply = platform->get("/api/v1/alerts/" + alert + "/explanation" + query);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.status == 200 ? reply.json().as_object() : json::object();
  }
  std::string the_alert() {
    const auto alerts = platform->alerts();
    EXPECT_EQ(alerts.size(), 1U);
    return alerts.empty() ? "" : alerts.front();
  }
  std::unique_ptr<DetectionPlatform> platform;
};

std::string text(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

const json::object& named(const json::array& list, std::string_view name) {
  for (const json::value& one : list)
    if (text(one.at("name")) == name) return one.as_object();
  ADD_FAILURE() << "nothing is named " << name;
  static const json::object none;
  return none;
}

TEST_F(ExplanationRoutes, tell_which_value_of_the_rule_stands_where_in_the_event) {
  platform->put_rule("dump", dump_rule);
  platform->send(process_line("win01", "C:\\ツール\\ProcDump.exe", "procdump -ma LSASS.exe out.dmp"));
  const json::object told = explain(the_alert());
  EXPECT_EQ(text(told.at("verdict")), "holds");
  EXPECT_EQ(text(told.at("kind")), "rule");
  EXPECT_EQ(text(told.at("rule_changed")), "no");
  EXPECT_EQ(text(told.at("rule").at("modified")), "2026-04-01");
  const json::array& selections = told.at("selections").as_array();
  const json::object& image = named(selections, "image");
  EXPECT_TRUE(image.at("holds").as_bool());
  const json::array& items = image.at("items").as_array();
  ASSERT_EQ(items.size(), 2U);
  const json::value& path = items[0].at("values").at(0).at("values").at(0);
  EXPECT_EQ(text(path.at("field")), "Image");
  EXPECT_EQ(text(path.at("text")), "C:\\ツール\\ProcDump.exe");
  EXPECT_EQ(text(path.at("marks")), R"([{"start":6,"end":19}])") << "characters, not bytes";
  EXPECT_EQ(text(items[1].at("values").at(0).at("values").at(0).at("marks")), R"([{"start":12,"end":18}])");
  EXPECT_EQ(items[1].at("values_held").as_int64(), 1);
  EXPECT_FALSE(items[1].at("values").at(1).at("holds").as_bool());
  EXPECT_EQ(text(items[1].at("modifiers")), R"(["contains"])");
  const json::object& filter = named(selections, "filter_backup");
  EXPECT_FALSE(filter.at("holds").as_bool());
  EXPECT_EQ(text(filter.at("items").at(0).at("found").at(0).at("text")), "EXAMPLE\\sato");
  const json::value& root = told.at("conditions").at(0).at("root");
  EXPECT_EQ(text(root.at("op")), "and");
  EXPECT_TRUE(root.at("children").at(1).at("holds").as_bool());
  EXPECT_EQ(text(root.at("children").at(1).at("children").at(0).at("op")), "one_of");
}

TEST_F(ExplanationRoutes, say_so_when_the_rule_has_changed_or_gone_since) {
  platform->put_rule("dump", dump_rule);
  platform->send(process_line("win02", "C:\\procdump.exe", "procdump -ma lsass.exe"));
  const std::string alert = the_alert();
  std::string changed = dump_rule;
  changed.replace(changed.find("' lsass'"), 8, "' winlogon'");
  platform->put_rule("dump", changed);
  json::object told = explain(alert);
  EXPECT_EQ(text(told.at("verdict")), "does_not_hold");
  EXPECT_EQ(text(told.at("rule_changed")), "yes");
  EXPECT_NE(text(told.at("rule_digest_then")), text(told.at("rule").at("digest")));
  platform->put_rule("dump",
                     "title: Other\nid: other\nlogsource: {product: windows}\ndetection: {a: [x], condition: a}\n");
  told = explain(alert);
  EXPECT_EQ(text(told.at("verdict")), "rule_gone");
  EXPECT_FALSE(told.contains("rule"));
  EXPECT_EQ(text(told.at("noted").at(0).at("value")), "C:\\procdump.exe") << "what was noted stays";
}

TEST_F(ExplanationRoutes, tell_each_finding_of_an_alert_and_refuse_others) {
  platform->put_rule("dump", dump_rule);
  platform->send(process_line("win03", "C:\\procdump.exe", "first lsass") +
                 process_line("win03", "C:\\procdump.exe", "second lsass", "EXAMPLE\\sato", 30));
  const std::string alert = the_alert();
  const json::object first = explain(alert);
  const json::array& findings = first.at("findings").as_array();
  ASSERT_EQ(findings.size(), 2U);
  const json::object second = explain(alert, "?finding=" + text(findings[1].at("finding")));
  EXPECT_NE(first.at("event_uid"), second.at("event_uid"));
  EXPECT_EQ(text(second.at("selections").at(0).at("items").at(1).at("values").at(0).at("values").at(0).at("text")),
            "second lsass");
  EXPECT_EQ(platform->get("/api/v1/alerts/" + alert + "/explanation?finding=none").status, 404);
  EXPECT_EQ(platform->get("/api/v1/alerts/ALT-2020-9999/explanation").status, 404);
  EXPECT_EQ(platform->get("/api/v1/alerts/nothing/explanation").status, 404);
  CallOptions lesser;
  lesser.token = platform->harness->token_for({"alert.read"});
  EXPECT_EQ(platform->harness->call("GET", "/api/v1/alerts/" + alert + "/explanation", lesser).status, 403)
      << "the event's text is for those who may read events";
}

TEST_F(ExplanationRoutes, tell_the_rules_group_and_events_of_a_correlation) {
  platform->put_rule("many", std::string(dump_rule) + R"(---
title: Many dumps
id: many-dumps
level: critical
correlation:
  type: event_count
  rules: [11111111-2222-4333-8444-555555555555]
  group-by: [User]
  timespan: 10m
  condition: {gte: 3}
)");
  std::string lines;
  for (int i = 0; i < 3; ++i)
    lines += process_line("win04", "C:\\procdump.exe", "lsass lsass", "EXAMPLE\\sato", 90 - i);
  platform->send(lines);
  const json::object told = explain(the_alert());
  EXPECT_EQ(text(told.at("kind")), "correlation");
  EXPECT_EQ(text(told.at("verdict")), "recorded");
  EXPECT_EQ(text(told.at("rule_changed")), "no");
  const json::object& correlation = told.at("correlation").as_object();
  EXPECT_EQ(text(correlation.at("group").at(0).at("value")), "EXAMPLE\\sato");
  ASSERT_EQ(correlation.at("events").as_array().size(), 3U);
  for (const json::value& event : correlation.at("events").as_array())
    EXPECT_EQ(text(event.at("rules")), R"(["11111111-2222-4333-8444-555555555555"])");
  EXPECT_EQ(text(correlation.at("rules").at(0).at("title")), "Credential dump");
}

}  // namespace
}  // namespace yagura::api
