// The organisation through the API: roles and their pulses, and who may see which.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

#include "platform.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

class A_6_RoleRoutes : public ::testing::Test {
 protected:
  json::value get(const std::string& target, const CallOptions& who, int status = 200) {
    const Reply reply = platform.api().call("GET", target, who);
    EXPECT_EQ(reply.status, status) << reply.body;
    return reply.json();
  }
  json::value post(const std::string& target, const CallOptions& who, const json::value& body) {
    const Reply reply = platform.api().call("POST", target, who, json::serialize(body));
    EXPECT_LT(reply.status, 300) << reply.body;
    return reply.json();
  }

  Platform platform;
};

TEST_F(A_6_RoleRoutes, show_the_54_roles_with_owner_and_pulse) {
  const CallOptions manager = platform.as("kondo", {"manager"});
  json::value board = get("/api/v1/roles", manager);
  ASSERT_EQ(board.at("roles").as_array().size(), 54U);
  EXPECT_EQ(get("/api/v1/roles?function=D", manager).at("roles").as_array().size(), 8U);
  EXPECT_NE(board.at("rule").at("en").as_string().find("100"), json::string::npos);
  for (const json::value& role : board.at("roles").as_array()) {
    EXPECT_TRUE(role.at("owner").is_null());
    EXPECT_EQ(role.at("pulse").at("standing"), "missing") << role.at("id");
  }

  post("/api/v1/records/role_assignment", manager,
       {{"body", {{"role", "E-1"}, {"sourcing", "own"}, {"owner", "user:ito"}, {"from", "2026-01-01"}}}});
  EXPECT_EQ(get("/api/v1/roles/E-1", manager).at("pulse").at("standing"), "in_name_only");
  EXPECT_EQ(get("/api/v1/roles?standing=in_name_only", manager).at("roles").as_array().size(), 1U);

  const json::value made = post("/api/v1/records/network_segment", platform.as("ito", {"handler"}),
                                {{"body", {{"name", "office"}, {"range", "192.0.2.0/24"}, {"zone", "office"}}}});
  const json::value role = get("/api/v1/roles/E-1", manager);
  EXPECT_EQ(role.at("owner"), "ito");
  EXPECT_EQ(role.at("pulse").at("standing"), "alive");
  EXPECT_EQ(role.at("pulse").at("score"), 100);
  EXPECT_TRUE(role.at("performers").at(0).at("assigned").as_bool());
}

TEST_F(A_6_RoleRoutes, lead_from_a_pulse_to_its_facts_and_records) {
  const CallOptions manager = platform.as("kondo", {"manager"});
  post("/api/v1/records/network_segment", manager,
       {{"body", {{"name", "office"}, {"range", "192.0.2.0/24"}, {"zone", "office"}}}});
  const json::value role = get("/api/v1/roles/E-1", manager);
  ASSERT_EQ(role.at("evidence").as_array().size(), 1U);
  const json::value& deed = role.at("evidence").at(0);
  EXPECT_EQ(get(json::value_to<std::string>(deed.at("fact_href")), manager).at("subject"), deed.at("record"));
  EXPECT_EQ(get(json::value_to<std::string>(deed.at("record_href")), manager).at("id"), deed.at("record"));
}

TEST_F(A_6_RoleRoutes, cannot_be_told_a_pulse) {
  const CallOptions manager = platform.as("kondo", {"manager"});
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"})
    for (const char* target : {"/api/v1/roles", "/api/v1/roles/E-1"}) {
      const int status = platform.api().call(method, target, manager, "{\"score\":100}").status;
      EXPECT_EQ(status, 405) << method << " " << target;
    }
  get("/api/v1/roles/J-1", manager, 404);
}

TEST_F(A_6_RoleRoutes, hide_the_pulse_of_registers_that_are_not_for_the_reader) {
  const CallOptions analyst = platform.as("sato", {"analyst"});
  const json::value fraud = get("/api/v1/roles/H-2", analyst);  // sealed cases: not even that there are any
  EXPECT_TRUE(fraud.at("hidden").as_bool());
  EXPECT_TRUE(fraud.at("pulse").is_null());
  EXPECT_TRUE(fraud.at("evidence").as_array().empty());
  EXPECT_FALSE(get("/api/v1/roles/B-1", analyst).at("hidden").as_bool());
  for (const json::value& role : get("/api/v1/roles?standing=missing", analyst).at("roles").as_array())
    EXPECT_NE(role.at("function"), "H");
  get("/api/v1/roles", platform.as("feed", {"collector"}), 403);
}

TEST_F(A_6_RoleRoutes, show_sourcing_on_the_areas_and_against_a_target) {
  const CallOptions manager = platform.as("kondo", {"manager"});
  EXPECT_TRUE(get("/api/v1/sourcing", manager).at("pattern").is_null());
  for (const auto& [role, sourcing] : {std::pair{"A-1", "specialist"}, {"A-3", "own"}, {"D-2", "own"}})
    post("/api/v1/records/role_assignment", manager,
         {{"body", {{"role", role}, {"sourcing", sourcing}, {"owner", "user:ito"}, {"from", "2026-01-01"}}}});
  const json::value view = get("/api/v1/sourcing?target=4", manager);
  EXPECT_EQ(view.at("pattern").at("id"), 1);
  EXPECT_EQ(view.at("target").at("id"), 4);
  EXPECT_EQ(view.at("undecided"), 51);
  std::set<std::string> kinds;
  for (const json::value& warning : view.at("warnings").as_array())
    if (warning.at("id") == "A-1") kinds.insert(json::value_to<std::string>(warning.at("kind")));
  EXPECT_EQ(kinds, (std::set<std::string>{"area_one_outsourced", "nobody_named"}));
  EXPECT_EQ(platform.api().call("GET", "/api/v1/sourcing?target=5", manager).status, 422);
}

}  // namespace
}  // namespace yagura::api
