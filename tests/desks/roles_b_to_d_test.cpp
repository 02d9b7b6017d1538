// The registers of single roles worked from beginning to end, as the textbook asks: real-time analysis, deep analysis,
// and the co-ordination of a response.
#include "role_work.hpp"

namespace yagura::desks {
namespace {

using ledger::Record;
using ledger::RecordId;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
namespace json = boost::json;

using B_2_EvidenceRequest = testing::RoleWork;
using B_3_TriageEnquiry = testing::RoleWork;
using B_5_Enquiry = testing::RoleWork;
using C_1_NetworkExamination = testing::RoleWork;
using C_2_DigitalExamination = testing::RoleWork;
using C_3_SampleAnalysis = testing::RoleWork;
using C_4_AttackStory = testing::RoleWork;
using C_5_EvidenceItem = testing::RoleWork;
using D_6_InternalCoordination = testing::RoleWork;
using D_7_ExternalNotice = testing::RoleWork;

TEST_F(B_2_EvidenceRequest, is_collected_within_hours_and_answered_with_what_it_showed) {
  const Record asked =
      make("evidence_request",
           {{"title", "通信の取得"}, {"kind", "packets"}, {"target", "PC-201"}, {"question", "外部へ出たか"}}, analyst);
  EXPECT_THAT(due(asked), ElementsAre("collect by 2026-04-08T05:00"));
  EXPECT_THAT(against(asked, "collect", analyst), ElementsAre("move.missing_field:collected_at"));
  step(asked, "collect", analyst, {{"collected_at", "2026-04-08T02:00:00Z"}});
  EXPECT_THAT(due(asked), IsEmpty());
  EXPECT_THAT(against(asked, "answer", analyst), ElementsAre("move.missing_field:answer"));
  EXPECT_EQ(step(asked, "answer", analyst, {{"answer", "外部との通信はない"}}).state, "answered");
}

TEST_F(B_3_TriageEnquiry, waits_on_the_co_ordination_that_brings_access_to_others_logs) {
  const RecordId about = incident();
  const Record who =
      make("contact", {{"name", "基幹系の担当"}, {"side", "inside"}, {"organisation", "情報システム部"}}, handler);
  const Record asked = make("triage_enquiry",
                            {{"title", "認証ログ"},
                             {"about", json::array{about.value}},
                             {"question", "同じ利用者のログオンはあるか"},
                             {"source", "other_logs"},
                             {"access", "missing"}},
                            analyst);
  EXPECT_THAT(against(asked, "wait", analyst), ElementsAre("move.missing_field:coordination"))
      << "without access somebody has to be asked for it";
  const Record access = make("internal_coordination",
                             {{"title", "閲覧の許可"},
                              {"incident", about.value},
                              {"parties", json::array{who.id.value}},
                              {"kind", "access"},
                              {"body", "一週間分の閲覧"}},
                             handler);
  step(asked, "wait", analyst, {{"coordination", access.id.value}});
  EXPECT_THAT(due(asked), ElementsAre("answer by 2026-04-08T09:00")) << "waiting does not stop its clock";
  step(asked, "resume", analyst);
  EXPECT_EQ(step(asked, "answer", analyst, {{"answer", "該当なし"}}).state, "answered");
}

TEST_F(B_5_Enquiry, that_came_by_phone_closes_only_with_what_was_written_down_after_it) {
  const Record asked = make("enquiry",
                            {{"title", "検知の意味"},
                             {"channel", "phone"},
                             {"received_at", "2026-04-08T01:00:00Z"},
                             {"asker", "営業部"},
                             {"body", "この通知は何か"}},
                            analyst);
  EXPECT_THAT(due(asked), ElementsAre("answer by 2026-04-09T01:00"));
  step(asked, "take", analyst, {{"assignee", "user:hana"}});
  step(asked, "answer", analyst, {{"answer", "試験の通知"}, {"answered_at", "2026-04-08T02:00:00Z"}});
  EXPECT_THAT(against(asked, "close", analyst), ElementsAre("move.missing_field:written_followup"));
  EXPECT_EQ(step(asked, "close", analyst, {{"written_followup", "内容を電子メールで送付した"}}).state, "closed");
}

TEST_F(C_1_NetworkExamination, concludes_with_findings_and_a_verdict) {
  const Record asked =
      make("network_examination",
           {{"title", "通信の調査"}, {"question", "持ち出しはあったか"}, {"sources", "境界の全通信"}}, handler);
  EXPECT_THAT(due(asked), ElementsAre("start by 2026-04-11T01:00"));
  step(asked, "start", handler, {{"analyst", "user:kenji"}});
  EXPECT_THAT(against(asked, "conclude", handler),
              ElementsAre("move.missing_field:findings", "move.missing_field:verdict"));
  EXPECT_EQ(step(asked, "conclude", handler, {{"findings", "該当の通信はない"}, {"verdict", "no_attack"}}).state,
            "concluded");
}

TEST_F(C_2_DigitalExamination, answers_what_was_targeted_and_whether_it_leaked_be_it_unknown) {
  const Record asked = make("digital_examination",
                            {{"title", "端末の調査"},
                             {"target", "PC-201"},
                             {"medium", json::array{"disk", "memory"}},
                             {"question", "何が狙われたか"}},
                            handler);
  step(asked, "start", handler, {{"analyst", "user:kenji"}});
  EXPECT_THAT(against(asked, "conclude", handler, {{"findings", "痕跡あり"}, {"verdict", "attack"}}),
              ElementsAre("move.missing_field:targeted", "move.missing_field:leaked"));
  EXPECT_EQ(step(asked, "conclude", handler,
                 {{"findings", "痕跡あり"}, {"verdict", "attack"}, {"targeted", "設計図"}, {"leaked", "unknown"}})
                .state,
            "concluded");
}

TEST_F(C_3_SampleAnalysis, of_what_an_examination_found_concludes_with_its_behaviour) {
  const Record found =
      make("network_examination", {{"title", "通信の調査"}, {"question", "何を取得したか"}, {"sources", "プロキシ"}},
           handler);
  const Record sample =
      make("sample_analysis",
           {{"title", "取得された実行形式"}, {"sha256", std::string(64, 'a')}, {"origin", json::array{found.id.value}}},
           handler);
  step(sample, "start", handler, {{"analyst", "user:kenji"}});
  EXPECT_THAT(against(sample, "conclude", handler),
              ElementsAre("move.missing_field:behaviour", "move.missing_field:verdict"));
  EXPECT_EQ(step(sample, "conclude", handler, {{"behaviour", "認証情報の取得"}, {"verdict", "attack"}}).state,
            "concluded");
}

TEST_F(C_4_AttackStory, keeps_facts_and_hypotheses_apart_and_says_what_is_not_known) {
  const auto refused_story = ledger->create(
      handler, "test", "attack_story",
      {{"title", "全容"}, {"steps", json::array{json::object{{"what", "侵入"}, {"basis", "probably"}}}}});
  EXPECT_THAT(refused(refused_story), ElementsAre("field.not_a_choice"));
  const Record story =
      make("attack_story",
           {{"title", "全容"},
            {"steps", json::array{json::object{{"what", "添付の実行"}, {"basis", "fact"}},
                                  json::object{{"what", "資格情報の再利用"}, {"basis", "hypothesis"}}}}},
           handler);
  EXPECT_THAT(against(story, "conclude", handler, {{"conclusion", "標的型"}}),
              ElementsAre("move.missing_field:gaps", "move.missing_field:actor"));
  EXPECT_EQ(
      step(story, "conclude", handler, {{"conclusion", "標的型"}, {"gaps", "初期侵入の日時"}, {"actor", "unknown"}})
          .state,
      "concluded")
      << "an actor is named only where the evidence suffices";
}

TEST_F(C_5_EvidenceItem, under_legal_hold_is_not_disposed_of_and_never_by_who_wrote_it_down) {
  const Record item =
      make("evidence_item",
           {{"title", "PC-201 のディスク"},
            {"source", "PC-201"},
            {"taken_at", "2026-04-08T01:00:00Z"},
            {"taken_by", "user:kenji"},
            {"method", "書き込み防止装置"},
            {"sha256", std::string(64, 'b')},
            {"place", "保管庫"},
            {"legal_hold", true},
            {"custody", json::array{json::object{
                            {"at", "2026-04-08T01:00:00Z"}, {"from", "現場"}, {"to", "保管庫"}, {"why", "保全"}}}}},
           handler);
  EXPECT_THAT(against(item, "dispose", manager, {{"disposed_reason", "期限"}}),
              ElementsAre("move.wrong_value:legal_hold"));
  ok(ledger->update(handler, "test", item.id, 1, {{"legal_hold", nullptr}}));
  EXPECT_THAT(against(item, "dispose", person("kenji", {"manager"}), {{"disposed_reason", "期限"}}),
              ElementsAre("move.same_person"));
  EXPECT_EQ(step(item, "dispose", manager, {{"disposed_reason", "保存期限の経過"}}).state, "disposed");
}

TEST_F(D_6_InternalCoordination, is_with_those_who_clarify_it_together_and_needs_an_answer) {
  const RecordId about = incident();
  const Record legal = make(
      "contact", {{"name", "法務"}, {"side", "inside"}, {"organisation", "法務部"}, {"function", "legal"}}, handler);
  const Record asked = make("internal_coordination",
                            {{"title", "公表の要否"},
                             {"incident", about.value},
                             {"parties", json::array{legal.id.value}},
                             {"kind", "decision"},
                             {"body", "公表するか"}},
                            handler);
  EXPECT_THAT(due(asked), ElementsAre("answer by 2026-04-10T01:00"));
  EXPECT_THAT(against(asked, "answer", handler), ElementsAre("move.missing_field:answer"));
  EXPECT_EQ(step(asked, "answer", handler, {{"answer", "公表する"}}).state, "answered");
}

TEST_F(D_7_ExternalNotice, goes_out_only_approved_by_another_person_and_ends_with_the_harm_that_was_heard_of) {
  const RecordId about = incident();
  const Record notice = make("external_notice",
                             {{"title", "速報"},
                              {"incident", about.value},
                              {"party", "個人情報保護委員会"},
                              {"kind", "authority"},
                              {"told", "漏えいのおそれ"}},
                             handler);
  EXPECT_THAT(due(notice), ElementsAre("first_notice by 2026-04-11T01:00"));
  EXPECT_THAT(against(notice, "tell", handler, {{"told_at", "2026-04-08T03:00:00Z"}}),
              ElementsAre("move.not_from_state"))
      << "nobody approved it";
  EXPECT_THAT(against(notice, "approve", person("kenji", {"manager"}), {{"approved_by", "user:kenji"}}),
              ElementsAre("move.same_person"));
  step(notice, "approve", manager, {{"approved_by", "user:tanaka"}});
  step(notice, "tell", handler, {{"told_at", "2026-04-08T03:00:00Z"}});
  EXPECT_THAT(against(notice, "settle", handler),
              UnorderedElementsAre("move.missing_field:harm", "move.missing_field:followup"));
  EXPECT_EQ(step(notice, "settle", handler, {{"harm", "unknown"}, {"followup", "確報を提出する"}}).state, "settled");
}

}  // namespace
}  // namespace yagura::desks
