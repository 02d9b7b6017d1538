// The registers of single roles worked from beginning to end, as the textbook asks: assessment and threat information.
#include "role_work.hpp"

namespace yagura::desks {
namespace {

using ledger::Record;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
namespace json = boost::json;

using E_1_Network = testing::RoleWork;
using E_4_Scan = testing::RoleWork;
using E_6_ResilienceDrill = testing::RoleWork;
using E_7_ResponseExercise = testing::RoleWork;
using F_1_InternalThreats = testing::RoleWork;
using F_2_ExternalThreats = testing::RoleWork;
using F_3_ThreatReport = testing::RoleWork;
using F_4_Dissemination = testing::RoleWork;

TEST_F(E_1_Network, tells_where_a_device_stands_and_whether_in_line_and_is_found_at_once) {
  const Record dmz = make("network_segment", {{"name", "DMZ"}, {"range", "192.0.2.0/24"}, {"zone", "dmz"}}, handler);
  const Record device =
      make("network_device",
           {{"name", "境界の侵入検知"}, {"kind", "ids"}, {"placement", "tap"}, {"segments", json::array{dmz.id.value}}},
           handler);
  make("network_device", {{"name", "境界の防火壁"}, {"kind", "firewall"}, {"placement", "inline"}}, handler);
  ledger::RecordQuery in_dmz;
  in_dmz.type = "network_device";
  in_dmz.filters = {{"segments", ledger::FilterOp::contains, {dmz.id.value}}};
  ASSERT_THAT(ok(ledger->list(in_dmz)).records, SizeIs(1));
  ledger::RecordQuery named;
  named.type = "network_device";
  named.text = "侵入検知";
  EXPECT_THAT(ok(ledger->list(named)).records, SizeIs(1));
  EXPECT_THAT(against(device, "check", handler), ElementsAre("move.missing_field:checked_on"));
  step(device, "check", handler, {{"checked_on", "2026-04-08"}});
  EXPECT_EQ(step(device, "retire", handler).state, "retired");
}

TEST_F(E_4_Scan, says_how_accurate_it_is_and_when_the_next_one_is) {
  const Record web = make("asset", {{"name", "web01"}, {"kind", "server"}, {"importance", "low"}}, handler);
  const Record scan = make("scan",
                           {{"title", "定期診断"},
                            {"kind", "web"},
                            {"tool", "ZAP"},
                            {"targets", json::array{web.id.value}},
                            {"permission", "管理者の了承"}},
                           handler);
  EXPECT_THAT(against(scan, "run", handler, {{"ran_at", "2026-04-08T01:00:00Z"}, {"findings", 3}}),
              ElementsAre("move.missing_field:accuracy"))
      << "a tool's result comes with what it can't see";
  step(scan, "run", handler,
       {{"ran_at", "2026-04-08T01:00:00Z"}, {"findings", 3}, {"accuracy", "認証後の画面は対象外"}});
  EXPECT_THAT(due(scan), ElementsAre("settle by 2026-04-22T01:00"));
  EXPECT_THAT(against(scan, "settle", handler, {{"result", "三件を登録"}}), ElementsAre("move.missing_field:next_on"));
  EXPECT_EQ(step(scan, "settle", handler, {{"result", "三件を登録"}, {"next_on", "2026-07-08"}}).state, "settled");
}

TEST_F(E_6_ResilienceDrill, is_permitted_by_another_and_its_results_go_to_education) {
  const Record drill =
      make("resilience_drill",
           {{"title", "標的型メール訓練"}, {"kind", "mail"}, {"audience", "全社員"}, {"people", 800}}, handler);
  EXPECT_THAT(against(drill, "permit", person("kenji", {"manager"}), {{"permission", "可"}}),
              ElementsAre("move.same_person"));
  step(drill, "permit", manager, {{"permission", "人事部と合意"}});
  step(drill, "hold", handler, {{"held_on", "2026-04-20"}, {"opened", 40}, {"reported", 300}});
  EXPECT_THAT(against(drill, "use", handler, {{"lessons", "報告先が知られていない"}}),
              ElementsAre("move.missing_field:used_for"));
  const Record poster =
      make("awareness_item",
           {{"title", "報告先"}, {"kind", "poster"}, {"audience", "全社員"}, {"body", "迷ったら報告"}}, outreach);
  EXPECT_EQ(
      step(drill, "use", handler, {{"lessons", "報告先が知られていない"}, {"used_for", json::array{poster.id.value}}})
          .state,
      "used");
}

TEST_F(E_7_ResponseExercise, is_run_to_its_end_and_its_problems_become_improvements) {
  const Record exercise = make("response_exercise",
                               {{"title", "侵入の演習"},
                                {"scenario", "公開サーバーの改ざん"},
                                {"goal", "二時間で封じ込める"},
                                {"method", "live"}},
                               handler);
  EXPECT_THAT(against(exercise, "hold", handler, {{"held_on", "2026-04-08"}}),
              UnorderedElementsAre("move.missing_field:steps", "move.missing_field:reached_end"));
  step(exercise, "hold", handler,
       {{"held_on", "2026-04-08"},
        {"steps",
         json::array{json::object{{"step", "連絡"}, {"expected", 600}, {"actual", 2400}, {"problem", "名簿が古い"}}}},
        {"reached_end", "partly"}});
  EXPECT_THAT(due(exercise), ElementsAre("evaluate by 2026-05-08T01:00"));
  const Record item =
      make("improvement", {{"title", "名簿の更新"}, {"cycle", "short"}, {"role", "D-6"}, {"why", "連絡に40分かかった"}},
           handler);
  EXPECT_EQ(
      step(exercise, "evaluate", manager, {{"causes", "担当の異動"}, {"improvements", json::array{item.id.value}}})
          .state,
      "evaluated");
}

TEST_F(F_1_InternalThreats, names_causes_in_system_rules_and_process_and_the_issues_of_b_and_d_themselves) {
  const Record period = make("internal_threat_analysis",
                             {{"title", "四月の事案"}, {"from", "2026-04-01"}, {"to", "2026-04-30"}}, analyst);
  EXPECT_THAT(against(period, "analyse", analyst),
              UnorderedElementsAre("move.missing_field:cause_system", "move.missing_field:cause_rules",
                                   "move.missing_field:cause_process", "move.missing_field:measures"));
  step(period, "analyse", analyst,
       {{"cause_system", "更新の遅れ"},
        {"cause_rules", "例外が多い"},
        {"cause_process", "確認者の不在"},
        {"measures", "月次の更新"}});
  EXPECT_THAT(against(period, "share", analyst, {{"issues_analysis", "誤検知"}, {"issues_response", "連絡の遅れ"}}),
              ElementsAre("move.missing_field:improvements"));
}

TEST_F(F_2_ExternalThreats, weigh_reliability_and_own_impact_within_two_days_and_review_where_they_come_from) {
  const Record source =
      make("intel_source", {{"name", "JVN"}, {"kind", "vulnerability"}, {"location", "https://jvn.jp/"}}, analyst);
  const Record threat = make("threat_assessment",
                             {{"title", "VPN 装置の脆弱性"},
                              {"received_at", "2026-04-08T01:00:00Z"},
                              {"kind", "vulnerability"},
                              {"body", "認証の回避"},
                              {"source", source.id.value}},
                             analyst);
  EXPECT_THAT(due(threat), ElementsAre("assess by 2026-04-10T01:00"));
  EXPECT_THAT(against(threat, "act", analyst, {{"reason", "同じ装置がある"}}),
              UnorderedElementsAre("move.missing_field:reliability", "move.missing_field:impact"));
  EXPECT_EQ(
      step(threat, "act", analyst, {{"reason", "同じ装置がある"}, {"reliability", "confirmed"}, {"impact", "severe"}})
          .state,
      "acted");
  EXPECT_THAT(against(source, "review", analyst, {{"review_note", "早く正確"}}),
              ElementsAre("move.missing_field:reliability"));
  step(source, "review", analyst, {{"review_note", "早く正確"}, {"reliability", "a"}});
}

TEST_F(F_3_ThreatReport, is_issued_with_its_tlp_once_its_template_was_looked_at) {
  const Record report = make(
      "threat_report",
      {{"title", "速報"}, {"kind", "flash"}, {"template", "速報 2"}, {"summary", "悪用が始まった"}, {"tlp", "amber"}},
      analyst);
  EXPECT_THAT(against(report, "issue", analyst),
              UnorderedElementsAre("move.not_permitted", "move.missing_field:template_review"));
  EXPECT_EQ(step(report, "issue", manager, {{"template_review", "項目は足りている"}}).state, "issued");
  EXPECT_THAT(refused(ledger->update(manager, "test", report.id, 2, {{"summary", "別の要約"}})),
              ElementsAre("record.locked"));
}

TEST_F(F_4_Dissemination, tells_each_function_what_to_do_with_it_and_hears_what_came_of_it) {
  const Record sent =
      make("intel_dissemination", {{"title", "遮断の依頼"}, {"function", "tooling"}, {"instruction", "宛先を遮断する"}},
           analyst);
  EXPECT_THAT(due(sent), ElementsAre("read by 2026-04-11T01:00"));
  step(sent, "read", analyst, {{"read_at", "2026-04-08T02:00:00Z"}});
  EXPECT_THAT(due(sent), IsEmpty());
  EXPECT_THAT(against(sent, "not_use", analyst), ElementsAre("move.missing_field:feedback")) << "a reason comes back";
  EXPECT_EQ(step(sent, "use", analyst, {{"used", "三つの装置で遮断した"}}).state, "used");
}

}  // namespace
}  // namespace yagura::desks
