#include "desks/triage/alert_draft.hpp"
#include "fixture.hpp"

namespace yagura::desks {
namespace {

namespace json = boost::json;
using ledger::Record;
using ledger::RecordId;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Triage : public testing::DesksTest {
 protected:
  Triage() { install_defaults(); }

  triage::TakenFindings take(const std::vector<detect::Finding>& findings) {
    return ok(triage->take_findings(findings));
  }

  ledger::Actor analyst = person("sato", {"analyst"});
};

using B_1_Alert = Triage;
using B_4_AnalysisReport = Triage;

TEST_F(B_1_Alert, joins_what_one_rule_finds_on_one_host_and_user_within_the_window) {
  const auto taken =
      take({credential_dump("PC-101", "2026-04-08T00:10:00Z"), credential_dump("pc-101", "2026-04-08T00:50:00Z"),
            credential_dump("PC-101", "2026-04-08T01:49:00Z")});
  EXPECT_EQ(taken.taken, 3);
  ASSERT_THAT(taken.made, SizeIs(1));
  const Record alert = get(taken.made[0]);
  EXPECT_EQ(integer_at(alert.body, "findings"), 3);
  EXPECT_EQ(parse_time(text_at(alert.body, "first_seen")), parse_time("2026-04-08T00:10:00Z"));
  EXPECT_EQ(parse_time(text_at(alert.body, "last_seen")), parse_time("2026-04-08T01:49:00Z"));
  EXPECT_THAT(array_at(alert.body, "evidence"), SizeIs(3));
}

TEST_F(B_1_Alert, is_another_for_another_rule_host_user_or_time) {
  detect::Finding other_user = credential_dump("PC-101", "2026-04-08T00:11:00Z");
  other_user.user = "CORP\\suzuki";
  other_user.id += "u";
  const auto taken = take(
      {credential_dump("PC-101", "2026-04-08T00:10:00Z"), credential_dump("PC-102", "2026-04-08T00:10:00Z"),
       credential_dump("PC-101", "2026-04-08T01:10:01Z"), other_user,
       finding("other", "PC-101", "CORP\\sato", "2026-04-08T00:10:00Z", detect::Level::high, {"attack.execution"})});
  EXPECT_THAT(taken.made, SizeIs(5));
}

TEST_F(B_1_Alert, is_extended_by_later_calls_in_any_order_of_time) {
  const auto first = take({credential_dump("PC-101", "2026-04-08T00:30:00Z")});
  const auto second =
      take({credential_dump("PC-101", "2026-04-08T01:20:00Z"), credential_dump("PC-101", "2026-04-07T23:40:00Z")});
  EXPECT_THAT(second.made, IsEmpty());
  EXPECT_EQ(second.extended, first.made);
  EXPECT_EQ(integer_at(get(first.made[0]).body, "findings"), 3);
  EXPECT_EQ(get(first.made[0]).version, 2);  // two findings, one change
}

TEST_F(B_1_Alert, takes_each_finding_once_after_any_retry_and_restart) {
  const std::vector findings{credential_dump("PC-101", "2026-04-08T00:10:00Z"),
                             credential_dump("PC-102", "2026-04-08T00:10:00Z")};
  take(findings);
  const auto again = take(findings);
  EXPECT_EQ(again.taken, 0);
  EXPECT_EQ(again.duplicates, 2);
  const auto before = ledger->head_seq();
  open();
  const auto after_restart = take({findings[0], findings[0], findings[1]});
  EXPECT_EQ(after_restart.duplicates, 3);
  EXPECT_EQ(ledger->head_seq(), before);
  for (const Record& alert : all("alert")) EXPECT_EQ(integer_at(alert.body, "findings"), 1);
}

TEST_F(B_1_Alert, keeps_a_bounded_part_of_the_evidence_and_counts_the_rest) {
  std::vector<detect::Finding> findings;
  for (int minute = 0; minute < 50; ++minute) {
    findings.push_back(credential_dump(
        "PC-101", "2026-04-08T00:" + std::string(minute < 10 ? "0" : "") + std::to_string(minute) + ":00Z"));
    findings.back().fields.assign(100, {"Data", std::string(100'000, 'x')});
  }
  const Record alert = get(take(findings).made.at(0));
  EXPECT_EQ(integer_at(alert.body, "findings"), 50);
  EXPECT_EQ(array_at(alert.body, "evidence").size() + static_cast<size_t>(integer_at(alert.body, "evidence_omitted")),
            50U);
  EXPECT_LE(array_at(alert.body, "evidence").size(), triage::evidence_max);
  EXPECT_LE(json::serialize(alert.body).size(), triage::evidence_bytes_max + 10'000);
}

TEST_F(B_1_Alert, keeps_the_id_edition_and_row_of_the_criteria_that_decided) {
  const Record alert = get(take({credential_dump("DC01", "2026-04-08T00:10:00Z")}).made.at(0));
  EXPECT_EQ(text_at(alert.body, "attack_type"), "credential_theft");
  EXPECT_EQ(text_at(alert.body, "progress"), "intrusion");
  EXPECT_EQ(text_at(alert.body, "importance"), "critical");
  EXPECT_EQ(text_at(alert.body, "decision"), "incident");
  EXPECT_EQ(text_at(alert.body, "class"), "major");
  EXPECT_EQ(integer_at(alert.body, "priority"), 2);
  EXPECT_EQ(text_at(alert.body, "criteria_row"), "R13");
  EXPECT_EQ(integer_at(alert.body, "criteria_edition"), 1);
  EXPECT_EQ(text_at(alert.body, "criteria"), ok(governance->current_criteria(now))->record_id);
  EXPECT_EQ(alert.state, "new");
}

TEST_F(B_1_Alert, is_set_aside_when_the_criteria_say_that_it_is_no_incident_and_still_grows) {
  const auto quiet = [&](const char* time) {
    return finding("whoami", "PC-101", "sato", time, detect::Level::low, {"attack.discovery"});
  };
  const RecordId id = take({quiet("2026-04-08T00:10:00Z")}).made.at(0);
  EXPECT_EQ(get(id).state, "set_aside");
  EXPECT_EQ(text_at(get(id).body, "criteria_row"), "R03");
  EXPECT_EQ(get(id).body.contains("class"), false);
  EXPECT_THAT(take({quiet("2026-04-08T00:40:00Z")}).extended, ElementsAre(id));
  EXPECT_EQ(ok(triage->acknowledge(analyst, id)).state, "acknowledged");  // a person may see more in it
}

TEST_F(B_1_Alert, takes_a_worse_ruling_on_what_extends_it_and_never_a_lesser_one) {
  const auto low = [&](const char* time) {
    return finding("lsass-dump", "PC-101", "CORP\\sato", time, detect::Level::low, {"attack.discovery"});
  };
  const RecordId id = take({low("2026-04-08T00:10:00Z")}).made.at(0);
  EXPECT_EQ(get(id).state, "set_aside");
  EXPECT_THAT(take({credential_dump("PC-101", "2026-04-08T00:20:00Z")}).extended, ElementsAre(id));
  const Record raised = get(id);
  EXPECT_EQ(raised.state, "new");
  EXPECT_EQ(text_at(raised.body, "decision"), "incident");
  const std::string row = text_at(raised.body, "criteria_row");
  EXPECT_NE(row, "R03");
  EXPECT_FALSE(text_at(raised.body, "class").empty());
  ASSERT_THAT(facts("alert.upgraded"), SizeIs(1));
  const json::object told = facts("alert.upgraded")[0].body;
  EXPECT_EQ(text_at(told, "decision_before"), "not_incident");
  EXPECT_EQ(text_at(told, "criteria_row_before"), "R03");
  EXPECT_EQ(text_at(told, "criteria_row"), row);
  EXPECT_EQ(integer_at(told, "criteria_edition"), 1);
  EXPECT_THAT(take({low("2026-04-08T00:30:00Z")}).extended, ElementsAre(id));
  EXPECT_EQ(text_at(get(id).body, "criteria_row"), row);
  EXPECT_EQ(get(id).state, "new");
  EXPECT_THAT(facts("alert.upgraded"), SizeIs(1));
}

TEST_F(B_1_Alert, is_ruled_on_by_the_worst_of_the_findings_that_make_it) {
  const auto taken = take(
      {finding("lsass-dump", "DC01", "CORP\\sato", "2026-04-08T00:10:00Z", detect::Level::low, {"attack.discovery"}),
       credential_dump("DC01", "2026-04-08T00:20:00Z")});
  ASSERT_THAT(taken.made, SizeIs(1));
  EXPECT_EQ(text_at(get(taken.made[0]).body, "criteria_row"), "R13");
}

TEST_F(B_1_Alert, gives_a_wrongly_merged_finding_an_alert_of_its_own_with_the_reason) {
  const auto wrong = credential_dump("DC01", "2026-04-08T00:50:00Z");
  const RecordId id =
      take({credential_dump("DC01", "2026-04-08T00:10:00Z"), credential_dump("DC01", "2026-04-08T00:20:00Z"), wrong})
          .made.at(0);
  EXPECT_FALSE(triage->separate(person("guest", {}), id, wrong.id, "another matter"));
  EXPECT_FALSE(triage->separate(analyst, id, wrong.id, " ")) << "without a reason";
  EXPECT_FALSE(triage->separate(analyst, id, "nothing", "another matter")) << "not among the evidence";
  const Record made = ok(triage->separate(analyst, id, wrong.id, "the backup's own dump"));
  EXPECT_NE(made.id.value, id.value);
  EXPECT_EQ(made.state, "new");
  EXPECT_EQ(integer_at(made.body, "findings"), 1);
  EXPECT_EQ(text_at(made.body, "criteria_row"), "R13");
  EXPECT_EQ(text_at(made.body, "separated_from"), id.value);
  const Record left = get(id);
  EXPECT_EQ(integer_at(left.body, "findings"), 2);
  EXPECT_THAT(array_at(left.body, "evidence"), SizeIs(2));
  EXPECT_EQ(parse_time(text_at(left.body, "last_seen")), parse_time("2026-04-08T00:20:00Z"));
  ASSERT_THAT(facts("alert.separated"), SizeIs(1));
  EXPECT_EQ(text_at(facts("alert.separated")[0].body, "reason"), "the backup's own dump");
  EXPECT_EQ(take({wrong}).duplicates, 1) << "what was taken out is not taken in again";
  EXPECT_THAT(take({credential_dump("DC01", "2026-04-08T00:55:00Z")}).extended, ElementsAre(id));
  EXPECT_FALSE(triage->separate(analyst, made.id, wrong.id, "again")) << "its only finding";
}

TEST_F(B_1_Alert, off_the_criteria_is_said_openly_and_brought_to_their_owner_once_per_combination) {
  const auto taken =
      take({finding("odd-1", "PC-101", "sato", "2026-04-08T00:10:00Z", detect::Level::high, {}),
            finding("odd-2", "PC-102", "sato", "2026-04-08T00:10:00Z", detect::Level::high, {"attack.unheard-of"}),
            finding("odd-3", "DC01", "sato", "2026-04-08T00:10:00Z", detect::Level::high, {})});
  const Record alert = get(taken.made.at(0));
  EXPECT_EQ(text_at(alert.body, "decision"), "off_criteria");
  EXPECT_EQ(integer_at(alert.body, "priority"), 3);
  EXPECT_EQ(alert.state, "new");
  EXPECT_THAT(facts("alert.off_criteria"), SizeIs(3));
  react();
  const auto proposals = all("criteria_proposal");
  ASSERT_THAT(proposals, SizeIs(2));
  int64_t occurrences = 0;
  for (const Record& proposal : proposals) occurrences += integer_at(proposal.body, "occurrences");
  EXPECT_EQ(occurrences, 3);
}

class B_1_AlertWithoutCriteria : public testing::DesksTest {};

TEST_F(B_1_AlertWithoutCriteria, is_made_and_says_that_none_decided) {
  const Record alert =
      get(ok(triage->take_findings(std::vector{credential_dump("DC01", "2026-04-08T00:10:00Z")})).made.at(0));
  EXPECT_EQ(text_at(alert.body, "decision"), "off_criteria");
  EXPECT_FALSE(alert.body.contains("criteria"));
  EXPECT_EQ(integer_at(alert.body, "priority"), priority_lowest);
}

TEST_F(B_1_Alert, that_is_closed_is_not_extended) {
  const RecordId id = take({credential_dump("PC-101", "2026-04-08T00:10:00Z")}).made.at(0);
  ok(triage->dismiss(analyst, id, "false_positive", "バックアップ製品の正規の動作"));
  const auto next = take({credential_dump("PC-101", "2026-04-08T00:20:00Z")});
  ASSERT_THAT(next.made, SizeIs(1));
  EXPECT_NE(next.made[0], id);
}

TEST_F(B_1_Alert, survives_hostile_names) {
  detect::Finding evil =
      credential_dump("PC\r\n|<script>alert(1)</script>\x01\xFF" + std::string(10'000, 'h'), "2026-04-08T00:10:00Z");
  evil.rule_title = "\n\n";
  evil.user = std::string("\0\0", 2);
  evil.tags.assign(5'000, "attack.execution");
  evil.time = Timestamp{INT64_MAX};
  detect::Finding ancient = evil;
  ancient.id += "2";
  ancient.time = Timestamp{INT64_MIN + 1};
  const auto taken = take({evil, ancient});
  ASSERT_THAT(taken.made, SizeIs(2));
  const Record alert = get(taken.made[0]);
  EXPECT_TRUE(is_utf8(json::serialize(alert.body)));
  EXPECT_EQ(text_at(alert.body, "title"), "lsass-dump");
}

TEST_F(B_1_Alert, of_thousands_of_findings_a_second) {
  std::vector<detect::Finding> findings;
  for (int i = 0; i < 5'000; ++i)
    findings.push_back(
        credential_dump("PC-" + std::to_string(i % 100), "2026-04-08T00:10:00." + std::to_string(100'000 + i) + "Z"));
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(take(findings).made, SizeIs(100));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  RecordProperty("findings_per_second", static_cast<int>(5'000 / seconds));
  std::printf("  %.0f findings/s into 100 alerts\n", 5'000 / seconds);
  EXPECT_LT(seconds, 5.0);
}

TEST_F(B_1_Alert, is_worked_on_only_by_who_may) {
  const RecordId id = take({credential_dump("PC-101", "2026-04-08T00:10:00Z")}).made.at(0);
  const ledger::Actor auditor = person("goto", {"auditor"});
  forbidden(triage->acknowledge(auditor, id));
  forbidden(triage->assign(auditor, id, "user:sato"));
  forbidden(triage->comment(auditor, id, "見た"));
  forbidden(triage->judge(auditor, id, "benign", "理由"));
  forbidden(triage->escalate(auditor, id, "理由"));
  forbidden(triage->dismiss(auditor, id, "benign", "理由"));
  forbidden(triage->reopen(auditor, id, "理由"));
  forbidden(triage->write_report(auditor, {}));
  // Nor does the register let itself be written around the desk, even by who holds every role.
  const ledger::Actor mighty = person("root", {"admin", "ciso", "analyst"});
  forbidden(ledger->update(mighty, "api", id, 1, {{"class", "minor"}}));
  forbidden(ledger->move(mighty, "api", id, 1, "dismiss", {{"verdict", "benign"}, {"verdict_reason", "x"}}));
}

TEST_F(B_1_Alert, goes_from_new_to_acknowledged_judged_and_dismissed) {
  const RecordId id = take({credential_dump("PC-101", "2026-04-08T00:10:00Z")}).made.at(0);
  const Record acknowledged = ok(triage->acknowledge(analyst, id));
  EXPECT_EQ(text_at(acknowledged.body, "assignee"), "user:sato");
  EXPECT_EQ(refused(triage->judge(analyst, id, "benign", " ")), std::vector<std::string>{"triage.judge.no_reason"});
  EXPECT_THAT(refused(triage->judge(analyst, id, "maybe", "理由")), ElementsAre("field.not_a_choice"));
  ok(triage->judge(analyst, id, "true_positive", "lsass のダンプを確認"));
  ok(triage->comment(analyst, id, "端末の利用者へ確認中"));
  ASSERT_THAT(facts("alert.commented"), SizeIs(1));
  EXPECT_EQ(facts("alert.commented")[0].actor, "user:sato");
  EXPECT_THAT(refused(triage->dismiss(analyst, id, "true_positive", "遮断済み")),
              ElementsAre("triage.dismiss.true_positive"));
  EXPECT_THAT(refused(triage->dismiss(analyst, id, "false_positive", "")), ElementsAre("move.missing_field"));
  EXPECT_EQ(ok(triage->dismiss(analyst, id, "false_positive", "診断ツールの動作")).state, "dismissed");
  EXPECT_EQ(ok(triage->reopen(analyst, id, "新しい証拠")).state, "acknowledged");
}

TEST_F(B_1_Alert, refuses_a_step_taken_on_an_old_version) {
  const RecordId id = take({credential_dump("PC-101", "2026-04-08T00:10:00Z")}).made.at(0);
  ok(triage->assign(analyst, {id, 1}, "user:sato"));
  const auto stale = triage->assign(analyst, {id, 1}, "user:suzuki");
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().kind, ErrorKind::conflict);
}

triage::AnalysisReport full_report(const RecordId& alert) {
  return {"認証情報の窃取の疑い",   {alert},      "PC-101（営業部）",
          "lsass のメモリダンプ",   "不明",       "不明",
          "営業部の共有フォルダー", "端末の隔離", ""};
}

TEST_F(B_4_AnalysisReport, refuses_an_empty_field_but_takes_unknown) {
  const RecordId alert = take({credential_dump("PC-101", "2026-04-08T00:10:00Z")}).made.at(0);
  for (const auto field :
       {&triage::AnalysisReport::victim, &triage::AnalysisReport::method, &triage::AnalysisReport::path,
        &triage::AnalysisReport::leak, &triage::AnalysisReport::impact, &triage::AnalysisReport::immediate_measure}) {
    triage::AnalysisReport report = full_report(alert);
    report.*field = " \n　";
    EXPECT_THAT(refused(triage->write_report(analyst, report)), ElementsAre("field.missing"));
  }
  const Record written = ok(triage->write_report(analyst, full_report(alert)));
  EXPECT_EQ(text_at(written.body, "path"), "unknown");
  EXPECT_EQ(text_at(written.body, "leak"), "unknown");
  EXPECT_THAT(triage::unknown_fields(written.body), ElementsAre("path", "leak"));
}

TEST_F(B_4_AnalysisReport, is_completed_by_later_steps_as_new_versions) {
  const RecordId alert = take({credential_dump("PC-101", "2026-04-08T00:10:00Z")}).made.at(0);
  const Record written = ok(triage->write_report(analyst, full_report(alert)));
  EXPECT_EQ(ok(triage->issue_report(analyst, written.id)).state, "issued");
  ASSERT_THAT(facts("analysis_report.issued"), SizeIs(1));
  triage::AnalysisReport path;
  path.path = "標的型メールの添付ファイル";
  EXPECT_EQ(ok(triage->amend_report(analyst, written.id, path)).state, "issued");
  triage::AnalysisReport leak;
  leak.leak = "none";
  const Record complete = ok(triage->amend_report(analyst, written.id, leak));
  EXPECT_EQ(complete.state, "completed");
  EXPECT_EQ(text_at(ok(ledger->get_version(written.id, 1)).body, "path"), "unknown");
  leak.leak = "不明";
  EXPECT_EQ(ok(triage->amend_report(analyst, written.id, leak)).state, "issued");  // back in question
}

TEST_F(B_4_AnalysisReport, names_alerts_that_exist) {
  EXPECT_THAT(refused(triage->write_report(analyst, full_report({"ALT-2026-9999"}))),
              ElementsAre("field.no_such_record"));
  triage::AnalysisReport none = full_report({"ALT-2026-9999"});
  none.alerts.clear();
  EXPECT_THAT(refused(triage->write_report(analyst, none)), ElementsAre("field.missing"));
}

TEST_F(B_1_Alert, is_raised_once_for_each_use_of_a_break_glass_account_whatever_the_criteria_say) {
  ledger::Actor accounts = ledger::system_actor("accounts");
  accounts.id = "user:glass";
  for (const char* session : {"s1", "s2"})
    ok(ledger->append_fact(accounts, "accounts", "session.break_glass", "user:glass",
                           {{"address", "192.0.2.7"}, {"agent", "<b>browser</b>"}, {"session", session}}));
  react();
  react();
  auto alerts = ledger->list({.type = "alert"});
  ASSERT_TRUE(alerts);
  ASSERT_THAT(alerts->records, SizeIs(2));
  for (const Record& alert : alerts->records) {
    EXPECT_EQ(text_at(alert.body, "title"), texts->get(Lang::ja, "triage.break_glass.title"));
    EXPECT_EQ(text_at(alert.body, "level"), "critical");
    EXPECT_EQ(text_at(alert.body, "user"), "glass");
    EXPECT_EQ(integer_at(alert.body, "priority"), 1);
    EXPECT_NE(text_at(alert.body, "decision"), "not_incident");
    EXPECT_EQ(alert.state, "new");
  }
}

}  // namespace
}  // namespace yagura::desks
