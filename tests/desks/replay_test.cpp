#include "desks/exposure/desk.hpp"
#include "desks/governance/criteria_check.hpp"
#include "desks/in_force.hpp"
#include "fixture.hpp"

namespace yagura::desks {
namespace {

namespace json = boost::json;
using governance::Replay;
using ledger::Record;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class Replaying : public testing::DesksTest {
 protected:
  ledger::Actor manager = person("tanaka", {"manager"});
  ledger::Actor ciso = person("suzuki", {"ciso"});
  ledger::Actor analyst = person("hana", {"analyst"});
  ledger::Actor handler = person("kenji", {"handler"});

  json::object table(const std::string& type) {
    json::object body = all(type).front().body;
    for (const char* field : {"edition", "in_force_from", "approved_by"}) body.erase(field);
    return body;
  }
  json::object& row(json::object& body, std::string_view id) {
    for (json::value& item : body["rows"].as_array())
      if (text_at(item.as_object(), "id") == id) return item.as_object();
    check(false, "no such row");
    return body;
  }
  Replay replay(const ledger::Actor& who, const Record& proposal, int64_t days = 30) {
    return ok(governance->replay(who, {.proposal = proposal.id, .beside = {}, .days = days}));
  }
  void take(const std::vector<detect::Finding>& findings) { ok(triage->take_findings(findings)); }
};

using A_2_Replay = Replaying;
using A_2_Naming = Replaying;
using A_2_E_3_Vulnerability = Replaying;

TEST_F(A_2_Replay, of_the_table_in_force_changes_nothing) {
  install_defaults();
  take({credential_dump("ws01", "2026-04-08T00:10:00Z"), credential_dump("dc01", "2026-04-08T00:20:00Z")});
  const Replay out = replay(manager, ok(governance->propose_criteria(manager, table("incident_criteria"))));
  EXPECT_EQ(out.alerts, 2);
  EXPECT_EQ(out.unchanged, 2);
  EXPECT_EQ(out.changed, 0);
  EXPECT_FALSE(out.cut);
  EXPECT_THAT(out.differing.examples, IsEmpty());
  int64_t before = 0;
  int64_t after = 0;
  for (const auto& [id, counts] : out.rows) {
    before += counts.first;
    after += counts.second;
  }
  EXPECT_EQ(before, 2);
  EXPECT_EQ(after, 2);
}

TEST_F(A_2_Replay, names_the_incidents_that_would_not_have_been_and_the_row_that_says_so) {
  install_defaults();
  take({credential_dump("ws01", "2026-04-08T00:10:00Z"), credential_dump("dc01", "2026-04-08T00:20:00Z")});
  for (const Record& alert : all("alert")) ok(triage->escalate(analyst, alert.id, "確認済み"));
  react();
  ASSERT_EQ(all("incident").size(), 2U);
  // Credential theft on ordinary machines is decided by R11 at the stage of an intrusion: call it no incident.
  json::object body = table("incident_criteria");
  json::object& r11 = row(body, "R11");
  r11.erase("class");
  r11.erase("priority");
  r11["not_incident"] = true;
  const Replay out = replay(manager, ok(governance->propose_criteria(manager, body)));
  EXPECT_EQ(out.alerts, 2);
  EXPECT_EQ(out.changed, 1);
  EXPECT_EQ(out.unchanged, 1);
  EXPECT_EQ(out.incidents, 2);
  ASSERT_EQ(out.incidents_lost.count, 1);
  EXPECT_EQ(out.incidents_lost.examples[0].after, "not_incident");
  EXPECT_EQ(out.incidents_lost.examples[0].after_row, "R11");
  const Record lost = get({out.incidents_lost.examples[0].id});
  EXPECT_EQ(text_at(lost.body, "importance"), "ordinary");
  EXPECT_EQ(out.rows.at("R11"), (std::pair<int64_t, int64_t>{1, 1}));
  ASSERT_EQ(out.differing.examples.size(), 1U);
  EXPECT_EQ(out.differing.examples[0].before, "incident/standard/3");
  EXPECT_EQ(out.shifts.at({"incident/standard/3", "not_incident"}), 1);
}

TEST_F(A_2_Replay, names_alerts_that_were_set_aside_and_would_have_called_for_response) {
  install_defaults();
  take({finding("probe", "ws02", "", "2026-04-08T00:10:00Z", detect::Level::informational, {"attack.discovery"})});
  ASSERT_EQ(all("alert").front().state, "set_aside");
  json::object body = table("incident_criteria");
  json::object& r01 = row(body, "R01");
  r01.erase("not_incident");
  r01["class"] = "minor";
  r01["priority"] = 5;
  const Replay out = replay(manager, ok(governance->propose_criteria(manager, body)));
  ASSERT_EQ(out.incidents_gained.count, 1);
  EXPECT_EQ(out.incidents_gained.examples[0].id, all("alert").front().id.value);
  EXPECT_EQ(out.incidents_gained.examples[0].after, "incident/minor/5");
  EXPECT_EQ(out.incidents_lost.count, 0);
}

TEST_F(A_2_Replay, weighs_hosts_anew_and_shows_what_no_row_would_cover) {
  install_defaults();
  take({credential_dump("ws01", "2026-04-08T00:10:00Z")});
  json::object body = table("incident_criteria");
  body["importance_rules"].as_array().insert(body["importance_rules"].as_array().begin(),
                                             json::object{{"pattern", "ws*"}, {"importance", "critical"}});
  const Replay raised = replay(manager, ok(governance->propose_criteria(manager, body)));
  EXPECT_EQ(raised.shifts.at({"incident/standard/3", "incident/major/2"}), 1);

  json::object gap = table("incident_criteria");
  json::array& rows = gap["rows"].as_array();
  for (auto it = rows.begin(); it != rows.end(); ++it)
    if (text_at(it->as_object(), "id") == "R11") {
      rows.erase(it);
      break;
    }
  const Replay uncovered = replay(manager, ok(governance->propose_criteria(manager, gap)));
  EXPECT_EQ(uncovered.shifts.at({"incident/standard/3", "off_criteria/3"}), 1);
}

TEST_F(A_2_Replay, looks_back_so_many_days_and_no_further) {
  install_defaults();
  take({credential_dump("ws01", "2026-04-08T00:10:00Z")});
  later(10 * 24 * 60);
  take({credential_dump("ws01", "2026-04-18T00:10:00Z")});
  const Record proposal = ok(governance->propose_criteria(manager, table("incident_criteria")));
  EXPECT_EQ(replay(manager, proposal, 9).alerts, 1);
  EXPECT_EQ(replay(manager, proposal, 11).alerts, 2);
  EXPECT_THAT(refused(governance->replay(manager, {.proposal = proposal.id, .beside = {}, .days = 0})),
              ElementsAre("governance.replay.days"));
  EXPECT_THAT(refused(governance->replay(manager, {.proposal = proposal.id, .beside = {}, .days = 401})),
              ElementsAre("governance.replay.days"));
}

TEST_F(A_2_Replay, reads_page_after_page_and_names_only_the_first_of_many) {
  install_defaults();
  std::vector<detect::Finding> findings;
  for (int i = 0; i < 1'203; ++i) findings.push_back(credential_dump("ws" + std::to_string(i), "2026-04-08T00:10:00Z"));
  take(findings);
  json::object body = table("incident_criteria");
  row(body, "R11")["priority"] = 1;
  const Replay out = replay(manager, ok(governance->propose_criteria(manager, body)));
  EXPECT_EQ(out.alerts, 1'203);
  EXPECT_EQ(out.changed, 1'203);
  EXPECT_EQ(out.differing.count, 1'203);
  EXPECT_EQ(out.differing.examples.size(), governance::replay_examples_max);
}

TEST_F(A_2_Replay, goes_before_the_approval_of_the_version_that_is_approved) {
  install_defaults();
  const Record proposal = ok(governance->propose_criteria(manager, table("incident_criteria")));
  later(1);
  EXPECT_THAT(refused(governance->approve(ciso, {.criteria = proposal.id})),
              ElementsAre("governance.approve.not_replayed"));
  replay(person("audit", {"auditor"}), proposal);  // who may only look has looked: that is no test before approval
  EXPECT_THAT(facts("criteria.replayed"), IsEmpty());
  replay(ciso, proposal);
  ASSERT_EQ(facts("criteria.replayed").size(), 1U);
  ok(governance->revise(manager, proposal.id, {{"off_criteria_priority", 2}}));
  EXPECT_THAT(refused(governance->approve(ciso, {.criteria = proposal.id})),
              ElementsAre("governance.approve.not_replayed"));
  replay(ciso, proposal);
  ok(governance->approve(ciso, {.criteria = proposal.id}));
  forbidden(governance->replay(person("x", {"collector"}), {.proposal = proposal.id, .beside = {}}));
}

TEST_F(A_2_Naming, of_products_decides_before_tags_and_level) {
  install_defaults();
  detect::Finding threat =
      finding("defender", "ws01", "", "2026-04-08T00:10:00Z", detect::Level::medium, {"attack.execution"});
  threat.fields = {{"Threat Name", "ransom:Win32/Locker"}, {"Severity Name", "Severe"}};
  take({threat});
  const Record alert = all("alert").front();
  EXPECT_EQ(text_at(alert.body, "attack_type"), "destruction");
  EXPECT_EQ(text_at(alert.body, "progress"), "intrusion");  // the tags' stage, within the bounds of "critical"
}

TEST_F(A_2_Naming, is_proposed_replayed_on_what_was_seen_and_in_force_for_what_comes) {
  install_defaults();
  detect::Finding threat = finding("proxy", "ws01", "", "2026-04-08T00:10:00Z", detect::Level::medium, {"vendor.x"});
  threat.fields = {{"Category", "Botnet C2"}};
  take({threat});
  ASSERT_EQ(text_at(all("alert").front().body, "attack_type"), "unclassified");
  json::object body = table("attack_naming");
  body["products"].as_array().push_back({{"product", "Proxy"},
                                         {"field", "Category"},
                                         {"pattern", "botnet*"},
                                         {"type", "command_and_control"},
                                         {"level", "high"}});
  const Record proposal = ok(governance->propose_naming(manager, body));
  EXPECT_THAT(refused(governance->approve(ciso, {.naming = proposal.id})),
              ElementsAre("governance.approve.not_later", "governance.approve.not_replayed"));
  later(1);
  const Replay out = replay(ciso, proposal);
  EXPECT_EQ(out.changed, 1);
  EXPECT_TRUE(out.differing.examples.at(0).before.starts_with("off_criteria")) << out.differing.examples[0].before;
  EXPECT_TRUE(out.differing.examples.at(0).after.starts_with("incident/")) << out.differing.examples[0].after;
  ok(governance->approve(ciso, {.naming = proposal.id}));
  EXPECT_EQ(ok(governance->current("attack_naming", now)), proposal.id.value);
  threat.host = "ws09";
  threat.id = "another";
  take({threat});
  EXPECT_EQ(text_at(all("alert").back().body, "attack_type"), "command_and_control");
}

TEST_F(A_2_Naming, speaks_the_language_of_the_criteria) {
  install_defaults();
  json::object body = table("attack_naming");
  body["attack_types"].as_array().push_back({{"type", "witchcraft"}, {"tags", json::array{"attack.magic"}}});
  const Record proposal = ok(governance->propose_naming(manager, body));
  later(1);
  const auto faults = ok(governance->check(ciso, {.naming = proposal.id}));
  EXPECT_THAT(testing::codes(faults), ElementsAre("governance.naming.unknown_type", "governance.approve.not_replayed"));
  for (const auto& [name, wrong] : std::vector<std::pair<std::string, json::value>>{
           {"order", json::array{}},
           {"attack_types", json::array{json::object{{"type", "x"}}}},
           {"products", json::array{json::object{{"product", "P"}, {"field", "F"}, {"pattern", "*"}}}},
           {"products", json::array{json::object{{"product", "P"}, {"field", "F"}, {"pattern", "*"}, {"level", "9"}}}},
           {"stages", json::object{{"attack.impact", "nowhere"}}},
           {"levels", json::object{}}}) {
    json::object broken = table("attack_naming");
    broken[name] = wrong;
    EXPECT_THAT(refused(governance->propose_naming(manager, broken)), ElementsAre("governance.table.shape")) << name;
  }
}

TEST_F(A_2_E_3_Vulnerability, criteria_as_shipped_decide_every_combination_once) {
  install_defaults();
  const auto criteria = ok(vulnerability_criteria_in_force(*ledger, now));
  ASSERT_TRUE(criteria);
  EXPECT_THAT(governance::check_criteria(*criteria), IsEmpty());
  EXPECT_EQ(criteria->dimensions[0].size() * criteria->dimensions[1].size() * criteria->dimensions[2].size(), 48U);
  ASSERT_TRUE(ok(policy_in_force(*ledger, now, CriteriaSet::vulnerability)));
  EXPECT_EQ(ok(policy_in_force(*ledger, now))->set, CriteriaSet::incident);
}

TEST_F(A_2_E_3_Vulnerability, is_judged_by_what_is_published_and_keeps_row_and_edition) {
  install_defaults();
  const Record server = ok(
      ledger->create(handler, "exposure", "asset", {{"name", "vpn01"}, {"kind", "network"}, {"importance", "high"}}));
  const Record laptop =
      ok(ledger->create(handler, "exposure", "asset", {{"name", "ws1"}, {"kind", "endpoint"}, {"importance", "low"}}));
  const Record found = ok(ledger->create(handler, "exposure", "vulnerability",
                                         {{"title", "遠隔コード実行"},
                                          {"assets", json::array{laptop.id.value, server.id.value}},
                                          {"source", "vendor"},
                                          {"cvss", 8.1},
                                          {"vector", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}}));
  const Record judged = ok(exposure::ExposureDesk(*ledger).judge(handler, found.id, {}));
  EXPECT_EQ(text_at(judged.body, "damage"), "serious");
  EXPECT_EQ(text_at(judged.body, "ease"), "easy");
  EXPECT_EQ(text_at(judged.body, "importance"), "high");  // the highest of its assets
  EXPECT_EQ(text_at(judged.body, "criteria_row"), "V06");
  EXPECT_EQ(text_at(judged.body, "class"), "prompt");
  EXPECT_EQ(integer_at(judged.body, "criteria_edition"), 1);
  EXPECT_EQ(text_at(judged.body, "decision"), "act");
  ASSERT_EQ(array_at(judged.body, "actions").size(), 2U);
  EXPECT_EQ(text_at(array_at(judged.body, "actions")[0].as_object(), "due_at"), "2026-04-09T01:00:00.000000Z");
}

TEST_F(A_2_E_3_Vulnerability, off_the_criteria_is_refused_and_against_them_becomes_a_proposal) {
  install_defaults();
  const Record server = ok(
      ledger->create(handler, "exposure", "asset", {{"name", "vpn01"}, {"kind", "network"}, {"importance", "high"}}));
  const Record found =
      ok(ledger->create(handler, "exposure", "vulnerability",
                        {{"title", "詳細不明"}, {"assets", json::array{server.id.value}}, {"source", "other"}}));
  exposure::ExposureDesk desk(*ledger);
  EXPECT_THAT(refused(desk.judge(handler, found.id, {})), ElementsAre("exposure.judge.off_criteria"));
  EXPECT_THAT(refused(desk.judge(handler, found.id, {.class_id = "prompt"})), ElementsAre("exposure.judge.no_reason"));
  EXPECT_THAT(refused(desk.judge(handler, found.id, {.class_id = "never", .reason = "x"})),
              ElementsAre("exposure.judge.unknown_class"));
  forbidden(desk.judge(analyst, found.id, {}));
  const Record judged = ok(desk.judge(handler, found.id, {.class_id = "prompt", .reason = "供給元の警告による"}));
  EXPECT_EQ(text_at(judged.body, "decision"), "off_criteria");
  EXPECT_EQ(text_at(judged.body, "damage"), "unknown");
  react();
  const auto proposals = all("criteria_proposal");
  ASSERT_EQ(proposals.size(), 1U);
  EXPECT_EQ(text_at(proposals[0].body, "set"), "vulnerability");
  EXPECT_EQ(text_at(proposals[0].body, "ease"), "unknown");
  EXPECT_EQ(text_at(proposals[0].body, "combination"),
            "vulnerability departed: unknown x unknown x high -> prompt / 3");
}

TEST_F(A_2_E_3_Vulnerability, criteria_are_replayed_over_the_register) {
  install_defaults();
  const Record server = ok(
      ledger->create(handler, "exposure", "asset", {{"name", "vpn01"}, {"kind", "network"}, {"importance", "high"}}));
  const auto make = [&](const char* title, double cvss) {
    return ok(ledger->create(handler, "exposure", "vulnerability",
                             {{"title", title},
                              {"assets", json::array{server.id.value}},
                              {"source", "vendor"},
                              {"cvss", cvss},
                              {"exploited", "poc"}}));
  };
  const Record one = make("一", 5.0);
  make("二", 2.0);
  ok(exposure::ExposureDesk(*ledger).judge(handler, one.id, {}));
  json::object body = table("vulnerability_criteria");
  row(body, "V08")["class"] = "prompt";
  const Replay out = replay(manager, ok(governance->propose_vulnerability_criteria(manager, body)));
  EXPECT_EQ(out.vulnerabilities, 2);
  EXPECT_EQ(out.alerts, 0);
  EXPECT_EQ(out.shifts.at({"incident/planned/3", "incident/prompt/3"}), 1);
  EXPECT_EQ(out.shifts.at({"undecided", "incident/routine/4"}), 1);
  EXPECT_EQ(out.rows.at("V08"), (std::pair<int64_t, int64_t>{1, 1}));
  EXPECT_EQ(out.rows.at("V10"), (std::pair<int64_t, int64_t>{0, 1}));
}

TEST_F(A_2_E_3_Vulnerability, criteria_and_policy_are_approved_within_their_own_set) {
  install_defaults();
  later(1);
  const Record criteria = ok(governance->propose_vulnerability_criteria(manager, table("vulnerability_criteria")));
  const Record policy = ok(governance->propose_policy(manager, table("action_policy")));  // of incidents
  replay(ciso, criteria);
  EXPECT_THAT(refused(governance->approve(ciso, {.criteria = criteria.id, .policy = policy.id})),
              ElementsAre("governance.approve.sets_differ"));
  ok(governance->approve(ciso, {.criteria = criteria.id}));
  EXPECT_EQ(ok(vulnerability_criteria_in_force(*ledger, now))->edition, 2);
  EXPECT_EQ(ok(governance->current_criteria(now))->edition, 1);
  json::object broken = table("vulnerability_criteria");
  broken["input_rules"].as_array().push_back({{"damage", "cosmic"}, {"cvss_at_least", 9.9}});
  const Record wrong = ok(governance->propose_vulnerability_criteria(manager, broken));
  later(1);
  EXPECT_THAT(testing::codes(ok(governance->check(ciso, {.criteria = wrong.id}))),
              ElementsAre("governance.criteria.unknown_input", "governance.approve.not_replayed"));
}

}  // namespace
}  // namespace yagura::desks
