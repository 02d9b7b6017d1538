// What the console's pages on rules ask: lists, sources, standing, coverage and trials.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>

#include "api/attack_tags.hpp"
#include "detection_platform.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

constexpr const char* two_rules = R"(title: Credential dump
id: dump-1
level: high
status: test
tags: [attack.credential-access, attack.t1003.001]
logsource: {product: windows, category: process_creation}
detection:
  s: {Image|endswith: '\procdump.exe'}
  condition: s
---
# 二つ目
title: Odd DNS answer
id: dns-1
level: low
tags: [attack.command_and_control, attack.t1071.004, attack.g0007]
logsource: {category: dns}
detection:
  s: {query|endswith: '.example'}
  condition: s
---
title: Many dumps
id: many-1
level: critical
tags: [attack.t1003]
correlation: {type: event_count, rules: [dump-1], group-by: [User], timespan: 10m, condition: {gte: 3}}
)";

class RuleInsightRoutes : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!shared_lake()) GTEST_SKIP() << "this CPU has no AVX2, which the embedded ClickHouse needs";
    platform = std::make_unique<DetectionPlatform>();
    std::ofstream(platform->folder / "rules/two.samples.yaml")
        << "rule: dump-1\nmust_match:\n  - Image: 'C:\\procdump.exe'\nmust_not_match:\n  - Image: 'C:\\other.exe'\n";
    platform->put_rule("two", two_rules);
  }
  json::object get(const std::string& target) {
    const Reply reply = platform->get(target);
    EXPECT_EQ(reply.status, 200) << target << ": " << reply.body;
    return reply.status == 200 ? reply.json().as_object() : json::object();
  }
  std::string ids(const std::string& query) {
    std::string out;
    const json::object parsed = get("/api/v1/rules" + query);
    for (const json::value& rule : parsed.at("rules").as_array())
      out += (out.empty() ? "" : " ") + json::value_to<std::string>(rule.at("id"));
    return out;
  }
  std::unique_ptr<DetectionPlatform> platform;
};

std::string text(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

TEST(AttackTags, are_told_apart) {
  EXPECT_EQ(technique_of("attack.t1059.001"), "T1059.001");
  EXPECT_EQ(technique_of("ATTACK.T1059"), "T1059");
  for (const char* other :
       {"attack.execution", "attack.t105", "attack.t1059.01", "attack.t1059.0011", "t1059", "attack."})
    EXPECT_EQ(technique_of(other), std::nullopt) << other;
  EXPECT_EQ(tactic_of("attack.defense_evasion"), "defense-evasion");
  for (const char* other : {"attack.g0007", "attack.t1059", "cve.2021", "attack."})
    EXPECT_EQ(tactic_of(other), std::nullopt) << other;
  EXPECT_TRUE(is_below("T1059.001", "T1059"));
  EXPECT_FALSE(is_below("T1059", "T1059.001"));
  EXPECT_FALSE(is_below("T10590", "T1059"));
}

TEST_F(RuleInsightRoutes, list_by_what_a_rule_is) {
  EXPECT_EQ(ids(""), "dump-1 dns-1 many-1");
  EXPECT_EQ(ids("?level=low"), "dns-1");
  EXPECT_EQ(ids("?status=test"), "dump-1");
  EXPECT_EQ(ids("?tag=ATTACK.g0007"), "dns-1");
  EXPECT_EQ(ids("?technique=T1003"), "dump-1 many-1");
  EXPECT_EQ(ids("?technique=T1003.001"), "dump-1");
  EXPECT_EQ(ids("?category=dns"), "dns-1");
  EXPECT_EQ(ids("?product=windows&category=process_creation"), "dump-1");
  EXPECT_EQ(ids("?kind=correlation"), "many-1");
  EXPECT_EQ(ids("?kind=rule&limit=1&offset=1"), "dns-1");
  EXPECT_EQ(ids("?technique=T9999"), "");
  EXPECT_EQ(platform->get("/api/v1/rules?technique=1003").status, 422);
  EXPECT_EQ(platform->get("/api/v1/rules?kind=other").status, 422);
}

TEST_F(RuleInsightRoutes, give_a_rule_as_its_file_has_it) {
  const json::object first = get("/api/v1/rules/dump-1/source");
  EXPECT_TRUE(text(first.at("yaml")).starts_with("title: Credential dump\n"));
  EXPECT_FALSE(text(first.at("yaml")).contains("Odd DNS"));
  EXPECT_TRUE(text(first.at("samples")).contains("must_not_match"));
  const json::object second = get("/api/v1/rules/dns-1/source");
  EXPECT_TRUE(text(second.at("yaml")).starts_with("# 二つ目\ntitle: Odd DNS answer\n")) << text(second.at("yaml"));
  EXPECT_TRUE(text(second.at("yaml")).ends_with("condition: s\n"));
  EXPECT_TRUE(text(get("/api/v1/rules/many-1/source").at("yaml")).starts_with("title: Many dumps\n"));
  EXPECT_FALSE(first.at("changed").as_bool());
  std::ofstream(platform->folder / "rules/two.yml", std::ios::app) << "# later\n";
  EXPECT_TRUE(get("/api/v1/rules/dump-1/source").at("changed").as_bool());
  std::filesystem::remove(platform->folder / "rules/two.yml");
  EXPECT_EQ(platform->get("/api/v1/rules/dump-1/source").status, 404);
  EXPECT_EQ(platform->get("/api/v1/rules/none/source").status, 404);
}

TEST_F(RuleInsightRoutes, tell_what_is_tested_and_what_no_log_source_feeds) {
  platform->send(process_line("win11", "C:\\a.exe", "a"));
  const json::object dump = get("/api/v1/rules/dump-1/standing");
  EXPECT_TRUE(dump.at("tested").as_bool()) << json::serialize(dump);
  EXPECT_EQ(dump.at("cases").as_int64(), 2);
  EXPECT_EQ(text(dump.at("coverage")), "can_fire");
  EXPECT_GE(dump.at("events").as_int64(), 1);
  const json::object dns = get("/api/v1/rules/dns-1/standing");
  EXPECT_FALSE(dns.at("tested").as_bool());
  EXPECT_NE(text(dns.at("coverage")), "can_fire");
  EXPECT_EQ(platform->get("/api/v1/rules/many-1/standing").status, 404);
  const json::object coverage = get("/api/v1/rules/coverage");
  EXPECT_EQ(coverage.at("rules").as_int64(), 2);
  EXPECT_EQ(coverage.at("rules_tested").as_int64(), 1);
  const json::array& techniques = coverage.at("techniques").as_array();
  ASSERT_EQ(techniques.size(), 2U);
  EXPECT_EQ(text(techniques[0].at("id")), "T1003.001");
  EXPECT_EQ(text(techniques[0].at("parent")), "T1003");
  EXPECT_EQ(text(techniques[0].at("state")), "tested");
  EXPECT_EQ(text(techniques[0].at("tactics")), R"(["credential-access"])");
  EXPECT_EQ(text(techniques[1].at("state")), "no_source");
  EXPECT_EQ(text(techniques[1].at("tactics")), R"(["command-and-control"])");
  EXPECT_EQ(text(techniques[1].at("rule_ids")), R"(["dns-1"])");
}

TEST_F(RuleInsightRoutes, forget_a_test_that_fails_since_the_rule_changed) {
  EXPECT_TRUE(get("/api/v1/rules/dump-1/standing").at("tested").as_bool());
  std::string changed = two_rules;
  changed.replace(changed.find("procdump.exe"), 12, "mimikatz.exe");
  platform->put_rule("two", changed);
  const json::object dump = get("/api/v1/rules/dump-1/standing");
  EXPECT_FALSE(dump.at("tested").as_bool());
  EXPECT_EQ(dump.at("cases_failed").as_int64(), 1);
  EXPECT_EQ(dump.at("failures").as_array().size(), 1U);
}

TEST_F(RuleInsightRoutes, try_a_rule_on_samples_and_on_its_own_near_misses) {
  const std::string rule =
      "title: t\nid: r\nlogsource: {product: windows, category: process_creation}\n"
      "detection: {s: {Image|endswith: '\\x.exe'}, condition: s}\n";
  const auto tried = [&](const json::object& body) {
    const Reply reply = platform->post("/api/v1/rules/test", body);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.json().as_object();
  };
  json::object good = tried({{"rule", rule}, {"samples", "must_match:\n  - Image: 'C:\\x.exe'\n"}});
  EXPECT_TRUE(good.at("passed").as_bool()) << json::serialize(good);
  const json::object& one = good.at("rules").at(0).as_object();
  EXPECT_EQ(one.at("cases").at(0).at("matched").as_int64(), 1);
  size_t positives = 0;
  size_t misses = 0;
  for (const json::value& sample : one.at("generated").as_array()) {
    EXPECT_EQ(sample.at("should_match"), sample.at("matches"));
    EXPECT_FALSE(sample.at("event").at("fields").as_object().empty());
    ++(sample.at("should_match").as_bool() ? positives : misses);
  }
  EXPECT_GT(positives, 0U);
  EXPECT_GT(misses, 0U);
  const json::object bad =
      tried({{"rule", rule}, {"generated", false}, {"samples", "must_not_match:\n  - Image: 'C:\\x.exe'\n"}});
  EXPECT_FALSE(bad.at("passed").as_bool());
  EXPECT_TRUE(bad.at("rules").at(0).at("generated").as_array().empty());
  const json::object broken = tried({{"rule", "title: t\n"}});
  EXPECT_FALSE(broken.at("passed").as_bool());
  EXPECT_EQ(broken.at("rejected").as_array().size(), 1U);
  const json::object log =
      tried({{"rule", rule}, {"samples", "tests:\n  - {name: n, file: /etc/passwd, match: true}\n"}});
  EXPECT_FALSE(log.at("passed").as_bool());
  EXPECT_TRUE(text(log.at("rules").at(0).at("cases").at(0).at("unreadable")).contains("not read from here"));
  EXPECT_FALSE(tried({{"rule", rule}, {"samples", "- {"}}).at("passed").as_bool());
}

}  // namespace
}  // namespace yagura::api
