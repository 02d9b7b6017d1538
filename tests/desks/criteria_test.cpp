#include "desks/criteria.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "desks/governance/criteria_check.hpp"
#include "desks/governance/table_members.hpp"
#include "desks/table_file.hpp"

namespace yagura::desks {
namespace {

namespace json = boost::json;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

/// Two attack types, two stages, two importances; `rows` as JSON text.
json::object table(std::string_view rows) {
  json::object out = json::parse(R"({
    "edition": 3,
    "attack_types": [{"id":"malware","ja":"マルウェア","en":"Malware"},{"id":"phishing","ja":"フィッシング","en":"Phishing"}],
    "progress": [{"id":"attempt","ja":"試行","en":"Attempt"},{"id":"damage","ja":"実害","en":"Damage"}],
    "importance": [{"id":"ordinary","ja":"一般","en":"Ordinary"},{"id":"critical","ja":"最重要","en":"Critical"}],
    "classes": [{"id":"major","ja":"重大","en":"Major"}],
    "importance_default": "ordinary",
    "importance_rules": [{"pattern":"DC??","importance":"critical"},{"pattern":"srv-*-db*","importance":"critical"}],
    "off_criteria_priority": 3,
    "alert_window_minutes": 60})")
                         .as_object();
  out["rows"] = json::parse(rows);
  return out;
}

constexpr std::string_view whole_rows = R"([
  {"id":"R1","attack_type":"any","progress":["attempt"],"importance":["ordinary"],"not_incident":true},
  {"id":"R2","attack_type":"any","progress":["attempt"],"importance":["critical"],"class":"major","priority":2},
  {"id":"R3","attack_type":["malware","phishing"],"progress":["damage"],"importance":"any","class":"major","priority":1}])";

Criteria criteria(std::string_view rows) {
  auto read = read_criteria(table(rows));
  EXPECT_TRUE(read) << (read ? "" : read.error().what);
  return read.value_or(Criteria{});
}

std::vector<std::string> codes(const std::vector<ledger::Reason>& reasons) {
  std::vector<std::string> out;
  for (const auto& reason : reasons) out.push_back(reason.code);
  return out;
}

TEST(A_2_Criteria, decide_by_the_one_row_that_covers_the_combination) {
  const Criteria table = criteria(whole_rows);
  const Decision quiet = decide(table, {"phishing", "attempt", "ordinary"});
  EXPECT_EQ(quiet.ruling, Ruling::not_incident);
  EXPECT_EQ(quiet.row, "R1");
  EXPECT_EQ(quiet.priority, 0);
  const Decision loud = decide(table, {"malware", "damage", "critical"});
  EXPECT_EQ(loud.ruling, Ruling::incident);
  EXPECT_EQ(loud.class_id, "major");
  EXPECT_EQ(loud.priority, 1);
  EXPECT_EQ(loud.row, "R3");
}

TEST(A_2_Criteria, do_not_swallow_an_attack_that_the_table_does_not_know) {
  const Decision decision = decide(criteria(whole_rows), {"unclassified", "attempt", "ordinary"});
  EXPECT_EQ(decision.ruling, Ruling::off_criteria);  // although R1 says "any"
  EXPECT_EQ(decision.row, "");
  EXPECT_EQ(decision.priority, 3);
}

TEST(A_2_Criteria, weigh_a_host_by_the_first_pattern_that_matches_without_case) {
  const Criteria table = criteria(whole_rows);
  EXPECT_EQ(importance_of(table, "dc01"), "critical");
  EXPECT_EQ(importance_of(table, "dc001"), "ordinary");
  EXPECT_EQ(importance_of(table, "SRV-tokyo-DB2"), "critical");
  EXPECT_EQ(importance_of(table, ""), "ordinary");
}

TEST(A_2_Criteria, match_hosts_in_bounded_time_and_to_the_letter) {
  EXPECT_TRUE(matches_host("*", ""));
  EXPECT_TRUE(matches_host("a*b*c", "aXXbYYc"));
  EXPECT_FALSE(matches_host("a*b*c", "aXXbYY"));
  EXPECT_FALSE(matches_host("", "a"));
  EXPECT_FALSE(matches_host("?", ""));
  EXPECT_FALSE(matches_host("*a*a*a*a*a*a*a*b", std::string(20'000, 'a')));
}

TEST(A_2_Criteria, of_a_whole_table_have_no_fault) {
  EXPECT_THAT(governance::check_criteria(criteria(whole_rows)), IsEmpty());
}

TEST(A_2_Criteria, name_each_gap) {
  const auto faults = governance::check_criteria(criteria(R"([
    {"id":"R1","attack_type":"any","progress":["attempt"],"importance":"any","not_incident":true},
    {"id":"R2","attack_type":["malware"],"progress":["damage"],"importance":"any","class":"major","priority":1},
    {"id":"R3","attack_type":["phishing"],"progress":["damage"],"importance":["critical"],"class":"major","priority":1}])"));
  ASSERT_THAT(codes(faults), ElementsAre("governance.criteria.gap"));
  EXPECT_EQ(faults[0].args.at("combination"), "phishing x damage x ordinary");
}

TEST(A_2_Criteria, name_two_rows_that_decide_the_same) {
  const auto faults = governance::check_criteria(criteria(R"([
    {"id":"R1","attack_type":"any","progress":["attempt"],"importance":"any","not_incident":true},
    {"id":"R2","attack_type":["malware"],"progress":"any","importance":["critical"],"class":"major","priority":1},
    {"id":"R3","attack_type":"any","progress":["damage"],"importance":["ordinary"],"class":"major","priority":1},
    {"id":"R4","attack_type":["phishing"],"progress":["damage"],"importance":["critical"],"class":"major","priority":1}])"));
  ASSERT_THAT(codes(faults), ElementsAre("governance.criteria.overlap"));
  EXPECT_EQ(faults[0].args.at("first"), "R1");
  EXPECT_EQ(faults[0].args.at("second"), "R2");
  EXPECT_EQ(faults[0].args.at("combination"), "malware x attempt x critical");
}

TEST(A_2_Criteria, name_a_row_that_can_decide_nothing_any_more) {
  const auto faults = governance::check_criteria(criteria(R"([
    {"id":"R1","attack_type":"any","progress":"any","importance":"any","class":"major","priority":1},
    {"id":"R2","attack_type":["malware"],"progress":["damage"],"importance":["critical"],"not_incident":true}])"));
  ASSERT_THAT(codes(faults), ElementsAre("governance.criteria.unreachable_row"));
  EXPECT_EQ(faults[0].args.at("row"), "R2");
}

TEST(A_2_Criteria, name_values_classes_and_weights_that_nobody_defined) {
  json::object body = table(R"([
    {"id":"R1","attack_type":["malware","phishing","martians"],"progress":"any","importance":"any","class":"urgent","priority":1}])");
  body["importance_default"] = "precious";
  const auto faults = codes(governance::check_criteria(*read_criteria(body)));
  EXPECT_THAT(faults, ElementsAre("governance.criteria.unknown_value", "governance.criteria.unknown_class",
                                  "governance.criteria.class_without_row", "governance.criteria.unknown_importance"));
}

TEST(A_2_Criteria, name_the_first_faults_and_count_the_rest) {
  json::object body = table(
      R"([{"id":"R1","attack_type":["t0"],"progress":["attempt"],"importance":"any","class":"major","priority":1}])");
  json::array types;
  for (int i = 0; i < 60; ++i) types.push_back({{"id", "t" + std::to_string(i)}, {"ja", "種別"}, {"en", "type"}});
  body["attack_types"] = types;
  const auto faults = governance::check_criteria(*read_criteria(body));
  EXPECT_EQ(faults.size(), governance::named_faults_max + 1);
  EXPECT_EQ(faults.back().code, "governance.criteria.more");
  EXPECT_EQ(faults.back().args.at("count"), std::to_string(60 * 4 - 2 - 50));
}

TEST(A_2_Criteria, are_refused_in_a_wrong_shape) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"([])", "'rows' must hold"},
      {R"([7])", "a row is no map"},
      {R"([{"attack_type":"any"}])", "has no id"},
      {R"([{"id":"R1","attack_type":"malware","progress":"any","importance":"any","not_incident":true}])",
       "neither 'any'"},
      {R"([{"id":"R1","attack_type":[7],"progress":"any","importance":"any","not_incident":true}])", "neither 'any'"},
      {R"([{"id":"R1","attack_type":"any","progress":"any","importance":"any"}])", "either a class or not_incident"},
      {R"([{"id":"R1","attack_type":"any","progress":"any","importance":"any","class":"major","priority":9}])",
       "priority must be"},
      {R"([{"id":"R1","attack_type":"any","progress":"any","importance":"any","not_incident":true,"priority":1}])",
       "priority must be"},
      {R"([{"id":"R1","attack_type":"any","progress":"any","importance":"any","not_incident":true},
           {"id":"R1","attack_type":"any","progress":"any","importance":"any","not_incident":true}])",
       "given twice"}};
  for (const auto& [rows, words] : cases) {
    const auto read = read_criteria(table(rows));
    ASSERT_FALSE(read) << rows;
    EXPECT_THAT(read.error().what, testing::HasSubstr(words));
  }
}

TEST(A_2_Criteria, are_refused_with_a_member_that_means_nothing_or_is_of_another_kind) {
  const auto said = [](std::string_view rows) {
    const auto checked = governance::check_members("incident_criteria", table(rows));
    return checked ? std::string("sound") : checked.error().what;
  };
  EXPECT_EQ(said(whole_rows), "sound");
  EXPECT_EQ(said(R"([{"id":"R1","attack_type":"any","progress":"any","importance":"any","class":"major","priority":1},
                     {"id":"R2","attack_type":"any","progress":"any","importance":"any","class":"major","prioritty":1}])"),
            "entry 2 of 'rows' (R2) has a member 'prioritty', which means nothing there");
  EXPECT_EQ(said(R"([{"id":"R1","attack_type":"any","not_incident":"yes"}])"),
            "entry 1 of 'rows' (R1): 'not_incident' is not true or false");
  EXPECT_EQ(said(R"([{"id":"R1","attack_type":"all"}])"),
            "entry 1 of 'rows' (R1): 'attack_type' is not 'any' or a list of values");
  EXPECT_EQ(said(R"([{"id":"R1","priority":"2"}])"), "entry 1 of 'rows' (R1): 'priority' is not a whole number");
  json::object body = table(whole_rows);
  body["classes"].as_array()[0].as_object()["colour"] = "red";
  EXPECT_EQ(governance::check_members("incident_criteria", body).error().what,
            "entry 1 of 'classes' (major) has a member 'colour', which means nothing there");
}

TEST(A_2_VulnerabilityCriteria, and_names_and_policies_know_their_members_too) {
  const auto said = [](std::string_view type, std::string_view body) {
    const auto checked = governance::check_members(type, json::parse(body).as_object());
    return checked ? std::string("sound") : checked.error().what + "; " + checked.error().hint;
  };
  EXPECT_EQ(said("vulnerability_criteria", R"({"input_rules":[{"damage":"severe","cvss":9}]})"),
            "entry 1 of 'input_rules' has a member 'cvss', which means nothing there; it may hold damage, ease, "
            "cvss_at_least, epss_at_least, exploited, vector_has");
  EXPECT_EQ(said("attack_naming", R"({"products":[{"pattern":"Ransom:*","lvl":"high"}]})"),
            "entry 1 of 'products' (Ransom:*) has a member 'lvl', which means nothing there; it may hold product, "
            "field, pattern, type, level");
  EXPECT_EQ(said("action_policy", R"({"actions":[{"class":"major","tasks":[{"code":"isolate","due":30}]}]})"),
            "entry 1 of 'actions' (major), entry 1 of 'tasks' (isolate) has a member 'due', which means nothing "
            "there; it may hold code, ja, en, role, due_minutes, authority_ja, authority_en");
}

TEST(A_2_Criteria, of_the_catalogue_hold_only_members_that_are_known) {
  for (const auto& [type, file] :
       std::vector<std::pair<std::string, std::string>>{{"incident_criteria", "incident_criteria.yaml"},
                                                        {"vulnerability_criteria", "vulnerability_criteria.yaml"},
                                                        {"attack_naming", "attack_names.yaml"},
                                                        {"action_policy", "action_policy.yaml"},
                                                        {"action_policy", "vulnerability_policy.yaml"}}) {
    const auto checked = governance::check_members(
        type, *read_table_file(std::filesystem::path(YAGURA_SOURCE_DIR "/catalog/criteria") / file));
    EXPECT_TRUE(checked) << file << ": " << (checked ? "" : checked.error().what);
  }
}

ActionPolicy policy(std::string_view actions) {
  json::object body{{"edition", 1}, {"actions", json::parse(actions)}};
  auto read = read_action_policy(body);
  EXPECT_TRUE(read) << (read ? "" : read.error().what);
  return read.value_or(ActionPolicy{});
}

constexpr std::string_view one_task =
    R"([{"code":"isolate","ja":"隔離","en":"Isolate","role":"system_owner","due_minutes":30,"authority_ja":"承認不要","authority_en":"none needed"}])";

TEST(A_3_ActionPolicy, answers_every_class_once) {
  const Criteria table = criteria(whole_rows);
  EXPECT_THAT(governance::check_pair(table, policy(R"([{"class":"major","tasks":)" + std::string(one_task) + "}]")),
              IsEmpty());
}

TEST(A_3_ActionPolicy, names_a_class_without_action_and_an_action_without_class) {
  const auto faults = governance::check_pair(criteria(whole_rows),
                                             policy(R"([{"class":"trifle","tasks":)" + std::string(one_task) + "}]"));
  EXPECT_THAT(codes(faults),
              ElementsAre("governance.policy.class_without_action", "governance.policy.action_without_class"));
  EXPECT_EQ(faults[0].args.at("class"), "major");
  EXPECT_EQ(faults[1].args.at("class"), "trifle");
}

TEST(A_3_ActionPolicy, names_a_class_that_has_no_task) {
  EXPECT_THAT(codes(governance::check_pair(criteria(whole_rows), policy(R"([{"class":"major","tasks":[]}])"))),
              ElementsAre("governance.policy.class_without_tasks"));
}

TEST(A_3_ActionPolicy, refuses_a_task_without_deadline_or_authority) {
  for (const char* missing : {"due_minutes", "authority_ja", "role", "what"}) {
    json::array tasks = json::parse(one_task).as_array();
    tasks[0].as_object().erase(std::string_view(missing) == "what" ? "en" : missing);
    const json::object body{{"actions", json::array{{{"class", "major"}, {"tasks", tasks}}}}};
    EXPECT_FALSE(read_action_policy(body)) << missing;
  }
}

}  // namespace
}  // namespace yagura::desks
