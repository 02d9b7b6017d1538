// The registers of single roles worked from beginning to end, as the textbook asks: the systems that security work
// runs on.
#include "role_work.hpp"

namespace yagura::desks {
namespace {

using ledger::Record;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
namespace json = boost::json;

class Systems : public testing::RoleWork {
 protected:
  Record product(std::string_view family, std::string_view kind) const {
    return make("security_product", {{"name", "境界の装置"}, {"family", family}, {"kind", kind}}, handler);
  }
};

using G_1_NetworkProducts = Systems;
using G_2_Signatures = Systems;
using G_3_EndpointCoverage = Systems;
using G_4_EndpointIndicator = Systems;
using G_5_AnalysisTools = Systems;
using G_6_AnalysisPlatform = Systems;
using G_7_CustomAnalytic = Systems;
using G_8_ChangeTrial = Systems;
using G_9_ToolStudy = Systems;
using G_10_WorkSystem = Systems;

TEST_F(G_1_NetworkProducts, are_checked_for_life_and_signatures_and_changed_only_by_a_procedure) {
  const Record ids = product("network", "ids");
  EXPECT_THAT(against(ids, "check", handler, {{"alive_checked_at", "2026-04-08T01:00:00Z"}}),
              ElementsAre("move.missing_field:signature_at"));
  step(ids, "fail", handler, {{"state_note", "応答しない"}});
  EXPECT_THAT(due(ids), ElementsAre("repair by 2026-04-09T01:00"));
  step(ids, "check", handler, {{"alive_checked_at", "2026-04-08T02:00:00Z"}, {"signature_at", "2026-04-08T00:00:00Z"}});
  const auto without = ledger->create(
      handler, "test", "change_ticket",
      {{"title", "更新"}, {"products", json::array{ids.id.value}}, {"why", "脆弱性"}, {"rollback", "前の版へ戻す"}});
  EXPECT_THAT(refused(without), ElementsAre("field.missing")) << "no change without its procedure";
  const Record change = make("change_ticket",
                             {{"title", "更新"},
                              {"products", json::array{ids.id.value}},
                              {"why", "脆弱性"},
                              {"procedure", "手順書 12"},
                              {"rollback", "前の版へ戻す"}},
                             handler);
  EXPECT_THAT(against(change, "finish", handler, {{"done_at", "2026-04-09T01:00:00Z"}, {"result", "済"}}),
              ElementsAre("move.not_from_state"))
      << "not before it was approved";
  step(change, "approve", manager,
       {{"approver", "user:tanaka"}, {"planned_at", "2026-04-09T01:00:00Z"}, {"impact", "停止なし"}});
  EXPECT_EQ(step(change, "finish", handler, {{"done_at", "2026-04-09T01:00:00Z"}, {"result", "済"}}).state, "done");
}

TEST_F(G_2_Signatures, are_tested_then_staged_with_a_bound_on_false_positives_then_in_force) {
  const Record ids = product("network", "ids");
  const Record mine = make("custom_signature",
                           {{"title", "社内向けの検知"},
                            {"products", json::array{ids.id.value}},
                            {"why", "特有の通信"},
                            {"body", "alert tcp any any -> any 4444"},
                            {"action", "detect"}},
                           handler);
  EXPECT_THAT(against(mine, "stage", manager, {{"stage", "支店のみ"}, {"false_positives_max", 3}}),
              ElementsAre("move.not_from_state"));
  step(mine, "test", handler, {{"test", "一週間分の記録で一件"}});
  EXPECT_THAT(against(mine, "stage", manager, {{"stage", "支店のみ"}}),
              ElementsAre("move.missing_field:false_positives_max"));
  step(mine, "stage", manager, {{"stage", "支店のみ"}, {"false_positives_max", 3}});
  EXPECT_EQ(step(mine, "enforce", manager, {{"false_positives", 0.5}}).state, "in_force");
  const Record policy = make(
      "signature_policy",
      {{"title", "基本方針"},
       {"edition", 1},
       {"products", json::array{ids.id.value}},
       {"rules", json::array{json::object{{"signature", "2001219"}, {"action", "detect"}, {"reason", "遮断は過剰"}}}}},
      handler);
  EXPECT_THAT(
      against(policy, "approve", person("kenji", {"manager"}), {{"owner", "user:kenji"}, {"change_note", "初版"}}),
      ElementsAre("move.same_person"));
  EXPECT_EQ(step(policy, "approve", manager, {{"owner", "user:kenji"}, {"change_note", "初版"}}).state, "in_force");
}

TEST_F(G_3_EndpointCoverage, counts_who_is_missing_and_stays_open_until_that_is_corrected) {
  const Record antivirus = product("endpoint", "antivirus");
  const Record checked = make("endpoint_coverage",
                              {{"product", antivirus.id.value},
                               {"checked_at", "2026-04-08T01:00:00Z"},
                               {"assets", 820},
                               {"enrolled", 815},
                               {"pattern_current", 801},
                               {"scanning", 815}},
                              handler);
  EXPECT_THAT(due(checked), ElementsAre("correct by 2026-04-22T01:00"));
  step(checked, "correct", handler, {{"measure", "未導入の五台へ導入する"}});
  EXPECT_THAT(against(checked, "settle", handler), ElementsAre("move.missing_field:exceptions"));
  EXPECT_EQ(step(checked, "settle", handler, {{"exceptions", "計測器の一台"}}).state, "settled");
}

TEST_F(G_4_EndpointIndicator, is_deployed_by_another_person_with_an_end) {
  const Record mine =
      make("endpoint_indicator",
           {{"title", "常駐の痕跡"}, {"kind", "registry"}, {"definition", "HKCU\\Software\\Run\\upd"}}, handler);
  const json::object to{{"test", "試験機で一致"}, {"deployed_to", "全端末"}, {"valid_until", "2026-10-01"}};
  EXPECT_THAT(against(mine, "deploy", person("kenji", {"manager"}), to), ElementsAre("move.same_person"));
  EXPECT_THAT(against(mine, "deploy", manager, {{"test", "試験機で一致"}, {"deployed_to", "全端末"}}),
              ElementsAre("move.missing_field:valid_until"));
  step(mine, "deploy", manager, to);
  EXPECT_EQ(step(mine, "expire", handler).state, "expired");
}

TEST_F(G_5_AnalysisTools, are_used_by_permit_only_and_the_use_is_told_before_it_ends) {
  const Record tool = make("analysis_tool",
                           {{"name", "ディスク解析"},
                            {"kind", "forensic"},
                            {"procedure", "手順書 3"},
                            {"data_class", "confidential"},
                            {"workspace", "隔離室"}},
                           handler);
  const Record permit =
      make("tool_permit",
           {{"tool", tool.id.value}, {"user", "user:kenji"}, {"purpose", "端末の調査"}, {"data_class", "confidential"}},
           handler);
  EXPECT_THAT(due(permit), ElementsAre("answer by 2026-04-09T01:00"));
  const json::object span{
      {"approver", "user:tanaka"}, {"from", "2026-04-08T02:00:00Z"}, {"until", "2026-04-09T02:00:00Z"}};
  EXPECT_THAT(against(permit, "permit", person("kenji", {"manager"}), span), ElementsAre("move.same_person"));
  step(permit, "permit", manager, span);
  EXPECT_THAT(against(permit, "close", handler),
              UnorderedElementsAre("move.missing_field:log", "move.missing_field:data_removed"));
  const json::array log{json::object{{"at", "2026-04-08T03:00:00Z"}, {"what", "複製を解析した"}, {"data", "PC-201"}}};
  EXPECT_EQ(step(permit, "close", handler, {{"log", log}, {"data_removed", "消去を確認"}}).state, "closed");
}

TEST_F(G_6_AnalysisPlatform, keeps_each_source_for_a_time_with_a_reason_and_misses_one_that_falls_silent) {
  const auto forever =
      ledger->create(handler, "test", "log_source", {{"name", "AD"}, {"family", "systems"}, {"why", "認証"}});
  EXPECT_THAT(refused(forever), ElementsAre("field.missing")) << "how long it is kept is decided first";
  const Record source =
      make("log_source", {{"name", "AD"}, {"family", "systems"}, {"why", "認証"}, {"retention", 31'536'000}}, handler);
  step(source, "start", handler, {{"format", "evtx"}});
  step(source, "silence", handler);
  EXPECT_THAT(due(source), ElementsAre("resume by 2026-04-09T01:00"));
  EXPECT_THAT(against(source, "resume", handler), ElementsAre("move.missing_field:silence_reason"));
  step(source, "resume", handler, {{"silence_reason", "転送の停止"}});
  const Record rule =
      make("detection_rule", {{"title", "規則の追加"}, {"kind", "add"}, {"why", "新しい手口"}}, handler);
  step(rule, "test", handler, {{"test", "過去30日で二件"}});
  EXPECT_THAT(against(rule, "apply", person("kenji", {"manager"}), {{"effect", "一日一件"}}),
              ElementsAre("move.same_person"));
  EXPECT_EQ(step(rule, "apply", manager, {{"effect", "一日一件"}}).state, "in_force");
}

TEST_F(G_7_CustomAnalytic, is_promoted_by_another_person_after_a_back_test) {
  const Record mine = make("custom_analytic",
                           {{"title", "夜間の入退室"},
                            {"purpose", "SIEM に入らない記録を見る"},
                            {"data", "入退室の記録"},
                            {"algorithm", "件数の比較"}},
                           handler);
  step(mine, "build", handler, {{"owner", "user:kenji"}});
  EXPECT_THAT(against(mine, "test", handler), ElementsAre("move.missing_field:backtest"));
  step(mine, "test", handler, {{"backtest", "三か月で四件、うち一件が事案"}});
  EXPECT_THAT(against(mine, "promote", person("kenji", {"manager"}), {{"approver", "user:kenji"}}),
              ElementsAre("move.same_person"));
  EXPECT_EQ(step(mine, "promote", manager, {{"approver", "user:tanaka"}}).state, "in_use");
}

TEST_F(G_8_ChangeTrial, compares_outcomes_and_outage_before_another_person_signs) {
  const Record ids = product("network", "ids");
  const Record trial = make("change_trial",
                            {{"title", "新しい版の検証"},
                             {"product", json::array{ids.id.value}},
                             {"change", "7 から 8"},
                             {"environment", "記録の再生"}},
                            handler);
  step(trial, "start", handler, {{"tester", "user:kenji"}});
  const json::array compared{
      json::object{{"what", "検知数"}, {"before", "120"}, {"after", "121"}, {"verdict", "same"}}};
  EXPECT_THAT(against(trial, "compare", handler, {{"compared", compared}}), ElementsAre("move.missing_field:outage"))
      << "availability above all";
  step(trial, "compare", handler, {{"compared", compared}, {"outage", "none"}});
  EXPECT_THAT(against(trial, "pass", person("kenji", {"manager"}), {{"outcome", "可"}, {"signed_by", "user:kenji"}}),
              ElementsAre("move.same_person"));
  EXPECT_EQ(step(trial, "pass", manager, {{"outcome", "可"}, {"signed_by", "user:tanaka"}}).state, "passed");
}

TEST_F(G_9_ToolStudy, tries_before_it_decides_and_introduces_only_what_is_to_be_bought_or_built) {
  const Record study = make("tool_study",
                            {{"title", "端末の検知"},
                             {"need", "遡った調査"},
                             {"requirements", json::array{json::object{{"what", "API"}, {"weight", 3}}}}},
                            handler);
  step(study, "try", handler, {{"candidates", json::array{json::object{{"name", "製品甲"}, {"score", 7}}}}});
  EXPECT_THAT(against(study, "decide", manager, {{"decision", "none"}, {"reason", "効果が小さい"}}),
              ElementsAre("move.missing_field:impact"));
  step(study, "decide", manager, {{"decision", "none"}, {"reason", "効果が小さい"}, {"impact", "運用が増える"}});
  EXPECT_THAT(against(study, "introduce", handler), ElementsAre("move.wrong_value:decision"));
  EXPECT_EQ(step(study, "drop", handler).state, "dropped");
}

TEST_F(G_10_WorkSystem, follows_a_defined_flow_and_has_a_day_to_come_back) {
  const Record system =
      make("work_system", {{"name", "受付"}, {"serves", "D-1"}, {"flow", "受付から割り当てまで"}}, handler);
  EXPECT_THAT(against(system, "fail", handler), ElementsAre("move.missing_field:fault"));
  step(system, "fail", handler, {{"fault", "通知が届かない"}});
  EXPECT_THAT(due(system), ElementsAre("repair by 2026-04-09T01:00"));
  EXPECT_EQ(step(system, "check", handler, {{"checked_at", "2026-04-08T05:00:00Z"}}).state, "in_service");
}

}  // namespace
}  // namespace yagura::desks
