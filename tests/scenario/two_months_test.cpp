// Two months of work, told day by day: what `yagura scan` finds in the shipped sample comes in over and over, people
// work it through the API, and GET /api/v1/roles shows who does what. Roles that nobody performs show as such.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <atomic>
#include <boost/json.hpp>
#include <cstdio>
#include <fstream>
#include <set>

#include "../api/platform.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "base/yaml.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

const std::filesystem::path root = YAGURA_SOURCE_DIR;
constexpr int days = 60;
constexpr size_t findings_a_day = 5;
constexpr int64_t minute_ns = 60 * ns_per_second;
constexpr int64_t day_ns = 24 * 60 * minute_ns;

std::string text(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : std::string();
}

/// Rule id -> tags, of the project's own rules.
std::map<std::string, std::vector<std::string>> rule_tags() {
  std::map<std::string, std::vector<std::string>> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root / "catalog/rules")) {
    if (entry.path().extension() != ".yml" && entry.path().extension() != ".yaml") continue;
    const auto documents = load_yaml(entry.path());
    if (!documents) continue;
    for (const YAML::Node& rule : *documents)
      if (rule.IsMap() && rule["id"] && rule["tags"])
        out[rule["id"].as<std::string>()] = rule["tags"].as<std::vector<std::string>>();
  }
  return out;
}

/// How many findings sample/expected.json promises, of rules and of correlations.
size_t findings_promised() {
  std::ifstream in(root / "sample/expected.json");
  const json::value sample = json::parse(std::string((std::istreambuf_iterator<char>(in)), {}));
  size_t out = 0;
  for (const auto& rule : sample.at("rules").as_object()) out += rule.value().at("matches").to_number<size_t>();
  for (const auto& one : sample.at("correlations").as_object()) out += one.value().at("times").as_array().size();
  return out;
}

/// What `yagura scan` finds in the sample.
std::vector<detect::Finding> sample_findings() {
  const std::string command =
      std::string("'") + YAGURA_PROGRAM + "' scan --format jsonl '" + (root / "sample/logs").string() + "' 2>/dev/null";
  FILE* pipe = ::popen(command.c_str(), "r");
  EXPECT_NE(pipe, nullptr);
  if (!pipe) return {};
  std::string lines;
  char buffer[65536];
  for (size_t read = 0; (read = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) lines.append(buffer, read);
  ::pclose(pipe);
  const auto tags = rule_tags();
  std::vector<detect::Finding> out;
  for (const std::string_view line : split(lines, '\n')) {
    if (line.empty()) continue;
    const json::value one = json::parse(line);
    detect::Finding finding;
    finding.rule_id = text(one.at("rule_id"));
    finding.rule_title = text(one.at("rule_title"));
    const std::string level = text(one.at("level"));
    finding.level = level == "critical" ? detect::Level::critical
                    : level == "high"   ? detect::Level::high
                                        : detect::Level::medium;
    finding.host = text(one.at("host"));
    finding.channel = text(one.at("channel"));
    if (const auto found = tags.find(finding.rule_id); found != tags.end()) finding.tags = found->second;
    out.push_back(std::move(finding));
  }
  return out;
}

class A_6_TwoMonths : public ::testing::Test {
 protected:
  void SetUp() override {
    sample = sample_findings();
    ASSERT_EQ(sample.size(), findings_promised()) << "it is the sample's work that comes in, all of it";
  }

  json::value call(const char* method, const std::string& path, const CallOptions& who, const json::value& body) {
    const Reply reply =
        platform.api().call(method, "/api/v1/" + path, who, body.is_null() ? std::string() : json::serialize(body));
    EXPECT_TRUE(reply.status >= 200 && reply.status < 300) << method << " " << path << ": " << reply.body;
    return reply.json();
  }
  json::value get(const std::string& path, const CallOptions& who) { return call("GET", path, who, nullptr); }
  json::value post(const std::string& path, const CallOptions& who, const json::value& body = json::object{}) {
    return call("POST", path, who, body);
  }
  void later(int64_t minutes) { now += minutes * minute_ns; }

  /// The day's share of the sample, as if it had happened today.
  std::vector<std::string> findings_come(int day) {
    std::vector<detect::Finding> today;
    for (size_t i = 0; i < findings_a_day; ++i) {
      detect::Finding one = sample[(static_cast<size_t>(day) * 37 + i * 61) % sample.size()];
      one.id = sha256_hex(std::to_string(day) + "/" + std::to_string(i));
      one.event_uid = "ev-" + one.id.substr(0, 12);
      one.time = {now - static_cast<int64_t>(i) * minute_ns};
      today.push_back(std::move(one));
    }
    return platform.take(today);
  }

  /// B-1: every alert is looked at; what is nothing goes.
  void triage_works(const std::vector<std::string>& alerts, const CallOptions& who) {
    for (const std::string& alert : alerts) {
      post("alerts/" + alert + "/acknowledge", who);
      later(7);
      post("alerts/" + alert + "/dismiss", who, {{"verdict", "benign"}, {"reason", "定常の作業と確認した"}});
    }
  }

  /// B-1 and B-4: the worst alert is reported and goes to response.
  std::string escalated(const std::string& alert) {
    post("alerts/" + alert + "/acknowledge", hana);
    post("alerts/" + alert + "/judge", hana, {{"verdict", "true_positive"}, {"reason", "資格情報の窃取を確認した"}});
    json::object report{{"title", "一次報告"}, {"alerts", json::array{json::value(alert)}}};
    for (const char* field : {"victim", "method", "path", "leak", "impact", "immediate_measure"})
      report[field] = "不明";
    post("analysis-reports/" + text(post("analysis-reports", hana, report).at("id")) + "/issue", hana);
    post("alerts/" + alert + "/escalate", hana, {{"reason", "一次報告のとおり"}});
    platform.react();
    return text(get("incidents?limit=1", jiro).at("records").at(0).at("id"));
  }

  /// D-1, D-2, D-3, D-8: one case to its end.
  void case_is_worked(const std::string& alert) {
    const std::string incident = "incidents/" + escalated(alert);
    const std::string at = format_time({now});
    post(incident + "/judge", jiro,
         {{"attack_type", "malware"}, {"progress", "damage"}, {"importance", "critical"}, {"reason", "基準どおり"}});
    for (const char* move : {"investigate", "contain", "recover"}) post(incident + "/move", jiro, {{"move", move}});
    call("PATCH", incident + "/analysis", jiro,
         {{"cause", "標的型メール"},
          {"leak", "unknown"},
          {"direct_impact", "端末1台の停止"},
          {"indirect_impact", "なし"},
          {"occurred_at", at},
          {"detected_at", at},
          {"contained_at", at},
          {"recovered_at", at}});
    post(incident + "/timeline", jiro, {{"at", at}, {"what", "利用者がリンクを開いた"}, {"public", true}});
    post(incident + "/measures", jiro, {{"kind", "interim"}, {"what", "認証情報の無効化"}, {"done", true}});
    call("PUT", incident + "/statement", jiro,
         {{"title", "不正アクセス"},
          {"overview", "概要"},
          {"impact", "影響なし"},
          {"cause", "調査済み"},
          {"actions", "隔離した"},
          {"prevention", "教育する"},
          {"contact", "広報"}});
    const json::value tasks = get(incident + "/tasks", jiro);
    for (const json::value& task : tasks.at("records").as_array())
      post("tasks/" + text(task.at("id")) + "/finish", jiro, {{"result", "実施済み"}});
    later(60);
    post(incident + "/move", jiro, {{"move", "prepare_closing"}});
    post(incident + "/feedback", jiro,
         {{"verdict", "correct"}, {"actions", "隔離"}, {"resolved", true}, {"lessons", "経路が判明した"}});
    platform.react();
    for (const char* edition : {"internal", "external"})
      post(incident + "/reports", jiro,
           {{"edition", edition}, {"lang", "ja"}, {"recipients", json::array{json::value("CISO")}}});
    post(incident + "/close", jiro);
  }

  void owner(const std::string& role, const std::string& who) {
    post("records/role_assignment", kondo,
         {{"body", {{"role", role}, {"sourcing", "own"}, {"owner", who}, {"from", "2026-04-01"}}}});
  }

  /// Role -> its line of the board.
  std::map<std::string, json::object> board() {
    std::map<std::string, json::object> out;
    const json::value all = get("roles", ono);
    for (const json::value& role : all.at("roles").as_array()) {
      EXPECT_FALSE(role.at("hidden").as_bool()) << role.at("id");
      out[text(role.at("id"))] = role.as_object();
    }
    EXPECT_EQ(out.size(), 54U);
    return out;
  }
  static std::string standing(const json::object& role) { return text(role.at("pulse").at("standing")); }
  static int64_t number(const json::object& role, const char* what) {
    return role.at("pulse").at(what).to_number<int64_t>();
  }
  static std::set<std::string> performed(const std::map<std::string, json::object>& board) {
    std::set<std::string> out;
    for (const auto& [id, role] : board)
      if (number(role, "facts") > 0) out.insert(id);
    return out;
  }

  std::atomic<int64_t> now = parse_time("2026-04-08T01:00:00Z").value_or(Timestamp{}).ns;
  std::vector<detect::Finding> sample;
  Platform platform{true, {}, [this] { return Timestamp{now}; }};
  CallOptions hana = platform.as("hana", {"analyst"});
  CallOptions jiro = platform.as("jiro", {"handler"});
  CallOptions kondo = platform.as("kondo", {"manager"});
  CallOptions ono = platform.as("ono", {"admin"});
};

TEST_F(A_6_TwoMonths, of_the_samples_work_show_which_roles_live_and_which_are_there_in_name_only) {
  for (const char* role : {"B-1", "B-4"}) owner(role, "user:hana");
  for (const char* role : {"D-1", "D-2", "D-3", "D-8", "E-1"}) owner(role, "user:jiro");
  for (const char* role : {"A-4", "C-3"}) owner(role, "user:nobody");  // a name on the chart
  const std::string hana_record =
      text(post("records/person", kondo,
                {{"body", {{"name", "花"}, {"account", "user:hana"}, {"origin", "network_operation"}}}})
               .at("id"));
  const int64_t begin = now;
  json::value segment = post("records/network_segment", jiro,
                             {{"body", {{"name", "office"}, {"range", "192.0.2.0/24"}, {"zone", "office"}}}});
  int64_t alerts = 0;
  int64_t worked_days = 0;
  for (int day = 0; day < days; ++day) {
    now = begin + day * day_ns;
    std::vector<std::string> made = findings_come(day);
    alerts += static_cast<int64_t>(made.size());
    worked_days += made.empty() ? 0 : 1;
    if (day == 0) {
      const auto before = board();
      EXPECT_EQ(performed(before), (std::set<std::string>{"A-6", "E-1", "I-4"}))
          << "alerts came, and nobody has looked at one";
      EXPECT_EQ(standing(before.at("B-1")), "in_name_only");
    }
    if (day % 7 == 0 && !made.empty()) {
      case_is_worked(made.back());
      made.pop_back();
    }
    triage_works(made, hana);
    if (day % 30 == 15)
      segment = call("PATCH", "records/network_segment/" + text(segment.at("id")), jiro,
                     {{"version", segment.at("version")}, {"changes", {{"owner", "部門" + std::to_string(day)}}}});
  }
  platform.react();
  EXPECT_GT(alerts, 100);

  const auto pulses = board();
  EXPECT_EQ(performed(pulses), (std::set<std::string>{"A-6", "B-1", "B-4", "D-1", "D-2", "D-3", "D-8", "E-1", "I-4"}))
      << "what the program did by itself makes no role live";
  for (const char* role : {"B-1", "B-4", "D-1", "D-2", "D-3", "D-8"}) {
    EXPECT_EQ(standing(pulses.at(role)), "alive") << role;
    EXPECT_GE(number(pulses.at(role), "score"), 90) << role;
  }
  // Every 30 days over two months: both periods were performed in.
  EXPECT_EQ(pulses.at("D-3").at("pulse").at("periods").as_array().size(), 2U);
  EXPECT_EQ(standing(pulses.at("E-1")), "alive");
  EXPECT_EQ(standing(pulses.at("A-6")), "without_owner") << "somebody assigned the roles, and nobody owns that";
  for (const char* role : {"A-4", "C-3"}) {
    EXPECT_EQ(standing(pulses.at(role)), "in_name_only") << role;
    EXPECT_EQ(number(pulses.at(role), "score"), 0) << role;
  }
  EXPECT_EQ(std::ranges::count_if(pulses, [](const auto& one) { return standing(one.second) == "missing"; }), 54 - 11);

  // The evidence is one click away.
  const json::value closing = get("roles/D-8", ono);
  ASSERT_FALSE(closing.at("evidence").as_array().empty());
  for (const json::value& deed : closing.at("evidence").as_array()) {
    EXPECT_EQ(deed.at("actor"), "user:jiro");
    EXPECT_EQ(get(text(deed.at("fact_href")).substr(8), ono).at("subject"), deed.at("record"));
    EXPECT_EQ(get(text(deed.at("record_href")).substr(8), ono).at("id"), deed.at("record"));
  }

  // The same work is what the staffing simulation measures, and experience on the path.
  const json::value staffing = get("staffing?days=90", kondo);
  const json::value& alert_work = staffing.at("demand").at("work").at(0);
  EXPECT_EQ(alert_work.at("id"), "alert");
  EXPECT_EQ(alert_work.at("arrived"), alerts);
  EXPECT_EQ(alert_work.at("per_day_of"), "records");
  EXPECT_EQ(alert_work.at("minutes_of"), "records");
  EXPECT_NEAR(alert_work.at("per_day").to_number<double>() * staffing.at("demand").at("days").to_number<double>(),
              static_cast<double>(alerts), 1e-6);
  // Seven minutes each, and five more where somebody begins anew; those that became cases took no time of triage.
  EXPECT_NEAR(alert_work.at("minutes").to_number<double>(), 7.5, 1.5);
  const json::value simulated =
      post("staffing/simulation", kondo, {{"level", 1}, {"measured_days", 90}, {"days", 60}, {"runs", 4}});
  EXPECT_EQ(simulated.at("demand").at("work").at(0).at("per_day"), alert_work.at("per_day"));
  const json::value hana_page = get("people/" + hana_record, kondo);
  const json::value& watched = hana_page.at("experience").at(0);
  EXPECT_EQ(watched.at("role"), "B-1");
  EXPECT_EQ(watched.at("days"), worked_days);
  EXPECT_EQ(hana_page.at("stages").at(2).at("state"), "begun") << "real-time analysis, and no assessment yet";

  // A holiday of everybody's: nothing comes, nobody works, and it shows.
  now += 30 * day_ns;
  const auto idle = board();
  EXPECT_EQ(standing(idle.at("B-1")), "in_name_only");
  EXPECT_EQ(number(idle.at("B-1"), "score"), 0);
}

TEST_F(A_6_TwoMonths, of_the_same_work_done_by_a_program_alone_make_no_role_live) {
  const CallOptions robot = platform.as("svc-soar", {"handler"});
  const int64_t begin = now;
  for (const char* role : {"B-1", "D-2"}) owner(role, "user:hana");
  for (int day = 0; day < days; day += 3) {
    now = begin + day * day_ns;
    triage_works(findings_come(day), robot);
  }
  platform.react();
  const auto pulses = board();
  EXPECT_EQ(performed(pulses), (std::set<std::string>{"A-6"})) << "somebody gave roles away, once";
  EXPECT_EQ(standing(pulses.at("B-1")), "in_name_only");
  EXPECT_EQ(number(pulses.at("B-1"), "score"), 0);
  EXPECT_TRUE(get("roles/B-1", ono).at("performers").as_array().empty());
}

}  // namespace
}  // namespace yagura::api
