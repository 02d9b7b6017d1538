// What one role owes another: each duty that the textbook calls mandatory shows until it is met, and what was handed
// over along its links.
#include "desks/obligations.hpp"

#include <fstream>

#include "desks/referrals.hpp"
#include "fixture.hpp"

namespace yagura::desks {
namespace {

using ledger::Record;
using ledger::RecordId;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
namespace json = boost::json;

const std::filesystem::path textbook = testing::catalog / "textbook";

class Duties : public testing::DesksTest {
 protected:
  Duties()
      : obligations(*Obligations::load(testing::catalog / "obligations.yaml", ledger->types())),
        referrals(*ledger, *RoleLinks::load(textbook / "isog-j-1.0.yaml", textbook / "link-kinds.yaml")) {
    install_defaults();
  }

  /// "D-4 > B RMA-2026-0001 by 2026-04-09T01:00" a duty of that id.
  std::vector<std::string> open_duties(const std::string& id, const OwedQuery& query = {}) {
    std::vector<std::string> out;
    for (const Owed& owed : ok(obligations.owed(*ledger, manager, now, query)).items)
      if (owed.obligation->id == id)
        out.push_back(owed.from + " > " + owed.to + " " + owed.record.value + " by " +
                      format_time(owed.due_at, 0).substr(0, 16) + (owed.overdue ? " late" : ""));
    return out;
  }

  Record make(std::string_view type, json::object body, const ledger::Actor& who) {
    return ok(ledger->create(who, "test", type, std::move(body)));
  }
  Record step(const Record& record, std::string_view move, const ledger::Actor& who, json::object changes = {}) {
    return ok(ledger->move(who, "test", record.id, get(record.id).version, move, std::move(changes)));
  }

  RecordId incident() {
    response::Intake intake;
    intake.title = "端末の異常";
    intake.origin = "internal_report";
    intake.channel = "phone";
    const RecordId id = ok(response->report_incident(handler, intake)).id;
    ok(response->judge(handler, id, {"malware", "intrusion", "ordinary"}));
    ok(response->move(handler, id, "investigate"));
    return id;
  }

  Record plan(const RecordId& about, std::string_view evidence_strict) {
    return make("remote_action",
                {{"title", "端末の隔離"},
                 {"incident", about.value},
                 {"means", "remote_access"},
                 {"target", "PC-201"},
                 {"evidence_strict", evidence_strict},
                 {"plan", "ネットワークから切り離す"}},
                handler);
  }

  Record remote_action(const RecordId& about) {
    const Record planned = plan(about, "no");
    step(planned, "approve", manager, {{"approver", "user:boss"}});
    return planned;
  }

  ledger::Actor analyst = person("sato", {"analyst"});
  ledger::Actor handler = person("ito", {"handler"});
  ledger::Actor manager = person("boss", {"manager"});
  Obligations obligations;
  Referrals referrals;
};

using D_3_Feedback = Duties;
using D_4_Feedback = Duties;
using D_4_RemoteAction = Duties;
using D_5_Feedback = Duties;
using D_8_Feedback = Duties;
using D_8_LongMeasure = Duties;
using E_5_Assessment = Duties;
using A_5_Referral = Duties;

TEST_F(D_4_Feedback, of_a_remote_action_is_due_to_analysis_from_its_end_until_it_is_told) {
  const RecordId id = incident();
  const Record action = remote_action(id);
  EXPECT_THAT(open_duties("remote_action_told"), IsEmpty()) << "nothing was done yet";
  step(action, "carry_out", handler, {{"done_at", "2026-04-08T01:00:00Z"}, {"result", "隔離した"}});
  EXPECT_THAT(open_duties("remote_action_told"), ElementsAre("D-4 > B " + action.id.value + " by 2026-04-09T01:00"));
  later(2 * 24 * 60);
  EXPECT_THAT(open_duties("remote_action_told", {.overdue_only = true}),
              ElementsAre("D-4 > B " + action.id.value + " by 2026-04-09T01:00 late"));
  EXPECT_THAT(open_duties("remote_action_told", {.role = "B-1"}), SizeIs(1)) << "B-1 is one of B";
  EXPECT_THAT(open_duties("remote_action_told", {.role = "D"}), SizeIs(1));
  EXPECT_THAT(open_duties("remote_action_told", {.role = "E-2"}), IsEmpty());
  step(action, "share", handler, {{"told_analysis", "監視担当の佐藤へ、隔離済みと伝えた"}});
  EXPECT_THAT(open_duties("remote_action_told"), IsEmpty());
}

TEST_F(D_4_RemoteAction, is_refused_where_evidence_must_be_kept_strictly) {
  const RecordId id = incident();
  const Record planned = plan(id, "yes");
  const auto approve = [&](std::string_view move, json::object with) {
    return ledger->move(manager, "response", planned.id, get(planned.id).version, move, std::move(with));
  };
  const json::object by_boss = {{"approver", "user:boss"}};
  EXPECT_THAT(refused(approve("approve", by_boss)), ElementsAre("move.wrong_value"));
  EXPECT_THAT(refused(approve("approve_exception", {{"approver", "user:boss"}, {"exception_reason", "急ぐ"}})),
              ElementsAre("move.wrong_value"))
      << "no exception touches evidence";
  ok(ledger->update(handler, "response", planned.id, 1, {{"evidence_strict", "no"}}));
  ok(approve("approve", by_boss));
  // What turns out to need it after the approval is not carried out either.
  ok(ledger->update(handler, "response", planned.id, 3, {{"evidence_strict", "yes"}}));
  EXPECT_THAT(refused(ledger->move(handler, "response", planned.id, 4, "carry_out",
                                   {{"done_at", "2026-04-08T01:00:00Z"}, {"result", "隔離した"}})),
              ElementsAre("move.wrong_value"));
  const Record visit =
      make("onsite_visit",
           {{"title", "現地での証拠保全"}, {"incident", id.value}, {"site", "大阪支店"}, {"why", "evidence"}}, handler);
  step(planned, "pass_on", handler, {{"onsite", visit.id.value}});
}

TEST_F(D_4_RemoteAction, is_for_incidents_of_a_lower_priority_and_else_an_exception_with_a_reason) {
  const RecordId urgent = incident();
  ok(response->judge(handler, urgent, {"malware", "spread", "critical"}));
  ASSERT_LT(get(urgent).body.at("priority").as_int64(), 3);
  const Record planned = plan(urgent, "no");
  const auto refusal = ledger->move(manager, "response", planned.id, 1, "approve", {{"approver", "user:boss"}});
  EXPECT_THAT(refused(refusal), ElementsAre("move.wrong_value"));
  EXPECT_THAT(reason_text(*texts, Lang::ja, refusal.error().reasons.at(0)), HasSubstr("優先度の低い"));
  EXPECT_THAT(
      refused(ledger->move(manager, "response", planned.id, 1, "approve_exception", {{"approver", "user:boss"}})),
      ElementsAre("move.missing_field"));
  EXPECT_THAT(refused(ledger->move(person("ito", {"handler", "manager"}), "response", planned.id, 1,
                                   "approve_exception", {{"approver", "user:ito"}, {"exception_reason", "急ぐ"}})),
              ElementsAre("move.same_person"));
  EXPECT_EQ(
      step(planned, "approve_exception", manager, {{"approver", "user:boss"}, {"exception_reason", "急ぐ"}}).state,
      "approved");
}

TEST_F(D_4_RemoteAction, waits_until_somebody_judged_the_incident) {
  response::Intake intake;
  intake.title = "端末の異常";
  intake.origin = "internal_report";
  intake.channel = "phone";
  const Record planned = plan(ok(response->report_incident(handler, intake)).id, "no");
  EXPECT_THAT(refused(ledger->move(manager, "response", planned.id, 1, "approve", {{"approver", "user:boss"}})),
              ElementsAre("move.wrong_value"));
}

TEST_F(D_4_Feedback, that_is_missing_keeps_the_incident_open) {
  const RecordId id = incident();
  const Record action = remote_action(id);
  const auto missing = [&] { return testing::codes(ok(response->missing_to_close(handler, id))); };
  EXPECT_THAT(missing(), Contains("response.close.action_open"));
  EXPECT_THAT(refused(response->close(handler, id)), Contains("response.close.action_open"));
  step(action, "carry_out", handler, {{"done_at", "2026-04-08T01:00:00Z"}, {"result", "隔離した"}});
  EXPECT_THAT(missing(), Contains("response.close.action_not_told"));
  EXPECT_THAT(refused(response->close(handler, id)), Contains("response.close.action_not_told"));
  step(action, "share", handler, {{"told_analysis", "伝えた"}});
  EXPECT_THAT(missing(), Not(Contains(HasSubstr("action_"))));
}

TEST_F(D_5_Feedback, of_an_on_site_visit_is_due_to_analysis_until_it_is_told_and_keeps_the_incident_open) {
  const RecordId id = incident();
  const Record visit =
      make("onsite_visit",
           {{"title", "現地での証拠保全"}, {"incident", id.value}, {"site", "大阪支店"}, {"why", "evidence"}}, handler);
  step(visit, "dispatch", manager, {{"dispatched", json::array{"user:ito"}}, {"visit_at", "2026-04-08T03:00:00Z"}});
  EXPECT_THAT(open_duties("onsite_visit_told"), IsEmpty());
  EXPECT_THAT(refused(response->close(handler, id)), Contains("response.close.action_open"));
  step(visit, "finish", handler,
       {{"checklist", json::array{json::object{{"item", "写真"}, {"done", true}}}}, {"result", "保全した"}});
  EXPECT_THAT(open_duties("onsite_visit_told"), ElementsAre("D-5 > B " + visit.id.value + " by 2026-04-09T01:00"));
  EXPECT_THAT(refused(response->close(handler, id)), Contains("response.close.action_not_told"));
  step(visit, "share", handler, {{"told_analysis", "伝えた"}});
  EXPECT_THAT(open_duties("onsite_visit_told"), IsEmpty());
  EXPECT_THAT(refused(response->close(handler, id)), Not(Contains(HasSubstr("action_"))));
}

TEST_F(D_8_Feedback, is_due_to_analysis_when_an_incident_is_prepared_for_closing_until_it_is_sent) {
  const RecordId id = incident();
  EXPECT_THAT(open_duties("incident_feedback"), IsEmpty());
  ok(response->move(handler, id, "prepare_closing"));
  EXPECT_THAT(open_duties("incident_feedback"), ElementsAre("D-8 > B " + id.value + " by 2026-04-11T01:00"));
  EXPECT_THAT(refused(response->close(handler, id)), Contains("response.close.feedback_not_sent"));
  ok(response->send_feedback(handler, id, {"correct", "隔離した", true, ""}));
  EXPECT_THAT(open_duties("incident_feedback"), IsEmpty());
}

TEST_F(D_8_LongMeasure, is_due_to_policy_until_handed_over_then_taken_up_then_done) {
  const RecordId id = incident();
  ok(response->add_measure(handler, id, {"interim", "隔離", "情シス", "", true, false}));
  EXPECT_THAT(open_duties("long_measure_handed_over"), IsEmpty());
  ok(response->add_measure(handler, id, {"lasting", "多要素認証", "情シス", "2026-12-31", false, true}));
  ok(response->add_measure(handler, id, {"lasting", "ネットワーク分離", "情シス", "", false, true}));
  EXPECT_THAT(open_duties("long_measure_handed_over"), SizeIs(2)) << "a duty a measure";
  EXPECT_THAT(refused(response->close(handler, id)), Contains("response.close.measure_not_handed_over"));
  ok(response->hand_over_measures(handler, id));
  react();
  EXPECT_THAT(open_duties("long_measure_handed_over"), IsEmpty());
  const auto measures = all("long_measure");
  ASSERT_THAT(measures, SizeIs(2));
  EXPECT_THAT(open_duties("long_measure_taken_up"), SizeIs(2));
  step(measures[0], "start", manager, {{"owner", "情シス"}, {"due", "2026-12-31"}});
  EXPECT_THAT(open_duties("long_measure_taken_up"), SizeIs(1));
  EXPECT_THAT(open_duties("long_measure_done"),
              ElementsAre("A-1 > D-8 " + measures[0].id.value + " by 2027-01-01T00:00"))
      << "the whole of its last day";
  step(measures[0], "finish", manager, {{"result", "全社に導入した"}});
  EXPECT_THAT(open_duties("long_measure_done"), IsEmpty());
}

TEST_F(D_3_Feedback, on_a_decision_off_the_criteria_is_open_until_the_owner_of_the_criteria_answers) {
  response::Intake intake;
  intake.title = "役員の端末";
  intake.origin = "internal_report";
  const RecordId id = ok(response->report_incident(handler, intake)).id;
  response::Judgement own{"malware", "trace", "ordinary"};
  own.class_id = "standard";
  own.reason = "役員の端末であるため";
  ok(response->judge(handler, id, own));
  react();
  const auto proposals = all("criteria_proposal");
  ASSERT_THAT(proposals, SizeIs(1));
  EXPECT_THAT(open_duties("off_criteria_considered"),
              ElementsAre("D-3 > A-2 " + proposals[0].id.value + " by 2026-05-08T01:00"));
  const auto owed = ok(obligations.owed(*ledger, manager, now, {.role = "A-2"}));
  ASSERT_THAT(owed.items, SizeIs(1));
  EXPECT_EQ(owed.items[0].acts, "A-2") << "D-3 has brought it; the next step is A-2's";
  step(proposals[0], "decline", manager, {{"answer", "例外とする"}});
  EXPECT_THAT(open_duties("off_criteria_considered"), IsEmpty());
}

TEST_F(E_5_Assessment, of_an_important_system_is_due_until_one_was_reported_and_again_at_its_cadence) {
  const Record web = make("asset", {{"name", "web01"}, {"kind", "server"}, {"importance", "high"}}, handler);
  make("asset", {{"name", "kiosk"}, {"kind", "endpoint"}, {"importance", "low"}}, handler);
  const std::string first = "E-5 > E-2 " + web.id.value + " by 2026-07-07T01:00";
  EXPECT_THAT(open_duties("important_system_assessed"), ElementsAre(first)) << "only the important one";
  const Record assessment = make(
      "manual_assessment",
      {{"title", "年次診断"}, {"targets", json::array{web.id.value}}, {"reason", "important"}, {"scope", "全画面"}},
      handler);
  step(assessment, "permit", manager, {{"permission", "可"}, {"from", "2026-05-01"}, {"to", "2026-05-10"}});
  step(assessment, "start", handler, {{"testers", "外部の診断員"}});
  EXPECT_THAT(open_duties("important_system_assessed"), ElementsAre(first)) << "under way is not done";
  later(10 * 24 * 60);
  step(assessment, "report", handler,
       {{"findings", json::array{json::object{{"what", "古い暗号"}, {"severity", "low"}}}}});
  EXPECT_THAT(open_duties("important_system_assessed"), IsEmpty());
  later(300 * 24 * 60);
  EXPECT_THAT(open_duties("important_system_assessed"),
              ElementsAre("E-5 > E-2 " + web.id.value + " by 2027-04-18T01:00"))
      << "it shows again before the year is over";
  step(web, "retire", handler);
  EXPECT_THAT(open_duties("important_system_assessed"), IsEmpty());
}

TEST_F(E_5_Assessment, at_a_milestone_is_due_whatever_the_system_is_worth_until_it_stands_beside_it) {
  const json::object release{{"what", "決済機能の刷新"}, {"kind", "large_change"}, {"assess", true}};
  const json::object renamed{{"what", "画面の文言の修正"}, {"kind", "large_change"}};
  const Record shop = make("asset",
                           {{"name", "shop"},
                            {"kind", "application"},
                            {"importance", "medium"},
                            {"milestones", json::array{release, renamed}}},
                           handler);
  EXPECT_THAT(open_duties("milestone_assessed"), ElementsAre("E-5 > E-2 " + shop.id.value + " by 2026-07-07T01:00"))
      << "the one that was marked";
  const Record assessment = make("manual_assessment",
                                 {{"title", "刷新時の診断"},
                                  {"targets", json::array{shop.id.value}},
                                  {"reason", "large_change"},
                                  {"scope", "決済"}},
                                 handler);
  json::object done = release;
  done["assessment"] = assessment.id.value;
  ok(ledger->update(handler, "test", shop.id, 1, {{"milestones", json::array{done, renamed}}}));
  EXPECT_THAT(open_duties("milestone_assessed"), IsEmpty());
}

TEST_F(E_5_Assessment, of_more_systems_than_a_list_takes_says_that_there_is_more) {
  for (int i = 0; i < 30; ++i)
    make("asset", {{"name", "srv" + std::to_string(i)}, {"kind", "server"}, {"importance", "high"}}, handler);
  OwedQuery query;
  query.limit = 10;
  auto cut = ok(obligations.owed(*ledger, manager, now, query));
  EXPECT_THAT(cut.items, SizeIs(10));
  EXPECT_TRUE(cut.more);
  query.limit = 30;
  EXPECT_FALSE(ok(obligations.owed(*ledger, manager, now, query)).more);
}

TEST_F(A_5_Referral, goes_along_a_link_of_the_textbook_and_is_owed_until_it_is_answered_and_closed) {
  const RecordId id = incident();
  const Record action = remote_action(id);
  const Record sent = ok(referrals.send(handler, {action.id, "", "B", "隔離した端末の通信を見てほしい", {}}));
  EXPECT_EQ(text_at(sent.body, "from_role"), "D-4");
  EXPECT_EQ(text_at(sent.body, "kind"), "feedback_to");
  EXPECT_EQ(ok(ledger->links_from(sent.id, referral_about)).at(0).to, action.id);
  EXPECT_THAT(open_duties("referral_answered"), ElementsAre("D-4 > B " + sent.id.value + " by 2026-04-22T01:00"));
  EXPECT_EQ(ok(referrals.receive(analyst, sent.id)).state, "received");
  EXPECT_EQ(text_at(get(sent.id).body, "receiver"), "user:sato");
  EXPECT_THAT(open_duties("referral_answered"), SizeIs(1)) << "received is not answered";
  EXPECT_EQ(ok(referrals.answer(analyst, sent.id, "通信は止まっている")).state, "answered");
  EXPECT_THAT(open_duties("referral_answered"), IsEmpty());
  EXPECT_THAT(open_duties("referral_closed"), ElementsAre("B > D-4 " + sent.id.value + " by 2026-04-22T01:00"));
  EXPECT_EQ(ok(referrals.close(handler, sent.id)).state, "closed");
  EXPECT_THAT(open_duties("referral_closed"), IsEmpty());
}

TEST_F(A_5_Referral, is_refused_where_the_textbook_has_no_way_and_to_who_does_not_work_there) {
  const RecordId id = incident();
  const Record action = remote_action(id);
  const NewReferral nowhere{action.id, "D-4", "H-1", "保存してほしい", {}};
  EXPECT_THAT(refused(referrals.send(handler, nowhere)), ElementsAre("referral.no_link"));
  EXPECT_THAT(refused(referrals.send(handler, {action.id, "G-1", "B", "x", {}})), ElementsAre("referral.not_its_role"));
  const NewReferral good{action.id, "", "B", "x", *parse_time("2026-04-09T00:00:00Z")};
  forbidden(referrals.send(analyst, good));
  const Record sent = ok(referrals.send(handler, good));
  EXPECT_THAT(open_duties("referral_answered"), ElementsAre("D-4 > B " + sent.id.value + " by 2026-04-09T00:00"));
  forbidden(referrals.receive(person("owner", {"system_owner"}), sent.id));
  EXPECT_FALSE(referrals.answer(analyst, sent.id, "").has_value()) << "an answer says something";
  EXPECT_EQ(ok(referrals.refuse(analyst, sent.id, "担当が違う")).state, "refused");
  EXPECT_THAT(open_duties("referral_answered"), IsEmpty());
  const Target stale(sent.id, 1);
  EXPECT_EQ(referrals.close(handler, stale).error().kind, ErrorKind::conflict);
}

TEST_F(A_5_Referral, can_go_along_every_link_of_the_textbook_in_its_direction) {
  EXPECT_THAT(referrals.links().all(), SizeIs(126));
  for (const RoleLink& link : referrals.links().all()) {
    const Flow flow = referrals.links().kind(link.kind).flow;
    const std::string there = link.to == "*" ? "F-2" : link.to;
    if (flow != Flow::in)
      EXPECT_THAT(referrals.links().between(link.role, there), Contains(&link)) << link.role << " " << link.kind;
    const std::string back = there.size() == 1 ? there + "-1" : there;
    if (flow != Flow::out && !back.starts_with("ext:"))
      EXPECT_THAT(referrals.links().between(back, link.role), Contains(&link)) << link.role << " " << link.kind;
  }
  EXPECT_THAT(referrals.links().receivers_of("D-5"), Contains("B"));
  EXPECT_TRUE(covers("B", "B-3"));
  EXPECT_FALSE(covers("B-3", "B"));
  EXPECT_FALSE(covers("*", "ext:人事組織"));
}

TEST(ObligationFile, names_every_mistake_with_its_place) {
  const auto types = *ledger::RecordTypes::load(testing::catalog / "records");
  const auto file =
      std::filesystem::temp_directory_path() / ("yagura-obligations-" + to_hex(random_bytes(6)) + ".yaml");
  std::ofstream(file) << "obligations:\n"
                         "  - id: a\n    from: D-4\n    to: B\n    title: {ja: あ, en: a}\n    why: {ja: あ, en: a}\n"
                         "    type: remote_action\n    states: [gone]\n    since: never\n    within: 1d\n"
                         "    due_field: nothing\n"
                         "    where: [{field: title, is: nice}]\n"
                         "  - id: b\n    from: D-4\n    to: B\n    title: {ja: あ, en: a}\n    why: {ja: あ, en: a}\n"
                         "    type: unknown_type\n    states: [x]\n    since: state\n    within: 1d\n";
  const auto loaded = Obligations::load(file, types);
  std::filesystem::remove(file);
  ASSERT_FALSE(loaded.has_value());
  std::string all;
  for (const Diagnostic& fault : loaded.error()) all += fault.code + "\n";
  for (const char* code : {"state_unknown", "since", "field_unknown", "condition", "type_unknown"})
    EXPECT_THAT(all, HasSubstr(code));
}

}  // namespace
}  // namespace yagura::desks
