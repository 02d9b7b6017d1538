// Measures through the API, and a review whose reviewer sees nothing of the first verdict wherever they look.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "platform.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

std::string text(const json::value& value) {
  return json::value_to<std::string>(value);
}

class QualityRoutes : public ::testing::Test {
 protected:
  Reply get(const std::string& target, const CallOptions& who) { return platform.api().call("GET", target, who); }
  Reply post(const std::string& target, const CallOptions& who, const std::string& body = "{}") {
    return platform.api().call("POST", target, who, body);
  }
  json::value ok(const Reply& reply, int status = 200) {
    EXPECT_EQ(reply.status, status) << reply.body;
    return reply.status == status ? reply.json() : json::value(json::object{{"id", ""}});
  }
  void close(const std::string& alert, const CallOptions& who, const std::string& verdict) {
    ok(post("/api/v1/alerts/" + alert + "/acknowledge", who));
    ok(post("/api/v1/alerts/" + alert + "/dismiss", who,
            R"({"verdict":")" + verdict + R"(","reason":"secret reason"})"));
  }
  std::string today() { return format_time(system_now(), 0).substr(0, 10); }
  std::string tomorrow() { return format_time({system_now().ns + 86'400 * ns_per_second}, 0).substr(0, 10); }

  Platform platform;
};

TEST_F(QualityRoutes, A_4_the_api_tells_the_reviewer_nothing_of_the_first_verdict) {
  const CallOptions hana = platform.as("hana", {"analyst"});
  const CallOptions shin = platform.as("shin", {"manager"});  // may read the journal too
  const CallOptions kenji = platform.as("kenji", {"handler"});
  const std::string a = platform.make_alert("f1", "ws01");
  const std::string b = platform.make_alert("f2", "ws02");
  const std::string c = platform.make_alert("f3", "ws03");
  close(a, hana, "false_positive");
  close(b, hana, "benign");
  const std::string order = R"({"title":"今月","kind":"alerts","from":")" + today() + R"(","to":")" + tomorrow() +
                            R"(","zone":"UTC","reviewer":"user:shin","size":5,"seed":3})";
  EXPECT_EQ(post("/api/v1/quality-reviews", hana, order).status, 403);
  const json::value review = ok(post("/api/v1/quality-reviews", kenji, order), 201);
  EXPECT_FALSE(review.at("body").as_object().contains("kept_until_compared"));
  const std::string path = "/api/v1/quality-reviews/" + text(review.at("id"));

  const std::string items = get(path + "/items", shin).body;
  EXPECT_THAT(items, HasSubstr("LSASS"));
  EXPECT_EQ(get(path + "/items", kenji).status, 403) << "only the reviewer";
  const auto leaks_nothing = [&](const Reply& reply, const std::string& where) {
    for (const char* leak : {"false_positive\"", "\"benign\"", "secret reason", "\"dismissed\""})
      EXPECT_THAT(reply.body, Not(HasSubstr(leak))) << where;
  };
  leaks_nothing(get(path + "/items", shin), "items");
  for (const std::string& record :
       {"/api/v1/alerts/" + a, "/api/v1/records/alert/" + a, "/api/v1/records/alert/" + a + "/history",
        "/api/v1/records/alert/" + a + "/facts", "/api/v1/records/alert/" + a + "/links"}) {
    EXPECT_EQ(get(record, kenji).status, 200) << record;
    const Reply reply = get(record, shin);
    EXPECT_EQ(reply.status, 403) << record;
    EXPECT_THAT(reply.body, HasSubstr("blind_review"));
  }
  EXPECT_EQ(post("/api/v1/alerts/" + a + "/reopen", shin, R"({"reason":"x"})").status, 403);
  for (const std::string& list :
       {std::string("/api/v1/alerts?count=true"), std::string("/api/v1/records/alert?count=true"),
        std::string("/api/v1/alerts?state=dismissed"), std::string("/api/v1/facts?limit=1000"),
        "/api/v1/facts?subject=" + a, std::string("/api/v1/due")}) {
    const Reply reply = get(list, shin);
    EXPECT_EQ(reply.status, 200) << list << reply.body;
    EXPECT_THAT(reply.body, Not(HasSubstr(a))) << list;
    EXPECT_THAT(reply.body, Not(HasSubstr("\"total\""))) << list;
    leaks_nothing(reply, list);
  }
  EXPECT_THAT(get("/api/v1/alerts", shin).body, HasSubstr(c)) << "what was not drawn stays visible";
  EXPECT_EQ(ok(get("/api/v1/alerts?state=dismissed", kenji)).at("records").as_array().size(), 2U);
  leaks_nothing(get(path, shin), "the review");
  leaks_nothing(get("/api/v1/records/quality_review/" + text(review.at("id")) + "/history", shin), "its history");

  EXPECT_EQ(post(path + "/compare", shin).status, 409);
  for (const std::string& id : {a, b})
    ok(post(path + "/judge", shin, R"({"item":")" + id + R"(","verdict":"benign"})"));
  const json::value compared = ok(post(path + "/compare", shin));
  EXPECT_EQ(compared.at("body").at("agreement").to_number<double>(), 0.5);
  EXPECT_EQ(get("/api/v1/alerts/" + a, shin).status, 200) << "the veil is lifted";
  const json::value item =
      ok(post(path + "/findings", kenji, R"({"title":"見落とし","item":")" + a + R"(","due":")" + tomorrow() + "\"}"),
         201);
  EXPECT_EQ(text(item.at("type")), "quality_finding");
}

TEST_F(QualityRoutes, A_5_measures_are_served_as_figures_table_chart_and_report) {
  const CallOptions hana = platform.as("hana", {"analyst"});
  const CallOptions kenji = platform.as("kenji", {"handler"});
  close(platform.make_alert("f1"), hana, "benign");
  EXPECT_GE(ok(get("/api/v1/measure-definitions", hana)).at("definitions").as_array().size(), 12U);
  const std::string days = "?from=" + today() + "&to=" + tomorrow() + "&zone=UTC";
  const json::value out = ok(get("/api/v1/measures" + days + "&measure=acknowledge&period=day&by=class", hana));
  EXPECT_EQ(text(out.at("zone")), "UTC");
  EXPECT_EQ(out.at("periods").as_array().size(), 2U);
  ASSERT_EQ(out.at("rows").as_array().size(), 1U);
  ok(get("/api/v1/measures", hana));
  EXPECT_EQ(get("/api/v1/measures?from=yesterday", hana).status, 422);
  EXPECT_GE(get("/api/v1/measures?zone=Nowhere/Else", hana).status, 409);
  EXPECT_THAT(get("/api/v1/measures/table" + days, hana).body, HasSubstr("\r\nacknowledge,"));
  const Reply chart = get("/api/v1/measures/chart" + days + "&measure=acknowledge&lang=en", hana);
  EXPECT_EQ(chart.header("Content-Type"), "image/svg+xml");
  EXPECT_THAT(chart.body, HasSubstr("Time to acknowledge"));
  EXPECT_THAT(get("/api/v1/measures/report" + days + "&period=day&lang=en&format=html", hana).body,
              HasSubstr("<figcaption>"));
  EXPECT_THAT(get("/api/v1/measures/report" + days, hana).body, HasSubstr("確認までの時間"));
  EXPECT_EQ(get("/api/v1/measures", platform.as("c", {"collector"})).status, 403);
  const json::value draft = ok(post("/api/v1/effect-reports", kenji,
                                    R"({"title":"今月","from":")" + today() + R"(","to":")" + tomorrow() + "\"}"),
                               201);
  EXPECT_EQ(text(draft.at("state")), "draft");
}

}  // namespace
}  // namespace yagura::api
