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

TEST_F(A_6_RoleRoutes, check_rosters_and_hand_out_their_calendar) {
  const CallOptions manager = platform.as("kondo", {"manager"});
  post("/api/v1/records/roster", manager,
       {{"body", {{"name", "常時"}, {"team", "一次対応"}, {"mode", "always"}, {"seats", 1}, {"from", "2026-01-01"}}}});
  const json::value shift = post("/api/v1/records/shift", manager,
                                 {{"body",
                                   {{"team", "一次対応"},
                                    {"person", "user:ito"},
                                    {"starts_at", "2026-04-08T00:00:00Z"},
                                    {"ends_at", "2026-04-08T12:00:00Z"}}}});
  const std::string day = "from=2026-04-08T00:00:00Z&until=2026-04-09T00:00:00Z";
  const json::value look = get("/api/v1/roster?" + day, manager);
  ASSERT_EQ(look.at("findings").as_array().size(), 1U);
  EXPECT_EQ(look.at("findings").at(0).at("kind"), "gap");
  EXPECT_EQ(look.at("findings").at(0).at("from"), "2026-04-08T12:00:00Z");
  const Reply calendar = platform.api().call("GET", "/api/v1/roster/calendar?person=ito&" + day, manager);
  EXPECT_EQ(calendar.status, 200);
  EXPECT_EQ(calendar.header("Content-Type"), "text/calendar; charset=utf-8");
  EXPECT_NE(calendar.body.find("UID:" + json::value_to<std::string>(shift.at("id")) + "@"), std::string::npos);
  EXPECT_EQ(platform.api().call("GET", "/api/v1/roster/calendar?person=me&" + day, manager).body.find("VEVENT"),
            std::string::npos);
  get("/api/v1/roster?from=2026-04-08T00:00:00Z&until=2026-04-08T00:00:00Z", manager, 422);
  get("/api/v1/roster?from=2026-04-08T00:00:00Z&until=2027-07-08T00:00:00Z", manager, 422);
  EXPECT_EQ(get("/api/v1/resources", manager).at("warnings").at(0).at("kind"), "no_plan");
}

TEST_F(A_6_RoleRoutes, simulate_a_staffing_within_bounds) {
  const CallOptions manager = platform.as("kondo", {"manager"});
  const json::value staffing = get("/api/v1/staffing", manager);
  EXPECT_EQ(staffing.at("levels").as_array().size(), 4U);
  EXPECT_EQ(staffing.at("levels").at(3).at("total"), 26);
  EXPECT_EQ(staffing.at("demand").at("work").at(0).at("per_day_of"), "catalogue");
  const auto order = [&](const json::value& body) {
    return platform.api().call("POST", "/api/v1/staffing/simulation", manager, json::serialize(body));
  };
  const Reply level = order({{"level", 0}, {"days", 30}, {"runs", 2}});
  ASSERT_EQ(level.status, 200) << level.body;
  const double few = level.json().at("missed_share").to_number<double>();
  const Reply more = order({{"level", 3}, {"days", 30}, {"runs", 2}, {"variants", true}});
  ASSERT_EQ(more.status, 200) << more.body;
  EXPECT_LT(more.json().at("missed_share").to_number<double>(), few);
  EXPECT_FALSE(more.json().at("variants").as_array().empty());
  EXPECT_TRUE(order({{"level", 0}, {"days", 30}, {"runs", 2}}).json().at("simulation") == level.json().at("simulation"))
      << "the same seed, the same figures";

  EXPECT_EQ(order({{"days", 731}}).status, 422);
  EXPECT_EQ(order({{"runs", 51}}).status, 422);
  EXPECT_EQ(order({{"work", json::array{{{"id", "alert"}, {"minutes", 0}}}}}).status, 422);
  EXPECT_EQ(order({{"work", json::array{{{"id", "nothing"}, {"minutes", 1}}}}}).status, 422);
  EXPECT_EQ(order({{"days", 730}, {"runs", 50}, {"work", json::array{{{"id", "alert"}, {"per_day", 9000}}}}}).status,
            422);
  EXPECT_EQ(order({{"teams", json::array{{{"team_ja", "一次対応"}, {"mode", "day"}, {"seats", 1}}}}}).status, 422)
      << "the others' work would be nobody's";
}

TEST_F(A_6_RoleRoutes, load_skills_and_show_people_with_their_gaps) {
  const CallOptions manager = platform.as("kondo", {"manager"});
  CallOptions file = manager;
  file.type = "text/csv";
  const auto load = [&](const std::string& csv, const std::string& edition) {
    return platform.api().call("POST", "/api/v1/skills/overlay?framework=NICE&edition=" + edition, file, csv);
  };
  const Reply broken = load("code,name,role,level\nK1,a,B-1,9\n", "1");
  EXPECT_EQ(broken.status, 422);
  EXPECT_EQ(broken.json().at("errors").at(0).at("pointer"), "row:2/level");
  const Reply loaded = load("code,name,role,level\nK1,パケットの読み方,B-1,3\n", "1");
  ASSERT_EQ(loaded.status, 200) << loaded.body;
  EXPECT_EQ(loaded.json().at("created"), 1);
  const json::value person = post("/api/v1/records/person", manager,
                                  {{"body", {{"name", "伊藤"}, {"account", "user:ito"}, {"roles", "B-1"}}}});
  const json::value gaps = get("/api/v1/skills/gaps", manager);
  ASSERT_EQ(gaps.at("roles").as_array().size(), 1U);
  EXPECT_EQ(gaps.at("roles").at(0).at("role"), "B-1");
  EXPECT_EQ(gaps.at("teams").at(0).at("team_ja"), "一次対応");
  EXPECT_EQ(get("/api/v1/people", manager).at("people").as_array().size(), 1U);
  const json::value page = get("/api/v1/people/" + json::value_to<std::string>(person.at("id")), manager);
  EXPECT_EQ(page.at("gaps").at(0).at("code"), "K1");
  EXPECT_EQ(page.at("stages").as_array().size(), 6U);
  get("/api/v1/people/PRS-2026-9999", manager, 404);
  get("/api/v1/skills/gaps", platform.as("sato", {"analyst"}), 403);
}

TEST_F(A_6_RoleRoutes, hold_improvements_to_their_cycle) {
  const CallOptions manager = platform.as("kondo", {"manager"});
  const json::value item = post("/api/v1/records/improvement", manager,
                                {{"body", {{"title", "自動化"}, {"cycle", "long"}, {"role", "B-1"}, {"why", "遅い"}}}});
  const std::string base = "/api/v1/improvements/" + json::value_to<std::string>(item.at("id"));
  const Reply early =
      platform.api().call("POST", base + "/start", manager, "{\"owner\":\"user:ito\",\"due\":\"2027-01-01\"}");
  EXPECT_EQ(early.status, 409) << early.body;
  EXPECT_NE(early.body.find("improvement.long_needs_decision"), std::string::npos);
  const json::value decided =
      post(base + "/decide", manager, {{"owner", "user:ito"}, {"due", "2027-01-01"}, {"decision", "作る"}});
  EXPECT_EQ(decided.at("state"), "decided");
  EXPECT_EQ(get("/api/v1/improvements/ageing", manager).at("open").at(0).at("state"), "decided");
  EXPECT_EQ(get("/api/v1/improvements?cycle=short", manager).at("records").as_array().size(), 0U);
}

}  // namespace
}  // namespace yagura::api
