// What the console's safety rests on, over the whole API: nothing that people send in comes back as a page, cookies are
// kept from scripts and other sites, and whoever guesses waits.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "platform.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

std::vector<std::string> cookies_of(const Reply& reply) {
  std::vector<std::string> out;
  for (const auto& [name, value] : reply.headers)
    if (name == "Set-Cookie") out.push_back(value);
  return out;
}

TEST(Hardening, no_answer_is_a_page_but_those_that_are_made_to_be) {
  Platform platform(false);
  std::vector<std::string> pages;
  for (const Route& route : platform.api().gate->router().routes())
    for (const Answer& answer : route.answers)
      for (const char* active : {"html", "svg", "xml", "javascript", "octet-stream"})
        if (answer.type.find(active) != std::string::npos && answer.type.find("officedocument") == std::string::npos)
          pages.push_back(route.operation);
  std::ranges::sort(pages);
  const auto same = std::ranges::unique(pages);
  pages.erase(same.begin(), same.end());
  // Each of these writes what people typed as text and answers with a policy of its own that runs nothing (sandbox).
  const std::set<std::string, std::less<>> made_to_be = {"index", "previewIncidentReport", "readIssuedReport",
                                                         "getMeasureChart", "getMeasureReport"};
  for (const std::string& operation : pages)
    EXPECT_TRUE(made_to_be.contains(operation))
        << operation << ": a new page needs a policy of its own, and a place here";
}

TEST(Hardening, evidence_that_is_uploaded_is_told_of_and_never_served) {
  Platform platform;
  const CallOptions handler = platform.as("tanaka", {"handler"});
  const Reply made = platform.api().call("POST", "/api/v1/incidents", handler,
                                         R"({"title":"t","origin":"internal_report","channel":"mail"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string incident = "/api/v1/incidents/" + json::value_to<std::string>(made.json().at("id"));
  CallOptions raw = handler;
  raw.type = "application/octet-stream";
  const std::string page = "<script>alert(1)</script>";
  const Reply kept = platform.api().call("POST", incident + "/attachments?name=page.html", raw, page);
  ASSERT_LT(kept.status, 300) << kept.body;
  for (const std::string& target : {incident, incident + "/attachments", incident + "/attachments/page.html"}) {
    const Reply reply = platform.api().call("GET", target, handler);
    EXPECT_EQ(reply.body.find(page), std::string::npos) << target;
    EXPECT_EQ(reply.header("Content-Type").find("html"), std::string::npos) << target;
    EXPECT_EQ(reply.header("X-Content-Type-Options"), "nosniff");
  }
}

TEST(Hardening, cookies_are_kept_from_scripts_and_other_sites) {
  Harness harness;
  const Reply in = harness.call("POST", "/api/v1/session", {},
                                R"({"login":"admin","password":")" + harness.admin_password + R"("})");
  ASSERT_EQ(in.status, 200);
  const auto cookies = cookies_of(in);
  ASSERT_EQ(cookies.size(), 2U);
  for (const std::string& cookie : cookies) {
    EXPECT_NE(cookie.find("; HttpOnly"), std::string::npos) << cookie;
    EXPECT_NE(cookie.find("; SameSite=Strict"), std::string::npos) << cookie;
    EXPECT_EQ(cookie.find("Domain="), std::string::npos) << cookie;
  }
  EXPECT_NE(cookies[1].find("Path=/api/v1/session"), std::string::npos) << "it goes along with sign-ins alone";
  EXPECT_EQ(in.body.find(cookies[0].substr(15, 20)), std::string::npos)
      << "a script that reads the answer has no cookie";
}

TEST(Hardening, a_browser_that_signed_in_before_gets_in_while_somebody_guesses_from_its_address) {
  Harness harness;
  const std::string right = R"({"login":"admin","password":")" + harness.admin_password + R"("})";
  const auto cookies = cookies_of(harness.call("POST", "/api/v1/session", {}, right));
  ASSERT_EQ(cookies.size(), 2U);
  for (int i = 0; i < pair_failures_free; ++i)
    EXPECT_EQ(harness.call("POST", "/api/v1/session", {}, R"({"login":"admin","password":"guess"})").status, 401);
  EXPECT_EQ(harness.call("POST", "/api/v1/session", {}, right).status, 429);
  CallOptions known;
  known.headers = {{"Cookie", cookies[1].substr(0, cookies[1].find(';'))}};
  EXPECT_EQ(harness.call("POST", "/api/v1/session", known, right).status, 200);
  EXPECT_EQ(harness.call("GET", "/api/v1/session", known).status, 401) << "the device's cookie opens nothing";
}

}  // namespace
}  // namespace yagura::api
