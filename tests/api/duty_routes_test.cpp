// What is due, to whom, and referrals over HTTP.
#include <gtest/gtest.h>

#include "platform.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

std::string text(const json::value& value) {
  return json::value_to<std::string>(value);
}

TEST(E_5_A_5_DutyRoutes, show_what_is_owed_and_take_a_referral_from_sending_to_its_end) {
  Platform platform;
  const auto call = [&](const char* method, const std::string& target, const CallOptions& who,
                        const std::string& body = "") { return platform.api().call(method, target, who, body); };
  const CallOptions handler = platform.as("ito", {"handler"});
  const CallOptions collector = platform.as("robot", {"collector"});
  const Reply asset = call("POST", "/api/v1/records/asset", handler,
                           R"({"body":{"name":"web01","kind":"server","importance":"high","owner":"営業部"}})");
  ASSERT_EQ(asset.status, 201) << asset.body;
  const std::string id = text(asset.json().at("id"));

  const Reply due = call("GET", "/api/v1/due?role=E-5", handler);
  ASSERT_EQ(due.status, 200) << due.body;
  const json::value answer = due.json();
  ASSERT_EQ(answer.at("items").as_array().size(), 1U);
  const json::value& item = answer.at("items").at(0);
  EXPECT_EQ(text(item.at("kind")), "obligation");
  EXPECT_EQ(text(item.at("record")), id);
  EXPECT_EQ(text(item.at("from")), "E-5");
  EXPECT_EQ(text(item.at("what")), "web01");
  EXPECT_EQ(text(item.at("who")), "営業部");
  EXPECT_NE(text(item.at("why").at("ja")), text(item.at("why").at("en")));
  EXPECT_EQ(call("GET", "/api/v1/due?type=asset&kind=review", handler).json().at("items").as_array().size(), 1U);
  EXPECT_TRUE(call("GET", "/api/v1/due?overdue=true&type=asset", handler).json().at("items").as_array().empty());
  EXPECT_TRUE(call("GET", "/api/v1/due", collector).json().at("items").as_array().empty())
      << "only of registers that one may read";

  const json::value links = call("GET", "/api/v1/role-links?role=E-2", handler).json();
  EXPECT_GE(links.at("links").as_array().size(), 7U);
  const Reply nowhere =
      call("POST", "/api/v1/referrals", handler, R"({"record":")" + id + R"(","to":"H-1","what":"x"})");
  EXPECT_EQ(nowhere.status, 409) << nowhere.body;
  EXPECT_NE(nowhere.body.find("E-3"), std::string::npos) << "it says whom one can send to";
  const Reply sent =
      call("POST", "/api/v1/referrals", handler, R"({"record":")" + id + R"(","to":"E-3","what":"影響を見てほしい"})");
  ASSERT_EQ(sent.status, 201) << sent.body;
  const std::string referral = "/api/v1/referrals/" + text(sent.json().at("id"));
  EXPECT_EQ(call("POST", referral + "/receive", collector).status, 403);
  EXPECT_EQ(call("POST", referral + "/receive", handler).status, 200);
  EXPECT_EQ(call("POST", referral + "/answer", handler, "{}").status, 422);
  EXPECT_EQ(call("GET", "/api/v1/due?kind=obligation&type=referral", handler).json().at("items").as_array().size(), 1U);
  EXPECT_EQ(call("POST", referral + "/answer", handler, R"({"outcome":"来月行う"})").status, 200);
  EXPECT_EQ(text(call("POST", referral + "/close", handler).json().at("state")), "closed");
  EXPECT_EQ(call("GET", "/api/v1/referrals?to_role=E-3", handler).json().at("records").as_array().size(), 1U);
  EXPECT_TRUE(call("GET", "/api/v1/due?kind=obligation&type=referral", handler).json().at("items").as_array().empty());
}

}  // namespace
}  // namespace yagura::api
