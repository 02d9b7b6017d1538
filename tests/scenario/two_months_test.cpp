// Two months of work, told day by day: what the shipped sample's logs give rise to comes in over and over, people work
// it, and the pulses of the roles show who does what. Roles that nobody performs show as such.
#include <yaml-cpp/yaml.h>

#include <cstdio>
#include <set>

#include "../desks/fixture.hpp"
#include "base/yaml.hpp"
#include "desks/governance/organisation.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using testing::catalog;
using testing::DesksTest;
using testing::Record;
using testing::RecordId;

constexpr int days = 60;
constexpr size_t findings_a_day = 5;

/// Rule id -> tags, of the project's own rules.
std::map<std::string, std::vector<std::string>> rule_tags() {
  std::map<std::string, std::vector<std::string>> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(catalog / "rules")) {
    if (entry.path().extension() != ".yml" && entry.path().extension() != ".yaml") continue;
    const auto documents = load_yaml(entry.path());
    if (!documents) continue;
    for (const YAML::Node& rule : *documents)
      if (rule.IsMap() && rule["id"] && rule["tags"])
        out[rule["id"].as<std::string>()] = rule["tags"].as<std::vector<std::string>>();
  }
  return out;
}

/// What `yagura scan` finds in the sample.
std::vector<detect::Finding> sample_findings() {
  const std::string command =
      std::string("'") + YAGURA_PROGRAM + "' scan --format jsonl '" + YAGURA_SOURCE_DIR + "/sample/logs' 2>/dev/null";
  FILE* pipe = ::popen(command.c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  if (!pipe) return {};
  std::string text;
  char buffer[65536];
  for (size_t read = 0; (read = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) text.append(buffer, read);
  ::pclose(pipe);
  const auto tags = rule_tags();
  std::vector<detect::Finding> out;
  for (const std::string_view line : split(text, '\n')) {
    if (line.empty()) continue;
    const json::object one = json::parse(line).as_object();
    detect::Finding finding;
    finding.rule_id = text_at(one, "rule_id");
    finding.rule_title = text_at(one, "rule_title");
    const std::string level = text_at(one, "level");
    finding.level = level == "critical" ? detect::Level::critical
                    : level == "high"   ? detect::Level::high
                                        : detect::Level::medium;
    finding.host = text_at(one, "host");
    finding.channel = text_at(one, "channel");
    if (const auto found = tags.find(finding.rule_id); found != tags.end()) finding.tags = found->second;
    out.push_back(std::move(finding));
  }
  return out;
}

class A_6_TwoMonths : public DesksTest {
 protected:
  void SetUp() override {
    sample = sample_findings();
    ASSERT_GT(sample.size(), 100U) << "the sample gives findings";
    install_defaults();
    auto opened = Organisation::open(*ledger, catalog);
    ASSERT_TRUE(opened) << to_text(opened.error());
    organisation = std::move(*opened);
  }

  /// The day's share of the sample, as if it had happened today.
  std::vector<RecordId> findings_come(int day) {
    std::vector<detect::Finding> today;
    for (size_t i = 0; i < findings_a_day; ++i) {
      detect::Finding one = sample[(static_cast<size_t>(day) * 37 + i * 61) % sample.size()];
      one.id = sha256_hex(std::to_string(day) + "/" + std::to_string(i));
      one.event_uid = "ev-" + one.id.substr(0, 12);
      one.time = {now.ns - static_cast<int64_t>(i) * 60 * ns_per_second};
      today.push_back(std::move(one));
    }
    auto taken = triage->take_findings(today);
    EXPECT_TRUE(taken);
    return taken ? taken->made : std::vector<RecordId>{};
  }

  /// B-1: every alert is looked at; what is nothing goes.
  void triage_works(const std::vector<RecordId>& alerts) {
    for (const RecordId& alert : alerts) {
      ok(triage->acknowledge(analyst, alert));
      ok(triage->dismiss(analyst, alert, "benign", "定常の作業と確認した"));
      later(7);
    }
  }

  /// B-4, D-1, D-2, D-3, D-8: one case from its report to its end.
  void case_is_worked(const RecordId& alert) {
    ok(triage->acknowledge(analyst, alert));
    ok(triage->judge(analyst, alert, "true_positive", "資格情報の窃取を確認した"));
    triage::AnalysisReport report;
    report.title = "一次報告";
    report.alerts = {alert};
    report.victim = report.method = report.path = report.leak = report.impact = report.immediate_measure = "不明";
    const Record written = ok(triage->write_report(analyst, report));
    ok(triage->issue_report(analyst, written.id));
    ok(triage->escalate(analyst, alert, "一次報告のとおり"));
    react();
    const RecordId incident = all("incident").back().id;
    response::Judgement judgement;
    judgement.attack_type = "malware";
    judgement.progress = "damage";
    judgement.importance = "critical";
    judgement.reason = "基準どおり";
    ok(response->judge(handler, incident, judgement));
    for (const char* move : {"investigate", "contain", "recover"}) ok(response->move(handler, incident, move));
    response::Analysis found;
    found.cause = "標的型メール";
    found.leak = "unknown";
    found.direct_impact = "端末1台の停止";
    found.indirect_impact = "なし";
    found.occurred_at = found.detected_at = found.contained_at = found.recovered_at = format_time(now);
    ok(response->record_analysis(handler, incident, found));
    ok(response->add_to_timeline(handler, incident, {format_time(now), "利用者がリンクを開いた", true}));
    ok(response->add_measure(handler, incident, {"interim", "認証情報の無効化", "運用", "", true, false}));
    ok(response->write_statement(handler, incident,
                                 {"概要", "影響なし", "調査済み", "隔離した", "教育する", "広報", "不正アクセス"}));
    for (const Record& task : all("incident_task"))
      if (task.state == "open" || task.state == "doing") ok(response->finish_task(handler, task.id, "実施済み"));
    later(60);
    ok(response->move(handler, incident, "prepare_closing"));
    ok(response->send_feedback(handler, incident, {"correct", "隔離", true, "不明だった経路が判明した"}));
    react();
    response::Rendering rendering;
    for (const auto edition : {response::Edition::internal, response::Edition::external}) {
      rendering.edition = edition;
      ok(response->issue_report(handler, incident, rendering, {"CISO"}));
    }
    ok(response->close(handler, incident));
  }

  void owner(const std::string& role, const std::string& who) {
    ok(ledger->create(manager, "api", "role_assignment",
                      {{"role", role}, {"sourcing", "own"}, {"owner", who}, {"from", "2026-04-01"}}));
  }

  std::vector<detect::Finding> sample;
  std::unique_ptr<Organisation> organisation;
  ledger::Actor analyst = person("hana", {"analyst"});
  ledger::Actor handler = person("jiro", {"handler"});
  ledger::Actor manager = person("kondo", {"manager"});
};

TEST_F(A_6_TwoMonths, of_the_samples_work_show_which_roles_live_and_which_are_there_in_name_only) {
  for (const char* role : {"B-1", "B-4"}) owner(role, "user:hana");
  for (const char* role : {"D-1", "D-2", "D-3", "D-8", "E-1"}) owner(role, "user:jiro");
  for (const char* role : {"A-4", "C-3"}) owner(role, "user:nobody");  // a name on the chart
  const Timestamp begin = now;
  const RecordId segment = ok(ledger->create(handler, "api", "network_segment",
                                             {{"name", "office"}, {"range", "192.0.2.0/24"}, {"zone", "office"}}))
                               .id;
  size_t alerts = 0;
  for (int day = 0; day < days; ++day) {
    now = {begin.ns + day * day_ns};
    std::vector<RecordId> made = findings_come(day);
    alerts += made.size();
    if (day % 7 == 0 && !made.empty()) {
      case_is_worked(made.back());
      made.pop_back();
    }
    triage_works(made);
    if (day % 30 == 15)
      ok(ledger->update(handler, "api", segment, get(segment).version, {{"owner", "部門" + std::to_string(day)}}));
  }
  react();
  EXPECT_GT(alerts, 100U);

  auto board = organisation->pulse().board();
  ASSERT_TRUE(board);
  std::map<std::string, const RolePulse*> pulses;
  std::set<std::string> performed;
  for (const RolePulse& one : board->roles) {
    pulses[one.role->id] = &one;
    if (one.deeds.total > 0) performed.insert(one.role->id);
  }
  EXPECT_EQ(performed, (std::set<std::string>{"A-6", "B-1", "B-4", "D-1", "D-2", "D-3", "D-8", "E-1"}))
      << "what the program did by itself makes no role live";
  for (const char* role : {"B-1", "B-4", "D-1", "D-2", "D-3", "D-8"}) {
    EXPECT_EQ(pulses[role]->standing, Standing::alive) << role;
    EXPECT_GE(pulses[role]->score, 90) << role;
  }
  // Every 30 days over two months: both periods were performed in.
  EXPECT_EQ(pulses["D-3"]->rhythm.periods.size(), 2U);
  EXPECT_EQ(pulses["E-1"]->standing, Standing::alive);
  EXPECT_EQ(pulses["A-6"]->standing, Standing::without_owner) << "somebody assigned the roles, and nobody owns that";
  for (const char* role : {"A-4", "C-3"}) {
    EXPECT_EQ(pulses[role]->standing, Standing::in_name_only) << role;
    EXPECT_EQ(pulses[role]->score, 0) << role;
  }
  int missing = 0;
  for (const RolePulse& one : board->roles)
    if (one.standing == Standing::missing) ++missing;
  EXPECT_EQ(missing, 54 - 10);

  // The evidence is there to be read, and counting it all anew gives the same.
  for (const Deed& deed : pulses["D-8"]->deeds.latest) EXPECT_EQ(ok(ledger->fact(deed.fact_seq)).subject, deed.record);
  organisation->pulse().deeds().forget();
  auto anew = organisation->pulse().board();
  ASSERT_TRUE(anew);
  for (size_t i = 0; i < anew->roles.size(); ++i) {
    EXPECT_EQ(anew->roles[i].deeds.total, board->roles[i].deeds.total) << anew->roles[i].role->id;
    EXPECT_EQ(anew->roles[i].score, board->roles[i].score) << anew->roles[i].role->id;
  }

  // A holiday of everybody's: nothing comes, nobody works, and it shows.
  now.ns += 30 * day_ns;
  auto idle = organisation->pulse().board();
  ASSERT_TRUE(idle);
  for (const RolePulse& one : idle->roles)
    if (one.role->id == "B-1") {
      EXPECT_EQ(one.standing, Standing::in_name_only);
      EXPECT_EQ(one.score, 0);
    }
}

}  // namespace
}  // namespace yagura::desks::governance
