// The registers of single roles worked from beginning to end, as the textbook asks: internal control and fraud, and
// work with others.
#include "ledger/visibility.hpp"
#include "role_work.hpp"

namespace yagura::desks {
namespace {

using ledger::Record;
using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
namespace json = boost::json;

using H_1_AuditData = testing::RoleWork;
using H_2_InsiderCase = testing::RoleWork;
using H_3_InsiderDetection = testing::RoleWork;
using I_1_Awareness = testing::RoleWork;
using I_2_Training = testing::RoleWork;
using I_3_Consultation = testing::RoleWork;
using I_5_Vendors = testing::RoleWork;
using I_6_Communities = testing::RoleWork;

TEST_F(H_1_AuditData, are_defined_collected_and_delivered_in_time_with_what_is_missing_named) {
  const Record set = make("audit_data_set",
                          {{"title", "特権操作"},
                           {"control", "IT-3"},
                           {"department", "内部監査部"},
                           {"logs", "管理者の操作記録"},
                           {"every", 2'592'000},
                           {"retention", 63'072'000}},
                          assurance);
  step(set, "start", assurance_lead, {{"owner", "user:abe"}});
  EXPECT_THAT(against(set, "check", assurance, {{"checked_on", "2026-04-08"}}),
              ElementsAre("move.missing_field:completeness"));
  const Record report =
      make("audit_report", {{"data_set", set.id.value}, {"from", "2026-03-01"}, {"to", "2026-03-31"}}, assurance);
  EXPECT_THAT(due(report), ElementsAre("deliver by 2026-04-18T01:00"));
  const json::object to{{"delivered_to", "内部監査部"}, {"delivered_at", "2026-04-08T05:00:00Z"}};
  EXPECT_THAT(against(report, "deliver", assurance_lead, to), ElementsAre("move.missing_field:missing"));
  EXPECT_THAT(against(report, "deliver", analyst, to), ::testing::Contains("move.not_permitted"));
  json::object whole = to;
  whole["missing"] = "欠落なし";
  EXPECT_EQ(step(report, "deliver", assurance_lead, whole).state, "delivered");
}

TEST_F(H_2_InsiderCase, is_sealed_led_by_the_fraud_department_and_taken_up_by_approval) {
  const Record asked =
      make("insider_case",
           {{"title", "依頼"}, {"led_by", "不正対策室"}, {"request", "操作の有無"}, {"person", "社員甲"}}, assurance);
  EXPECT_THAT(due(asked), ElementsAre("answer by 2026-04-10T01:00"));
  const ledger::RecordType& type = *ledger->types().find("insider_case");
  EXPECT_TRUE(ledger::visible_body(type, asked.body, assurance_lead).contains("person"));
  EXPECT_FALSE(ledger::visible_body(type, asked.body, manager).contains("person")) << "sealed from those in charge too";
  EXPECT_THAT(against(asked, "accept", assurance, {{"approved_by", "user:abe"}, {"assignee", "user:abe"}}),
              ElementsAre("move.same_person"));
  step(asked, "accept", assurance_lead, {{"approved_by", "user:ueda"}, {"assignee", "user:abe"}});
  EXPECT_THAT(against(asked, "deliver", assurance_lead),
              UnorderedElementsAre("move.missing_field:timeline", "move.missing_field:disclosed"));
  step(asked, "deliver", assurance_lead, {{"timeline", "三日分の操作"}, {"disclosed", "必要な範囲のみ"}});
  EXPECT_EQ(step(asked, "close", assurance_lead, {{"closed_reason", "調査の終了"}}).state, "closed");
}

TEST_F(H_3_InsiderDetection, is_in_force_only_when_it_can_detect_and_privacy_was_looked_at) {
  const Record considered =
      make("insider_detection", {{"title", "深夜の大量取得"}, {"notify", "不正対策室"}}, assurance);
  EXPECT_THAT(against(considered, "review", assurance_lead, {{"detectable", "no"}, {"reviewed_by", "user:ueda"}}),
              ElementsAre("move.missing_field:privacy_review"));
  step(considered, "review", assurance_lead,
       {{"detectable", "no"}, {"reviewed_by", "user:ueda"}, {"privacy_review", "必要最小限"}});
  EXPECT_THAT(against(considered, "enforce", assurance_lead, {{"rule_id", "r-1"}}),
              ElementsAre("move.wrong_value:detectable"));
  EXPECT_EQ(step(considered, "give_up", assurance, {{"reason", "記録が残らない"}}).state, "not_possible");
}

TEST_F(I_1_Awareness, is_published_once_its_cases_are_anonymous_and_then_evaluated) {
  const Record item =
      make("awareness_item",
           {{"title", "実例に学ぶ"}, {"kind", "poster"}, {"audience", "全社員"}, {"body", "添付に注意"}}, outreach);
  EXPECT_THAT(against(item, "publish", manager, {{"anonymised", false}, {"published_on", "2026-04-10"}}),
              ElementsAre("move.wrong_value:anonymised"));
  step(item, "publish", manager, {{"anonymised", true}, {"published_on", "2026-04-10"}});
  EXPECT_THAT(against(item, "evaluate", outreach, {{"reached", 500}}), ElementsAre("move.missing_field:lessons"));
  EXPECT_EQ(step(item, "evaluate", outreach, {{"reached", 500}, {"lessons", "掲示より動画"}}).state, "evaluated");
}

TEST_F(I_2_Training, is_held_and_its_worth_judged_within_a_month) {
  const Record course =
      make("training", {{"title", "開発者向け"}, {"kind", "course"}, {"audience", "開発部"}, {"content", "入力の検証"}},
           outreach);
  EXPECT_THAT(against(course, "hold", outreach, {{"held_on", "2026-04-08"}}),
              ElementsAre("move.missing_field:attended"));
  step(course, "hold", outreach, {{"held_on", "2026-04-08"}, {"attended", 24}});
  EXPECT_THAT(due(course), ElementsAre("evaluate by 2026-05-08T01:00"));
  EXPECT_EQ(step(course, "evaluate", outreach, {{"evaluation", "演習が足りない"}}).state, "evaluated");
}

TEST_F(I_3_Consultation, is_advised_on_within_days_and_followed_up) {
  const Record asked = make("consultation",
                            {{"title", "新しい受注画面"},
                             {"department", "営業部"},
                             {"received_at", "2026-04-08T01:00:00Z"},
                             {"question", "公開してよいか"}},
                            outreach);
  EXPECT_THAT(due(asked), ElementsAre("advise by 2026-04-13T01:00"));
  step(asked, "advise", outreach, {{"advice", "設計の段階で認証を見直す"}, {"adviser", "user:mori"}});
  EXPECT_THAT(due(asked), ElementsAre("follow_up by 2026-07-07T01:00"));
  EXPECT_THAT(against(asked, "follow_up", outreach), ElementsAre("move.missing_field:followup"));
  EXPECT_EQ(step(asked, "follow_up", outreach, {{"followup", "見直しを確かめた"}}).state, "followed_up");
}

TEST_F(I_5_Vendors, are_sent_what_is_wrong_and_what_is_wished_and_owe_an_answer) {
  const Record vendor =
      make("vendor", {{"name", "製品会社"}, {"kind", "product"}, {"contract_until", "2027-03-31"}}, outreach);
  const Record fault = make("vendor_request",
                            {{"title", "誤検知"},
                             {"vendor", vendor.id.value},
                             {"product", "境界の装置"},
                             {"kind", "fault"},
                             {"fault", "正規の更新を止める"},
                             {"request", "定義の修正"}},
                            outreach);
  step(fault, "send", outreach, {{"sent_at", "2026-04-08T01:00:00Z"}});
  EXPECT_THAT(due(fault), ElementsAre("answer by 2026-04-22T01:00"));
  step(fault, "answer", outreach, {{"answer", "次の版で直す"}, {"answered_at", "2026-04-09T01:00:00Z"}});
  EXPECT_THAT(against(fault, "settle", outreach), ElementsAre("move.missing_field:outcome"));
  EXPECT_EQ(step(fault, "settle", outreach, {{"outcome", "直った"}}).state, "settled");
}

TEST_F(I_6_Communities, are_given_what_may_be_disclosed_approved_by_another_and_never_what_is_red) {
  const Record isac = make("community", {{"name", "業界の ISAC"}, {"kind", "isac"}, {"tlp_max", "amber"}}, outreach);
  const auto share = [&](std::string_view direction, std::string_view tlp) {
    return make("sharing",
                {{"title", "手口"},
                 {"community", isac.id.value},
                 {"direction", direction},
                 {"tlp", tlp},
                 {"technique", "偽の更新"}},
                outreach);
  };
  const json::object by{{"approved_by", "user:tanaka"}};
  EXPECT_THAT(against(share("out", "red"), "approve", manager, by), ElementsAre("move.wrong_value:tlp"));
  EXPECT_THAT(against(share("in", "green"), "approve", manager, by), ElementsAre("move.wrong_value:direction"));
  const Record given = share("out", "green");
  EXPECT_THAT(against(given, "give", outreach, {{"at", "2026-04-08T02:00:00Z"}}), ElementsAre("move.not_from_state"));
  step(given, "approve", manager, by);
  EXPECT_EQ(step(given, "give", outreach, {{"at", "2026-04-08T02:00:00Z"}}).state, "given");
  const Record got = share("in", "red");
  step(got, "receive", outreach, {{"at", "2026-04-08T02:00:00Z"}});
  EXPECT_EQ(step(got, "use", outreach, {{"used", "規則に加えた"}}).state, "used");
}

}  // namespace
}  // namespace yagura::desks
