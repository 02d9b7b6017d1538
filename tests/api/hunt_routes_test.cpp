// A rule over the past, from the request to the events that it found.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "detection_platform.hpp"
#include "lake/query/query.hpp"
#include "pipeline/hunt.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

constexpr const char* hunted = R"(title: Odd tool
id: odd-1
level: medium
logsource: {product: windows, category: process_creation}
detection:
  s: {CommandLine|contains: 'hunt-marker'}
  condition: s
)";

class HuntRoutes : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!shared_lake()) GTEST_SKIP() << "this CPU has no AVX2, which the embedded ClickHouse needs";
    platform = std::make_unique<DetectionPlatform>();
  }
  static json::object last_hour(const std::string& rule) {
    const Timestamp now = system_now();
    return {{"rule", rule},
            {"from", format_time({now.ns - 3600 * ns_per_second})},
            {"until", format_time({now.ns + 60 * ns_per_second})}};
  }
  /// Starts a hunt and waits until it is over.
  json::object hunt(const json::object& asked) {
    const Reply started = platform->post("/api/v1/hunts", asked);
    EXPECT_EQ(started.status, 201) << started.body;
    if (started.status != 201) return {};
    const std::string id = json::value_to<std::string>(started.json().at("id"));
    for (int i = 0; i < 600; ++i) {
      json::object now = platform->get("/api/v1/hunts/" + id).json().as_object();
      const std::string state = json::value_to<std::string>(now.at("state"));
      if (state != "waiting" && state != "running") return now;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    ADD_FAILURE() << "the hunt does not end";
    return {};
  }
  json::object matches(const json::object& done, const std::string& query = "") {
    const Reply reply =
        platform->get("/api/v1/hunts/" + json::value_to<std::string>(done.at("id")) + "/matches" + query);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.json().as_object();
  }
  std::unique_ptr<DetectionPlatform> platform;
};

std::string text(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

TEST_F(HuntRoutes, find_what_the_rule_would_have_found) {
  std::string lines;
  for (int i = 0; i < 30; ++i)
    lines +=
        process_line("hunt01", "C:\\t.exe", i % 10 == 0 ? "run HUNT-marker" : "ordinary", "EXAMPLE\\sato", 1000 - i);
  platform->send(lines);
  const json::object done = hunt(last_hour(hunted));
  EXPECT_EQ(text(done.at("state")), "done") << json::serialize(done);
  EXPECT_EQ(text(done.at("title")), "Odd tool");
  EXPECT_FALSE(done.at("cut").as_bool());
  EXPECT_EQ(done.at("events"), done.at("total"));
  const json::object found = matches(done);
  ASSERT_EQ(found.at("total").as_int64(), 3) << json::serialize(found);
  std::string before;
  for (const json::value& match : found.at("matches").as_array()) {
    EXPECT_EQ(text(match.at("rule_id")), "odd-1");
    EXPECT_EQ(text(match.at("host")), "hunt01");
    EXPECT_LT(before, text(match.at("time"))) << "by time";
    before = text(match.at("time"));
    EXPECT_TRUE(platform->get("/api/v1/events/" + text(match.at("event_uid"))).body.contains("HUNT-marker"));
  }
  EXPECT_EQ(matches(done, "?limit=1&offset=2").at("matches").as_array().size(), 1U);
  EXPECT_EQ(done.at("rules").at(0).at("matches").as_int64(), 3);
}

TEST_F(HuntRoutes, run_correlations_over_the_past_too) {
  std::string lines;
  for (int i = 0; i < 4; ++i) lines += process_line("hunt02", "C:\\t.exe", "hunt-marker many", "EXAMPLE\\ito", 500 - i);
  platform->send(lines);
  const json::object done = hunt(last_hour(std::string(hunted) + R"(---
title: Often
id: often-1
correlation: {type: event_count, rules: [odd-1], group-by: [User], timespan: 10m, condition: {gte: 4}}
)"));
  EXPECT_EQ(text(done.at("state")), "done") << json::serialize(done);
  const json::object found = matches(done);
  ASSERT_EQ(found.at("total").as_int64(), 1) << "the rule speaks through its correlation alone";
  EXPECT_EQ(text(found.at("matches").at(0).at("rule_id")), "often-1");
  EXPECT_EQ(found.at("matches").at(0).at("events").as_int64(), 4);
  EXPECT_EQ(text(found.at("matches").at(0).at("group")), "User=example\\ito");
}

TEST_F(HuntRoutes, end_at_their_limit_and_say_how_far_they_came) {
  std::string lines;
  for (int i = 0; i < 20; ++i) lines += process_line("hunt03", "C:\\t.exe", "hunt-marker", "EXAMPLE\\sato", 2000 - i);
  platform->send(lines);
  json::object asked = last_hour(hunted);
  asked["events_max"] = 5;
  const json::object done = hunt(asked);
  EXPECT_TRUE(done.at("cut").as_bool());
  EXPECT_EQ(done.at("events").as_int64(), 5);
  EXPECT_LT(text(done.at("reached")), text(done.at("until")));
}

TEST_F(HuntRoutes, are_refused_without_a_usable_rule_or_period) {
  const auto refused = [&](json::object asked) {
    const Reply reply = platform->post("/api/v1/hunts", asked);
    EXPECT_EQ(reply.status, 422) << reply.body;
    return reply.body;
  };
  EXPECT_TRUE(refused(last_hour("title: t\n")).contains("logsource"));
  EXPECT_TRUE(refused(last_hour("# nothing\n")).contains("/rule"));
  json::object backwards = last_hour(hunted);
  std::swap(backwards["from"], backwards["until"]);
  EXPECT_TRUE(refused(backwards).contains("before until"));
  json::object ever = last_hour(hunted);
  ever["from"] = "1700-01-01T00:00:00Z";
  EXPECT_TRUE(refused(ever).contains("ten years"));
  json::object open = last_hour(hunted);
  open.erase("from");
  EXPECT_EQ(platform->post("/api/v1/hunts", open).status, 422) << "the period is not optional";
  EXPECT_EQ(platform->get("/api/v1/hunts/none").status, 404);
  EXPECT_EQ(platform->get("/api/v1/hunts/none/matches").status, 404);
}

TEST_F(HuntRoutes, can_be_cancelled_and_are_listed) {
  const Reply started = platform->post("/api/v1/hunts", last_hour(hunted));
  ASSERT_EQ(started.status, 201);
  const std::string id = text(started.json().at("id"));
  EXPECT_EQ(platform->harness->call("POST", "/api/v1/hunts/" + id + "/cancel", platform->reader).status, 200);
  EXPECT_EQ(platform->harness->call("POST", "/api/v1/hunts/none/cancel", platform->reader).status, 404);
  std::string state;
  for (int i = 0; i < 200 && state != "cancelled" && state != "done"; ++i) {
    state = text(platform->get("/api/v1/hunts/" + id).json().at("state"));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE(state == "cancelled" || state == "done") << state;
  const json::object all = platform->get("/api/v1/hunts").json().as_object();
  EXPECT_EQ(text(all.at("hunts").at(0).at("id")), id);
}

TEST_F(HuntRoutes, ask_the_lake_for_the_rules_log_sources_alone) {
  const auto filter = [&](const std::string& yaml) {
    const auto report = detect::RuleSet::load_text(yaml, "t", *platform->taxonomy);
    return pipeline::hunt_filter(*report.rules, *platform->taxonomy);
  };
  const lake::Query windows = filter(hunted);
  EXPECT_NE(windows.root.kind, lake::Node::Kind::nothing);
  const lake::TimeRange ever{{0}, {system_now().ns + 3600 * ns_per_second}};
  platform->send(R"({"@timestamp":")" + format_time(system_now()) + R"(","host":"other","message":"hunt-marker"})" +
                 "\n" + process_line("hunt04", "C:\\t.exe", "hunt-marker"));
  const auto all = shared_lake()->count({}, ever);
  const auto some = shared_lake()->count(windows, ever);
  ASSERT_TRUE(all && some);
  EXPECT_LT(*some, *all);
  EXPECT_GT(*some, 0U);
}

}  // namespace
}  // namespace yagura::api
