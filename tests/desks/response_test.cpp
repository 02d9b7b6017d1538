#include <fstream>
#include <set>
#include <sstream>

#include "fixture.hpp"

namespace yagura::desks {
namespace {

namespace json = boost::json;
using ledger::Record;
using ledger::RecordId;
using response::Edition;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;

class Response : public testing::DesksTest {
 protected:
  Response() { install_defaults(); }

  RecordId alert(const std::string& host, const std::string& time = "2026-04-08T00:10:00Z") {
    return ok(triage->take_findings(std::vector{credential_dump(host, time)})).made.at(0);
  }

  /// An incident opened by escalating an alert on `host`.
  RecordId escalated(const std::string& host, const std::string& time = "2026-04-08T00:10:00Z") {
    const RecordId id = alert(host, time);
    ok(triage->escalate(analyst, id, "認証情報の窃取を確認"));
    react();
    return {text_at(get(id).body, "incident")};
  }

  RecordId reported() {
    response::Intake intake;
    intake.title = "不審なメールの添付を開いた";
    intake.origin = "internal_report";
    intake.channel = "phone";
    intake.reporter = "山田 花子";
    intake.hosts = {"PC-201"};
    return ok(response->report_incident(analyst, intake)).id;
  }

  std::vector<Record> tasks(const RecordId& incident) {
    std::vector<Record> out;
    for (const Record& task : all("incident_task"))
      if (text_at(task.body, "incident") == incident.value) out.push_back(task);
    return out;
  }

  std::vector<std::string> missing(const RecordId& incident) {
    return testing::codes(ok(response->missing_to_close(handler, incident)));
  }

  ledger::Actor analyst = person("sato", {"analyst"});
  ledger::Actor handler = person("ito", {"handler"});
};

using D_1_Intake = Response;
using D_2_Incident = Response;
using D_3_Judgement = Response;

TEST_F(D_1_Intake, opens_an_incident_for_an_escalated_alert_with_the_tasks_of_its_class) {
  const RecordId id = escalated("DC01");
  const Record incident = get(id);
  EXPECT_EQ(text_at(incident.body, "class"), "major");
  EXPECT_EQ(text_at(incident.body, "criteria_row"), "R13");
  EXPECT_EQ(text_at(incident.body, "origin"), "alert");
  EXPECT_EQ(texts_at(incident.body, "hosts"), std::vector<std::string>{"DC01"});
  EXPECT_EQ(incident.state, "new");
  const auto made = tasks(id);
  ASSERT_THAT(made, SizeIs(6));
  EXPECT_EQ(text_at(made[1].body, "code"), "isolate");
  EXPECT_EQ(text_at(made[1].body, "role"), "system_owner");
  EXPECT_EQ(parse_time(text_at(made[1].body, "due_at"))->ns, now.ns + 60 * 60 * ns_per_second);
  EXPECT_EQ(text_at(incident.body, "policy"), ok(governance->current_policy(now))->record_id);
}

TEST_F(D_1_Intake, has_one_effect_however_often_reactions_run) {
  const RecordId id = escalated("DC01");
  const int64_t head = ledger->head_seq();
  react();
  open();
  react();
  EXPECT_EQ(ledger->head_seq(), head);
  EXPECT_THAT(all("incident"), SizeIs(1));
  EXPECT_THAT(tasks(id), SizeIs(6));
}

TEST_F(D_1_Intake, adds_an_alert_to_the_incident_that_the_analyst_names) {
  const RecordId incident = escalated("DC01");
  const RecordId second = alert("PC-101");
  ok(triage->escalate(analyst, second, "同じ攻撃者", incident));
  react();
  EXPECT_THAT(all("incident"), SizeIs(1));
  EXPECT_THAT(texts_at(get(incident).body, "alerts"), SizeIs(2));
  EXPECT_THAT(texts_at(get(incident).body, "hosts"), ElementsAre("DC01", "PC-101"));
  EXPECT_EQ(text_at(get(second).body, "incident"), incident.value);
  EXPECT_THAT(refused(triage->escalate(analyst, alert("PC-102"), "理由", second)),
              ElementsAre("triage.escalate.incident_not_open"));
}

TEST_F(D_1_Intake, takes_a_report_that_somebody_typed) {
  const Record incident = get(reported());
  EXPECT_EQ(incident.state, "new");
  EXPECT_FALSE(incident.body.contains("class"));
  EXPECT_EQ(text_at(incident.body, "reporter"), "山田 花子");
  response::Intake intake;
  intake.title = "x";
  intake.origin = "alert";
  EXPECT_THAT(refused(response->report_incident(analyst, intake)), ElementsAre("response.intake.origin"));
  intake.origin = "";
  EXPECT_THAT(refused(response->report_incident(analyst, intake)), ElementsAre("field.missing"));
  forbidden(response->report_incident(person("goto", {"auditor"}), intake));
}

TEST_F(D_1_Intake, links_the_analysis_reports_of_its_alerts) {
  const RecordId id = alert("DC01");
  const triage::AnalysisReport report{"報告", {id}, "DC01", "ダンプ", "不明", "none", "大", "隔離", ""};
  const Record before = ok(triage->write_report(analyst, report));
  ok(triage->issue_report(analyst, before.id));
  ok(triage->escalate(analyst, id, "理由"));
  react();
  const RecordId incident{text_at(get(id).body, "incident")};
  const Record after = ok(triage->write_report(analyst, report));
  ok(triage->issue_report(analyst, after.id));
  react();
  EXPECT_THAT(ok(ledger->links_from(incident, "analysed_in")), SizeIs(2));
}

TEST_F(D_2_Incident, passes_its_states_in_order_and_notes_the_times) {
  const RecordId id = escalated("DC01");
  EXPECT_THAT(refused(response->move(handler, id, "contain")), ElementsAre("move.not_from_state"));
  EXPECT_EQ(text_at(ok(response->move(handler, id, "investigate")).body, "assignee"), "user:ito");
  later(30);
  EXPECT_EQ(parse_time(text_at(ok(response->move(handler, id, "contain")).body, "contained_at")), now);
  ok(response->move(handler, id, "recover"));
  later(30);
  EXPECT_EQ(parse_time(text_at(ok(response->move(handler, id, "prepare_closing")).body, "recovered_at")), now);
  EXPECT_THAT(refused(response->move(handler, id, "close")), ElementsAre("response.move.unknown"));
  forbidden(response->move(analyst, id, "investigate"));
}

TEST_F(D_2_Incident, has_tasks_that_are_done_or_skipped_with_a_reason) {
  const RecordId id = escalated("DC01");
  const auto made = tasks(id);
  EXPECT_EQ(ok(response->start_task(handler, made[0].id)).state, "doing");
  EXPECT_EQ(ok(response->finish_task(handler, made[0].id, "連絡済み")).state, "done");
  EXPECT_THAT(refused(response->skip_task(handler, made[1].id, "　")), ElementsAre("move.missing_field"));
  EXPECT_EQ(ok(response->skip_task(handler, made[1].id, "既に停止している端末")).state, "skipped");
  EXPECT_EQ(ok(response->redo_task(handler, made[1].id, "再び起動していた")).state, "doing");
  const Record own = ok(response->add_task(handler, id, {"取引先へ確認する", "", "handler", now}));
  EXPECT_EQ(text_at(own.body, "what_en"), "取引先へ確認する");
  forbidden(response->add_task(analyst, id, {"x", "x", "handler", now}));
  ok(response->reject(handler, id, "演習だった"));
  EXPECT_THAT(refused(response->finish_task(handler, made[2].id, "")), ElementsAre("response.task.incident_final"));
}

TEST_F(D_2_Incident, merged_into_another_hands_over_what_it_knew) {
  const RecordId into = escalated("DC01");
  const RecordId from = escalated("PC-101");
  ok(response->add_to_timeline(handler, from, {"2026-04-08T00:10:00Z", "最初の検知", false}));
  EXPECT_THAT(refused(response->merge(handler, from, from, "x")), ElementsAre("response.merge.into"));
  EXPECT_EQ(ok(response->merge(handler, from, into, "同じ攻撃")).state, "merged");
  react();
  const Record whole = get(into);
  EXPECT_THAT(texts_at(whole.body, "alerts"), SizeIs(2));
  EXPECT_THAT(texts_at(whole.body, "hosts"), ElementsAre("DC01", "PC-101"));
  EXPECT_THAT(array_at(whole.body, "timeline"), SizeIs(1));
  for (const std::string& id : texts_at(whole.body, "alerts"))
    EXPECT_EQ(text_at(get({id}).body, "incident"), into.value);
  EXPECT_THAT(refused(response->merge(handler, into, from, "x")), ElementsAre("response.merge.into"));
}

TEST_F(D_2_Incident, that_was_none_is_rejected_and_triage_hears_of_it) {
  const RecordId id = escalated("DC01");
  EXPECT_THAT(refused(response->reject(handler, id, "")), ElementsAre("move.missing_field"));
  ok(response->reject(handler, id, "承認済みの診断作業だった"));
  react();
  const Record alert = all("alert").at(0);
  EXPECT_EQ(alert.state, "closed");
  EXPECT_EQ(text_at(alert.body, "verdict"), "false_positive");
  EXPECT_EQ(text_at(alert.body, "feedback_lessons"), "承認済みの診断作業だった");
  ok(response->reopen(handler, id, "承認の記録が見つからない"));
  EXPECT_EQ(get(id).state, "investigating");
}

TEST_F(D_2_Incident, keeps_files_as_evidence_under_their_hash) {
  const RecordId id = escalated("DC01");
  const Record incident = ok(response->attach(handler, id, "dump", "lsass.dmp", "application/octet-stream"));
  const std::string reference = text_at(array_at(incident.body, "evidence").at(0).as_object(), "reference");
  EXPECT_EQ(reference, "sha256:" + sha256_hex("dump"));
  EXPECT_EQ(*ledger->blobs().read(sha256_hex("dump")), "dump");
  forbidden(response->attach(analyst, id, "x", "x", "text/plain"));
}

TEST_F(D_2_Incident, shows_persons_and_costs_only_to_who_may_see_them) {
  const RecordId id = reported();
  response::Analysis found;
  found.direct_cost = 1'200'000;
  const Record incident = ok(response->record_analysis(handler, id, found));
  EXPECT_EQ(text_at(incident.body, "cost_currency"), "JPY");
  forbidden(ledger->update(analyst, "api", id, incident.version, {{"title", "x"}}));
}

response::Judgement combination(const char* attack, const char* progress, const char* importance) {
  response::Judgement out;
  out.attack_type = attack;
  out.progress = progress;
  out.importance = importance;
  return out;
}

TEST_F(D_3_Judgement, follows_the_criteria_in_force_and_makes_the_tasks_of_the_class) {
  const RecordId id = reported();
  const Record judged = ok(response->judge(handler, id, combination("malware", "damage", "critical")));
  EXPECT_EQ(text_at(judged.body, "class"), "emergency");
  EXPECT_EQ(integer_at(judged.body, "priority"), 1);
  EXPECT_EQ(text_at(judged.body, "criteria_row"), "R23");
  EXPECT_FALSE(flag_at(judged.body, "off_criteria"));
  EXPECT_EQ(text_at(judged.body, "judged_by"), "user:ito");
  EXPECT_THAT(tasks(id), SizeIs(8));
  forbidden(response->judge(analyst, id, combination("malware", "damage", "critical")));
}

TEST_F(D_3_Judgement, adds_only_the_tasks_that_are_new_when_the_class_rises) {
  const RecordId id = escalated("DC01");
  ok(response->judge(handler, id, combination("credential_theft", "damage", "critical")));
  std::set<std::string> codes;
  for (const Record& task : tasks(id)) EXPECT_TRUE(codes.insert(text_at(task.body, "code")).second);
  EXPECT_TRUE(codes.contains("declare") && codes.contains("confirm"));
}

TEST_F(D_3_Judgement, off_the_criteria_needs_class_and_reason_and_goes_back_to_their_owner) {
  const RecordId id = reported();
  EXPECT_THAT(refused(response->judge(handler, id, combination("insider", "damage", "critical"))),
              ElementsAre("response.judge.off_criteria"));
  EXPECT_THAT(refused(response->judge(handler, id, combination("malware", "trace", "ordinary"))),
              ElementsAre("response.judge.not_incident"));
  response::Judgement own = combination("malware", "trace", "ordinary");
  own.class_id = "huge";
  EXPECT_THAT(refused(response->judge(handler, id, own)), ElementsAre("response.judge.unknown_class"));
  own.class_id = "standard";
  EXPECT_THAT(refused(response->judge(handler, id, own)), ElementsAre("response.judge.no_reason"));
  own.reason = "役員の端末であるため";
  const Record judged = ok(response->judge(handler, id, own));
  EXPECT_TRUE(flag_at(judged.body, "off_criteria"));
  EXPECT_EQ(text_at(judged.body, "criteria_row"), "R01");
  react();
  const auto proposals = all("criteria_proposal");
  ASSERT_THAT(proposals, SizeIs(1));
  EXPECT_EQ(text_at(proposals[0].body, "kind"), "departed");
  EXPECT_EQ(text_at(proposals[0].body, "reason"), "役員の端末であるため");
  EXPECT_THAT(texts_at(proposals[0].body, "examples"), ElementsAre(id.value));
  own.class_id = "";
  own.reason = "";
  EXPECT_THAT(ok(response->judge(handler, id, combination("malware", "intrusion", "ordinary"))).body.at("off_criteria"),
              json::value(false));
}

// The whole of a case: from findings to a closed incident, with every refusal on the way.
class D_8_Closure : public Response {
 protected:
  RecordId incident;

  void SetUp() override {
    const RecordId first = alert("DC01");
    const triage::AnalysisReport report{"ドメインコントローラーの認証情報窃取",
                                        {first},
                                        "DC01（ドメインコントローラー）",
                                        "lsass.exe のメモリダンプによる認証情報の窃取",
                                        "不明",
                                        "suspected",
                                        "ドメイン全体の認証に関わる",
                                        "DC01 の隔離と特権アカウントの無効化",
                                        ""};
    ok(triage->acknowledge(analyst, first));
    ok(triage->judge(analyst, first, "true_positive", "ダンプファイルを確認"));
    ok(triage->issue_report(analyst, ok(triage->write_report(analyst, report)).id));
    later(5);
    ok(triage->escalate(analyst, first, "認証情報の窃取を確認した。"));
    react();
    incident = {text_at(get(first).body, "incident")};
  }

  void investigate() {
    later(10);
    ok(response->move(handler, incident, "investigate"));
    response::Analysis found;
    found.summary =
        "ドメインコントローラー DC01 で認証情報が窃取された。\n\n- 侵入の起点は PC-101\n- "
        "利用されたのは保守用アカウント";
    found.picture = "標的型メールから PC-101 に侵入し、保守用アカウントで DC01 に移った。";
    found.cause = "保守用アカウントに多要素認証がなかった。";
    found.leak = "不明";
    found.direct_impact = "認証サーバーを 3 時間停止した。";
    found.direct_cost = 1'200'000;
    found.indirect_impact = "unknown";
    ok(response->record_analysis(handler, incident, found));
    ok(response->add_to_timeline(handler, incident, {"2026-04-08T10:30:00+09:00", "DC01 を隔離", false}));
    ok(response->add_to_timeline(handler, incident, {"2026-04-08T09:10:00+09:00", "不審な操作を検知", true}));
    ok(response->add_evidence(handler, incident, "ev-12345678", "ダンプの作成イベント"));
    later(20);
    ok(response->move(handler, incident, "contain"));
    ok(response->move(handler, incident, "recover"));
    later(120);
  }

  void state_for_the_outside() {
    response::PublicStatement statement;
    statement.overview = "当社の認証サーバー dc01.corp.example.co.jp（192.0.2.10）に不正なアクセスがありました。";
    statement.impact = "お客さまの情報への影響は確認されていません。";
    statement.cause = "保守用アカウント CORP\\sato の管理に不備がありました。";
    statement.actions = "当該サーバーを切り離し、認証情報を更新しました。";
    statement.prevention = "多要素認証を導入します。";
    statement.contact = "security@example.co.jp";
    statement.title = "認証サーバーへの不正アクセスについて";
    ok(response->write_statement(handler, incident, statement));
  }

  Record issue(Edition edition, Lang lang = Lang::ja) {
    return ok(response->issue_report(handler, incident, {edition, lang, "Asia/Tokyo"}, {"CISO", "総務部"}));
  }

  void finish_tasks() {
    for (const Record& task : tasks(incident)) ok(response->finish_task(handler, task.id, "実施した"));
  }

  void settle_measures() {
    ok(response->add_measure(handler, incident, {"interim", "DC01 の隔離", "基盤部", "", true, false}));
    ok(response->add_measure(
        handler, incident,
        {"lasting", "保守用アカウントへの多要素認証の導入", "情報システム部", "2026-12-31", false, true}));
  }

  void check_golden(const std::string& name, const std::string& text) {
    const std::filesystem::path file = YAGURA_SOURCE_DIR "/tests/golden/desks/reports/" + name;
    if (std::getenv("YAGURA_UPDATE_GOLDEN") != nullptr) {
      std::filesystem::create_directories(file.parent_path());
      std::ofstream(file, std::ios::binary) << text;
    }
    std::ifstream in(file, std::ios::binary);
    std::ostringstream expected;
    expected << in.rdbuf();
    ASSERT_TRUE(in) << file << " is missing; run with YAGURA_UPDATE_GOLDEN=1 and read what it writes";
    EXPECT_EQ(text, expected.str()) << name;
  }
};

TEST_F(D_8_Closure, is_refused_for_everything_that_is_missing_and_each_refusal_goes_away_in_turn) {
  EXPECT_THAT(missing(incident), IsSupersetOf({"response.close.not_closing", "response.close.analysis_missing",
                                               "response.close.task_open", "response.close.no_measure",
                                               "response.close.report_missing", "response.close.feedback_not_sent"}));
  investigate();
  ok(response->move(handler, incident, "prepare_closing"));
  EXPECT_THAT(missing(incident), Not(Contains("response.close.not_closing")));
  EXPECT_THAT(missing(incident), Not(Contains("response.close.analysis_missing")));
  finish_tasks();
  EXPECT_THAT(missing(incident), ElementsAre("response.close.no_measure", "response.close.report_missing",
                                             "response.close.report_missing", "response.close.feedback_not_sent"));
  settle_measures();
  EXPECT_THAT(missing(incident), ElementsAre("response.close.measure_not_handed_over", "response.close.report_missing",
                                             "response.close.report_missing", "response.close.feedback_not_sent"));
  ok(response->hand_over_measures(handler, incident));
  EXPECT_THAT(missing(incident), Contains("response.close.measure_not_recorded"));
  react();
  EXPECT_THAT(missing(incident), ElementsAre("response.close.report_missing", "response.close.report_missing",
                                             "response.close.feedback_not_sent"));
  const auto long_measures = all("long_measure");
  ASSERT_THAT(long_measures, SizeIs(1));
  EXPECT_EQ(text_at(long_measures[0].body, "incident"), incident.value);
  EXPECT_EQ(text_at(long_measures[0].body, "due"), "2026-12-31");

  issue(Edition::internal);
  EXPECT_THAT(
      refused(response->issue_report(handler, incident, {Edition::external, Lang::ja, "Asia/Tokyo"}, {"取引先"})),
      ::testing::AllOf(SizeIs(6), ::testing::Each("response.report.missing_field")));
  state_for_the_outside();
  issue(Edition::external);
  EXPECT_THAT(missing(incident), ElementsAre("response.close.feedback_not_sent"));

  EXPECT_THAT(refused(response->send_feedback(handler, incident, {"correct", " ", true, ""})),
              ElementsAre("response.feedback.empty"));
  ok(response->send_feedback(
      handler, incident,
      {"correct", "DC01 を隔離し、認証情報を更新した。", true, "保守用アカウントの利用を監視する。"}));
  EXPECT_THAT(refused(response->close(handler, incident)), ElementsAre("response.close.feedback_not_acknowledged"));
  react();
  EXPECT_THAT(missing(incident), IsEmpty());
  const Record alert = all("alert").at(0);
  EXPECT_EQ(alert.state, "closed");
  EXPECT_EQ(text_at(alert.body, "feedback_verdict"), "correct");
  EXPECT_EQ(text_at(alert.body, "feedback_lessons"), "保守用アカウントの利用を監視する。");
  EXPECT_TRUE(flag_at(alert.body, "feedback_resolved"));

  // What changes after the issue makes the report stale; what does not appear in it does not.
  ok(response->add_to_timeline(handler, incident, {"2026-04-08T05:00:00Z", "全社の点検を終えた", true}));
  EXPECT_THAT(refused(response->close(handler, incident)),
              ElementsAre("response.close.report_stale", "response.close.report_stale"));
  issue(Edition::internal);
  issue(Edition::external, Lang::en);
  forbidden(response->close(analyst, incident));
  EXPECT_EQ(ok(response->close(handler, incident)).state, "closed");
  EXPECT_THAT(facts("incident.closed"), SizeIs(1));
  react();

  // Closed stands still, until it is reopened; then the result has to be fed back again.
  EXPECT_THAT(refused(response->add_evidence(handler, incident, "x", "y")), ElementsAre("record.locked"));
  ok(response->reopen(handler, incident, "同じ攻撃者の活動を再び検知"));
  EXPECT_THAT(missing(incident), ElementsAre("response.close.not_closing", "response.close.feedback_not_sent"));
  ok(response->move(handler, incident, "prepare_closing"));
  ok(response->send_feedback(handler, incident, {"partly_correct", "残っていた足場を除いた。", true, ""}));
  react();
  EXPECT_EQ(text_at(all("alert").at(0).body, "feedback_verdict"), "partly_correct");
  EXPECT_EQ(ok(response->close(handler, incident)).state, "closed");
}

TEST_F(D_8_Closure, reads_the_report_as_it_was_issued_whatever_changed_since) {
  investigate();
  settle_measures();
  const Record report = issue(Edition::internal);
  const auto before = ok(response->read_report(handler, report.id));
  ok(response->add_to_timeline(handler, incident, {"2026-04-08T05:00:00Z", "後から分かったこと", true}));
  EXPECT_EQ(ok(response->read_report(handler, report.id)).markdown, before.markdown);
  EXPECT_THAT(ok(response->preview(handler, incident, {})).markdown, HasSubstr("後から分かったこと"));
  const Record second = issue(Edition::internal);
  EXPECT_EQ(integer_at(second.body, "number"), 2);
  EXPECT_EQ(facts("incident.report_issued").at(0).body.at("markdown"), report.body.at("markdown"));

  const auto file = ledger->blobs().path_of(text_at(report.body, "markdown"));
  std::filesystem::permissions(file, std::filesystem::perms::owner_write, std::filesystem::perm_options::add);
  std::ofstream(file, std::ios::app) << "改ざん";
  const auto tampered = response->read_report(handler, report.id);
  ASSERT_FALSE(tampered);
  EXPECT_EQ(tampered.error().kind, ErrorKind::corrupt);
}

TEST_F(D_8_Closure, issues_editions_of_different_grain_in_both_languages) {
  investigate();
  settle_measures();
  state_for_the_outside();
  finish_tasks();
  for (const Edition edition : {Edition::internal, Edition::external})
    for (const Lang lang : {Lang::ja, Lang::en}) {
      const Record report = issue(edition, lang);
      const auto rendered = ok(response->read_report(handler, report.id));
      check_golden(std::string(to_text(edition)) + "." + std::string(to_text(lang)) + ".md", rendered.markdown);
      check_golden(std::string(to_text(edition)) + "." + std::string(to_text(lang)) + ".html", rendered.html);
    }
}

TEST_F(D_8_Closure, lets_no_machine_person_or_address_out_in_the_external_edition) {
  investigate();
  settle_measures();
  state_for_the_outside();
  const auto report = ok(response->read_report(handler, issue(Edition::external).id));
  for (const std::string* text : {&report.markdown, &report.html})
    for (const char* secret : {"DC01", "dc01", "192.0.2.10", "sato", "1,200,000", "TSK-", "ALT-", "example.co.jp（"})
      EXPECT_THAT(*text, Not(HasSubstr(secret)));
  EXPECT_THAT(report.html, HasSubstr("security@example.co.jp"));  // the contact is meant to be read
  EXPECT_EQ(report.masked, 3);
  EXPECT_THAT(report.markdown, HasSubstr("不審な操作を検知"));
  EXPECT_THAT(report.markdown, Not(HasSubstr("隔離")));   // not marked as public
  EXPECT_THAT(report.markdown, Not(HasSubstr("lsass")));  // nor does the incident's own title leave
}

TEST_F(D_8_Closure, has_a_plain_title_for_the_outside_until_one_is_written) {
  investigate();
  const std::string markdown =
      ok(response->preview(handler, incident, {Edition::external, Lang::ja, "Asia/Tokyo"})).markdown;
  EXPECT_TRUE(markdown.starts_with("# セキュリティインシデントに関するご報告\n")) << markdown.substr(0, 200);
  EXPECT_THAT(markdown, HasSubstr("下書き（未発行）"));
}

TEST_F(D_8_Closure, shows_the_internal_edition_to_few) {
  investigate();
  settle_measures();
  const Record report = issue(Edition::internal);
  forbidden(response->read_report(analyst, report.id));
  forbidden(response->preview(analyst, incident, {}));
  ok(response->read_report(person("suzuki", {"ciso"}), report.id));
  forbidden(response->issue_report(analyst, incident, {}, {"CISO"}));
  EXPECT_THAT(refused(response->issue_report(handler, incident, {}, {})), ElementsAre("response.report.no_recipients"));
  EXPECT_THAT(
      refused(response->issue_report(handler, incident, {Edition::internal, Lang::ja, "Mars/Olympus"}, {"CISO"})),
      ElementsAre("response.report.zone"));
}

TEST_F(D_8_Closure, escapes_what_a_log_or_a_person_wrote) {
  investigate();
  settle_measures();
  ok(response->add_to_timeline(
      handler, incident,
      {"2026-04-08T05:00:00Z", "<script>alert('x')</script> | **太字** [link](http://evil.example)", true}));
  const auto report = ok(response->preview(handler, incident, {}));
  EXPECT_THAT(report.html, Not(HasSubstr("<script>")));
  EXPECT_THAT(report.html, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; | **太字**"));
  EXPECT_THAT(report.markdown,
              HasSubstr(R"(\<script\>alert('x')\</script\> \| \*\*太字\*\* \[link\](http://evil.example))"));
  EXPECT_THAT(report.html, Not(HasSubstr("src=")));
  EXPECT_THAT(report.html, Not(HasSubstr("href=")));
}

TEST_F(D_8_Closure, hands_over_each_long_measure_once) {
  investigate();
  settle_measures();
  for (int i = 0; i < 3; ++i) {
    ok(response->hand_over_measures(handler, incident));
    react();
  }
  EXPECT_THAT(all("long_measure"), SizeIs(1));
  const json::object line = array_at(get(incident).body, "measures").at(1).as_object();
  EXPECT_EQ(text_at(line, "handed_to"), all("long_measure").at(0).id.value);
  EXPECT_THAT(refused(response->change_measure(handler, incident, "M2", {"lasting", "やめる", "", "", false, false})),
              ElementsAre("response.measure.handed_over"));
  ok(response->change_measure(handler, incident, "M2",
                              {"lasting", "多要素認証（全社）", "情報システム部", "2027-03-31", false, true}));
  EXPECT_EQ(text_at(array_at(get(incident).body, "measures").at(1).as_object(), "handed_to"),
            all("long_measure").at(0).id.value);
}

TEST_F(D_8_Closure, of_a_report_from_people_needs_the_same_and_triage_answers_without_an_alert) {
  incident = reported();
  ok(response->judge(handler, incident, combination("phishing", "attempt", "ordinary")));
  investigate();
  ok(response->move(handler, incident, "prepare_closing"));
  finish_tasks();
  ok(response->add_measure(handler, incident, {"interim", "メールの削除", "", "", true, false}));
  state_for_the_outside();
  issue(Edition::internal);
  issue(Edition::external);
  ok(response->send_feedback(handler, incident,
                             {"partly_correct", "メールを削除した。", true, "検知ルールがなかった。"}));
  react();
  EXPECT_THAT(missing(incident), IsEmpty());
  EXPECT_EQ(ok(response->close(handler, incident)).state, "closed");
  EXPECT_EQ(facts("triage.feedback_acknowledged").back().subject, incident.value);
}

TEST_F(D_8_Closure, is_void_for_the_feedback_when_the_case_is_judged_anew) {
  investigate();
  ok(response->send_feedback(handler, incident, {"correct", "隔離した。", true, ""}));
  react();
  EXPECT_THAT(missing(incident), Not(Contains("response.close.feedback_not_sent")));
  ok(response->judge(handler, incident, combination("credential_theft", "damage", "critical")));
  EXPECT_THAT(missing(incident), Contains("response.close.feedback_not_sent"));
}

TEST_F(D_1_Intake, opens_another_incident_for_an_alert_whose_first_one_is_over) {
  const RecordId first = escalated("DC01");
  ok(response->reject(handler, first, "演習だった"));
  react();
  const RecordId id = all("alert").at(0).id;
  ok(triage->reopen(analyst, id, "演習ではなかった"));
  ok(triage->escalate(analyst, id, "演習ではなかった"));
  react();
  EXPECT_THAT(all("incident"), SizeIs(2));
  EXPECT_NE(text_at(get(id).body, "incident"), first.value);
}

TEST_F(D_1_Intake, of_texts_at_their_limits_reaches_the_other_desks) {
  const RecordId id = alert("DC01");
  std::string long_text;
  for (int i = 0; i < 5'000; ++i) long_text += "𠮷";  // four bytes each
  ok(triage->escalate(analyst, id, long_text));
  react();
  const RecordId incident{text_at(get(id).body, "incident")};
  response::Judgement own = combination(std::string(64, 'a').c_str(), "damage", "critical");
  own.class_id = "major";
  own.reason = long_text;
  ok(response->judge(handler, incident, own));
  ok(response->send_feedback(handler, incident, {"correct", long_text, true, long_text}));
  react();
  EXPECT_THAT(all("criteria_proposal"), SizeIs(1));
  EXPECT_EQ(get(id).state, "closed");
  own.attack_type += "a";
  EXPECT_THAT(refused(response->judge(handler, incident, own)), ElementsAre("field.out_of_range"));
}

}  // namespace
}  // namespace yagura::desks
