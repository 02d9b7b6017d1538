// Indicators through the API: in, looked at, expired, removed; by whom is in the journal.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "platform.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

class IndicatorRoutes : public ::testing::Test {
 protected:
  json::value import(const CallOptions& who, const std::string& query, const std::string& body, int status = 200) {
    CallOptions sending = who;
    sending.type = "application/octet-stream";
    const Reply reply = platform.api().call("POST", "/api/v1/indicators/import?" + query, sending, body);
    EXPECT_EQ(reply.status, status) << reply.body;
    return reply.json();
  }
  json::value get(const CallOptions& who, const std::string& target) {
    const Reply reply = platform.api().call("GET", "/api/v1/indicators" + target, who);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.json();
  }
  Reply post(const CallOptions& who, const std::string& target, const std::string& body) {
    return platform.api().call("POST", "/api/v1/indicators" + target, who, body);
  }
  size_t listed(const CallOptions& who, const std::string& query = "") {
    return get(who, query).at("indicators").as_array().size();
  }

  Platform platform;
};

TEST_F(IndicatorRoutes, a_list_comes_in_is_looked_at_and_goes) {
  const CallOptions handler = platform.as("ken", {"handler"});
  const json::value done = import(handler, "source=CERT&name=feed.txt&tlp=amber&confidence=80",
                                  "evil[.]example\n192.0.2.0/24\nno indicator\n");
  EXPECT_EQ(done.at("added").to_number<int>(), 2);
  EXPECT_EQ(done.at("rejections").at(0).at("line").to_number<int>(), 3);
  EXPECT_EQ(listed(handler), 2U);
  EXPECT_EQ(listed(handler, "?type=cidr"), 1U);
  EXPECT_EQ(listed(handler, "?source=other"), 0U);
  EXPECT_EQ(listed(handler, "?limit=1"), 1U);
  EXPECT_TRUE(get(handler, "?limit=1").as_object().contains("next_cursor"));
  const json::value found = get(handler, "/find?value=hxxp%3A%2F%2Fwww%5B.%5Devil.example%2Fx");
  ASSERT_EQ(found.at("indicators").as_array().size(), 1U);
  EXPECT_EQ(found.at("indicators").at(0).at("tlp").as_string(), "amber");
  EXPECT_EQ(found.at("indicators").at(0).at("confidence").to_number<int>(), 80);
  EXPECT_EQ(get(handler, "/stats").at("by_source").at("CERT").to_number<int>(), 2);

  const Reply expired =
      post(handler, "/expire", R"({"value":"evil.example","at":"2026-01-01T00:00:00Z","reason":"sinkholed"})");
  EXPECT_EQ(expired.status, 200) << expired.body;
  EXPECT_EQ(expired.json().at("count").to_number<int>(), 1);
  EXPECT_EQ(listed(handler, "?valid_at=2026-06-01T00:00:00Z"), 1U);
  EXPECT_EQ(post(handler, "/remove", R"({"source":"CERT","reason":"wrong list"})").json().at("count").to_number<int>(),
            2);
  EXPECT_EQ(listed(handler), 0U);

  ledger::FactQuery query;
  query.kinds = {"indicators.*"};
  const auto facts = platform.ledger().facts(query);
  ASSERT_TRUE(facts.has_value());
  ASSERT_EQ(facts->size(), 3U);
  for (const ledger::Fact& fact : *facts) EXPECT_EQ(fact.actor, "user:ken");
}

TEST_F(IndicatorRoutes, what_can_not_be_meant_is_refused) {
  const CallOptions handler = platform.as("ken", {"handler"});
  import(handler, "source=CERT&format=word", "evil.example\n", 400);
  import(handler, "source=CERT&tlp=purple", "evil.example\n", 400);
  import(handler, "source=CERT&valid_until=soon", "evil.example\n", 400);
  import(handler, "name=x", "evil.example\n", 422);
  EXPECT_EQ(listed(handler), 0U);
  EXPECT_EQ(post(handler, "/expire", R"({"reason":"x"})").status, 422);
  EXPECT_EQ(post(handler, "/remove", R"({"value":"not an indicator","reason":"x"})").status, 422);
  EXPECT_EQ(post(handler, "/remove", R"({"value":"evil.example"})").status, 422) << "without a reason";
  EXPECT_EQ(platform.api().call("GET", "/api/v1/indicators?cursor=nonsense", handler).status, 422);
}

TEST_F(IndicatorRoutes, who_may_not_change_them_may_not_and_red_ones_stay_closed) {
  const CallOptions handler = platform.as("ken", {"handler"});
  const CallOptions analyst = platform.as("hana", {"analyst"});
  import(analyst, "source=CERT", "evil.example\n", 403);
  import(handler, "source=friends&tlp=red", "evil.example\n");
  import(handler, "source=CERT", "evil.example\n");
  EXPECT_EQ(listed(handler), 2U);
  EXPECT_EQ(listed(analyst), 1U);
  EXPECT_EQ(get(analyst, "/find?value=evil.example").at("indicators").as_array().size(), 1U);
  EXPECT_FALSE(get(analyst, "/stats").at("by_source").as_object().contains("friends"));
  EXPECT_EQ(post(analyst, "/remove", R"({"value":"evil.example","reason":"x"})").status, 403);
}

TEST_F(IndicatorRoutes, what_a_list_does_not_say_the_import_says) {
  const CallOptions handler = platform.as("ken", {"handler"});
  import(handler, "source=CERT&valid_until=30d&context=Operation%20X", "evil.example\n");
  const json::value one = get(handler, "").at("indicators").at(0);
  EXPECT_EQ(one.at("context").as_string(), "Operation X");
  const auto until = parse_time(std::string_view(one.at("valid_until").as_string()));
  ASSERT_TRUE(until);
  EXPECT_NEAR(static_cast<double>(until->ns - system_now().ns) / 1e9, 30 * 86400, 60);
  import(handler, "source=CERT&replace=true", "other.example\n");
  EXPECT_EQ(get(handler, "").at("indicators").as_array().size(), 1U);
}

}  // namespace
}  // namespace yagura::api
