// The roles' day through the API: a finding becomes an alert, the alert an incident, the incident two reports and
// an end. Every answer on the way is held against the contract by Harness::call.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <thread>

#include "platform.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

std::string text(const json::value& value) {
  return json::value_to<std::string>(value);
}

class DeskRoutes : public ::testing::Test {
 protected:
  Reply get(const std::string& target, const CallOptions& who) { return platform.api().call("GET", target, who); }
  Reply post(const std::string& target, const CallOptions& who, const std::string& body = "{}") {
    return platform.api().call("POST", target, who, body);
  }
  json::value ok(const Reply& reply, int status = 200) {
    EXPECT_EQ(reply.status, status) << reply.body;
    return reply.status == status
               ? reply.json()
               : json::value(
                     json::object{{"id", ""}, {"state", ""}, {"body", json::object{}}, {"records", json::array{}}});
  }

  Platform platform;
};

TEST_F(DeskRoutes, B_1_an_analyst_works_an_alert) {
  const std::string id = platform.make_alert("f1");
  const CallOptions analyst = platform.as("hana", {"analyst"});
  const json::value list = ok(get("/api/v1/alerts?host=ws01&state=new&count=true", analyst));
  ASSERT_EQ(list.at("records").as_array().size(), 1U);
  EXPECT_EQ(list.at("total").as_int64(), 1);
  EXPECT_EQ(text(list.at("records").at(0).at("id")), id);
  EXPECT_TRUE(ok(get("/api/v1/alerts?host=other", analyst)).at("records").as_array().empty());
  EXPECT_EQ(ok(get("/api/v1/alerts?text=%EF%BD%8C%EF%BD%93%EF%BD%81%EF%BD%93%EF%BD%93", analyst))
                .at("records")
                .as_array()
                .size(),
            1U)
      << "full-width letters find it";
  EXPECT_EQ(text(ok(post("/api/v1/alerts/" + id + "/acknowledge", analyst)).at("state")), "acknowledged");
  EXPECT_EQ(post("/api/v1/alerts/" + id + "/comment", analyst, R"({"text":"確認中"})").status, 201);
  EXPECT_EQ(post("/api/v1/alerts/" + id + "/judge", analyst, R"({"verdict":"perhaps","reason":"x"})").status, 422);
  EXPECT_EQ(post("/api/v1/alerts/" + id + "/judge", analyst).status, 422);
  EXPECT_EQ(text(ok(post("/api/v1/alerts/" + id + "/judge", analyst, R"({"verdict":"benign","reason":"作業だった"})"))
                     .at("body")
                     .at("verdict")),
            "benign");
  const Reply stale =
      post("/api/v1/alerts/" + id + "/dismiss", analyst, R"({"verdict":"benign","reason":"作業だった","version":1})");
  EXPECT_EQ(stale.status, 409) << stale.body;
  EXPECT_GT(stale.json().at("conflict").at("current").at("version").as_int64(), 1) << "both versions are told";
  EXPECT_EQ(text(ok(post("/api/v1/alerts/" + id + "/dismiss", analyst, R"({"verdict":"benign","reason":"作業だった"})"))
                     .at("state")),
            "dismissed");
  EXPECT_EQ(text(ok(post("/api/v1/alerts/" + id + "/reopen", analyst, R"({"reason":"やはり"})")).at("state")),
            "acknowledged");
  EXPECT_EQ(get("/api/v1/alerts/ALT-2020-9999", analyst).status, 404);
  EXPECT_EQ(get("/api/v1/alerts/INC-2020-0001", analyst).status, 404);
  EXPECT_EQ(post("/api/v1/alerts/" + id + "/acknowledge", platform.as("audit", {"auditor"})).status, 403);
  EXPECT_GE(ok(get("/api/v1/records/alert/" + id + "/history", analyst)).at("versions").as_array().size(), 4U);
  const json::value facts = ok(get("/api/v1/records/alert/" + id + "/facts", analyst));
  EXPECT_NE(json::serialize(facts).find("alert.commented"), std::string::npos);
}

TEST_F(DeskRoutes, B_4_an_analysis_report_names_what_is_missing_and_takes_unknown) {
  const std::string id = platform.make_alert("f1");
  const CallOptions analyst = platform.as("hana", {"analyst"});
  const std::string start =
      R"({"title":"報告","alerts":[")" + id +
      R"("],"victim":"ws01","method":"procdump","path":"不明","leak":"unknown","impact":"調査中")";
  const Reply missing = post("/api/v1/analysis-reports", analyst, start + "}");
  EXPECT_TRUE(missing.status == 409 || missing.status == 422) << missing.body;
  EXPECT_NE(missing.body.find("/immediate_measure"), std::string::npos) << missing.body;
  const json::value report =
      ok(post("/api/v1/analysis-reports", analyst, start + R"(,"immediate_measure":"隔離"})"), 201);
  EXPECT_EQ(text(report.at("body").at("path")), "unknown");
  const std::string path = "/api/v1/analysis-reports/" + text(report.at("id"));
  EXPECT_EQ(text(ok(post(path + "/issue", analyst)).at("state")), "issued");
  const json::value filled = ok(platform.api().call("PATCH", path, analyst, R"({"path":"VPN","leak":"none"})"));
  EXPECT_EQ(text(filled.at("body").at("path")), "VPN");
}

TEST_F(DeskRoutes, D_1_to_D_8_an_alert_becomes_a_closed_incident) {
  const std::string alert = platform.make_alert("f1");
  const CallOptions analyst = platform.as("hana", {"analyst"});
  const CallOptions handler = platform.as("kenji", {"handler"});
  const CallOptions manager = platform.as("yumi", {"manager"});
  ok(post("/api/v1/alerts/" + alert + "/escalate", analyst, R"({"reason":"認証情報の窃取"})"));
  platform.react();
  const json::value list = ok(get("/api/v1/incidents", handler));
  ASSERT_EQ(list.at("records").as_array().size(), 1U);
  const std::string incident = "/api/v1/incidents/" + text(list.at("records").at(0).at("id"));
  ok(post(incident + "/move", handler, R"({"move":"investigate"})"));
  const Reply judged =
      post(incident + "/judge", handler,
           R"({"attack_type":")" + text(list.at("records").at(0).at("body").at("attack_type")) + R"(","progress":")" +
               text(list.at("records").at(0).at("body").at("progress")) + R"(","importance":")" +
               text(list.at("records").at(0).at("body").at("importance")) + R"(","reason":"基準どおり"})");
  EXPECT_EQ(judged.status, 200) << judged.body;
  const json::value tasks = ok(get(incident + "/tasks", handler));
  ASSERT_FALSE(tasks.at("records").as_array().empty()) << "the action policy gave tasks";
  for (const json::value& task : tasks.at("records").as_array()) {
    ok(post("/api/v1/tasks/" + text(task.at("id")) + "/start", handler));
    ok(post("/api/v1/tasks/" + text(task.at("id")) + "/finish", handler, R"({"result":"済み"})"));
  }
  ok(platform.api().call(
      "PATCH", incident + "/analysis", handler,
      R"({"summary":"概要","picture":"全体像","cause":"不明","leak":"none","direct_impact":"なし","direct_cost":120000,"indirect_impact":"不明","occurred_at":"2026-11-20T00:00:00Z","detected_at":"2026-11-20T01:00:00Z","contained_at":"2026-11-20T02:00:00Z","recovered_at":"2026-11-20T03:00:00Z"})"));
  ok(post(incident + "/measures", handler,
          R"({"kind":"lasting","what":"多要素認証","owner":"情報システム","due":"2027-03-31","long":true})"));
  ok(post(incident + "/measures", handler, R"({"kind":"interim","what":"端末の隔離","done":true})"));
  ok(post(incident + "/timeline", handler, R"({"at":"2026-11-20T01:00:00Z","what":"検知","public":true})"));
  ok(post(incident + "/evidence", handler, R"({"reference":"棚 3","note":"ディスク"})"));
  CallOptions raw = handler;
  raw.type = "application/octet-stream";
  ok(platform.api().call("POST", incident + "/attachments?name=memory.dmp", raw, "bytes of evidence"));
  ok(platform.api().call(
      "PUT", incident + "/statement", handler,
      R"({"title":"不正アクセスについて","overview":"概要","impact":"なし","cause":"調査中","actions":"隔離","prevention":"多要素認証","contact":"csirt@example.com"})"));
  const Reply refused = post(incident + "/close", handler);
  EXPECT_EQ(refused.status, 409);
  EXPECT_GE(refused.json().at("errors").as_array().size(), 2U) << refused.body;
  const size_t missing = ok(get(incident + "/missing", handler)).at("missing").as_array().size();
  EXPECT_GE(missing, 2U);
  for (const char* move : {"contain", "recover", "prepare_closing"})
    ok(post(incident + "/move", handler, R"({"move":")" + std::string(move) + R"("})"));
  ok(post(incident + "/feedback", handler,
          R"({"verdict":"correct","actions":"隔離した","resolved":true,"lessons":"早く気づけた"})"));
  ok(post(incident + "/hand-over", handler));
  platform.react();
  for (const char* lang : {"ja", "en"}) {
    const Reply preview = get(incident + "/report?edition=internal&format=html&lang=" + std::string(lang), handler);
    EXPECT_EQ(preview.status, 200);
    EXPECT_EQ(preview.header("Content-Type"), "text/html; charset=utf-8");
    EXPECT_NE(preview.header("Content-Security-Policy").find("sandbox"), std::string::npos);
  }
  for (const char* edition : {"internal", "external"}) {
    const json::value report =
        ok(post(incident + "/reports", handler,
                R"({"edition":")" + std::string(edition) + R"(","lang":"ja","recipients":["経営会議"]})"),
           201);
    const Reply document = get("/api/v1/reports/" + text(report.at("id")) + "/document?format=md", handler);
    EXPECT_EQ(document.status, 200);
    EXPECT_NE(document.body.find("# "), std::string::npos);
  }
  EXPECT_EQ(get(incident + "/report?edition=internal", platform.as("analyst2", {"analyst"})).status, 403)
      << "the internal edition is not for everybody";
  const json::value left = ok(get(incident + "/missing", handler)).at("missing");
  EXPECT_TRUE(left.as_array().empty()) << json::serialize(left);
  EXPECT_EQ(text(ok(post(incident + "/close", handler)).at("state")), "closed");
  platform.react();
  EXPECT_EQ(text(ok(get("/api/v1/alerts/" + alert, analyst)).at("state")), "closed");
  EXPECT_EQ(ok(get("/api/v1/long-measures", manager)).at("records").as_array().size(), 1U);
  EXPECT_FALSE(get(incident, analyst).body.find("120000") != std::string::npos) << "cost is secret";
  EXPECT_TRUE(get(incident, handler).body.find("120000") != std::string::npos);
  const json::value verified = ok(post("/api/v1/verify", manager, ""));
  EXPECT_TRUE(verified.at("sound").as_bool()) << json::serialize(verified);
}

TEST_F(DeskRoutes, D_2_a_typed_report_becomes_an_incident_with_tasks_of_its_own) {
  const CallOptions handler = platform.as("kenji", {"handler"});
  EXPECT_EQ(post("/api/v1/incidents", handler, R"({"title":"x","origin":"alert"})").status, 422);
  const json::value made = ok(
      post(
          "/api/v1/incidents", handler,
          R"({"title":"不審なメール","origin":"external_report","channel":"mail","reporter":"山田","occurred_at":"不明","hosts":["ws02"]})"),
      201);
  const std::string incident = "/api/v1/incidents/" + text(made.at("id"));
  const json::value task =
      ok(post(incident + "/tasks", handler,
              R"({"what_ja":"連絡","what_en":"Call","role":"handler","due_at":"2027-01-01T00:00:00Z"})"),
         201);
  EXPECT_EQ(
      text(ok(post("/api/v1/tasks/" + text(task.at("id")) + "/skip", handler, R"({"reason":"不要"})")).at("state")),
      "skipped");
  EXPECT_EQ(text(ok(post(incident + "/reject", handler, R"({"reason":"訓練だった"})")).at("state")), "rejected");
  const CallOptions owner = platform.as("owner", {"system_owner"});
  EXPECT_EQ(get(incident, owner).body.find("山田"), std::string::npos) << "who reported is personal";
}

TEST_F(DeskRoutes, A_2_criteria_are_proposed_checked_and_approved_by_another_person) {
  const CallOptions one = platform.as("yumi", {"manager"});
  const CallOptions other = platform.as("taro", {"manager"});
  const json::value current = ok(get("/api/v1/criteria/current", one));
  EXPECT_EQ(get("/api/v1/criteria/current?at=2001-01-01T00:00:00Z", one).status, 404);
  json::object table = current.at("body").as_object();
  for (const char* given : {"edition", "in_force_from", "approved_by"}) table.erase(given);
  const Reply proposed = post("/api/v1/criteria", one, json::serialize(json::object{{"table", table}}));
  const json::value made = ok(proposed, 201);
  const std::string path = "/api/v1/criteria/" + text(made.at("id"));
  EXPECT_EQ(ok(get(path + "/check", one)).at("faults").as_array().size(), 1U) << "it was not replayed yet";
  const json::value replay = ok(post(path + "/replay", other, R"({"days":30})"));
  EXPECT_EQ(replay.at("changed").as_int64(), 0);
  EXPECT_EQ(post(path + "/replay", other, R"({"days":0})").status, 422);
  EXPECT_TRUE(ok(get(path + "/check", one)).at("faults").as_array().empty());
  const Reply own = post(path + "/approve", one);
  EXPECT_TRUE(own.status == 403 || own.status == 409) << own.body;
  EXPECT_EQ(text(ok(post(path + "/approve", other)).at("state")), "approved");
  EXPECT_EQ(text(ok(get("/api/v1/criteria/current", one)).at("id")), text(made.at("id")));
  table["rows"].as_array().pop_back();
  const json::value gap = ok(post("/api/v1/criteria", one, json::serialize(json::object{{"table", table}})), 201);
  EXPECT_FALSE(ok(get("/api/v1/criteria/" + text(gap.at("id")) + "/check", one)).at("faults").as_array().empty())
      << "a gap is named";
  const Reply refused = post("/api/v1/criteria/" + text(gap.at("id")) + "/approve", other);
  EXPECT_GE(refused.status, 409);
  EXPECT_EQ(text(ok(post("/api/v1/criteria/" + text(gap.at("id")) + "/reject", other, R"({"reason":"行が足りない"})"))
                     .at("state")),
            "rejected");
  ok(get("/api/v1/action-policies/current", one));
  EXPECT_EQ(text(ok(get("/api/v1/action-policies/current?set=vulnerability", one)).at("body").at("set")),
            "vulnerability");
  ok(get("/api/v1/vulnerability-criteria/current", one));
  ok(get("/api/v1/attack-namings/current", one));
}

TEST_F(DeskRoutes, E_3_a_vulnerability_is_judged_by_the_criteria_in_force) {
  const CallOptions handler = platform.as("kenji", {"handler"});
  const json::value asset = ok(
      post("/api/v1/records/asset", handler, R"({"body":{"name":"vpn01","kind":"network","importance":"high"}})"), 201);
  const json::value found = ok(post("/api/v1/records/vulnerability", handler,
                                    R"({"body":{"title":"VPN 装置の脆弱性","assets":[")" + text(asset.at("id")) +
                                        R"("],"source":"vendor","cvss":9.8,"exploited":"yes"}})"),
                               201);
  const std::string path = "/api/v1/vulnerabilities/" + text(found.at("id"));
  const json::value judged = ok(post(path + "/judge", handler));
  EXPECT_EQ(text(judged.at("body").at("class")), "emergency");
  EXPECT_EQ(text(judged.at("body").at("criteria_row")), "V01");
  EXPECT_EQ(judged.at("body").at("actions").as_array().size(), 4U);
  EXPECT_EQ(post(path + "/judge", handler, R"({"class":"routine"})").status, 409) << "no reason is given";
  EXPECT_EQ(post(path + "/judge", platform.as("hana", {"analyst"})).status, 403);
  EXPECT_EQ(ok(get("/api/v1/vulnerabilities?class=emergency", handler)).at("records").as_array().size(), 1U);
}

TEST_F(DeskRoutes, records_of_a_desk_are_written_only_through_its_commands) {
  const std::string id = platform.make_alert("f1");
  const CallOptions admin = platform.as("root", {"admin"});
  EXPECT_EQ(post("/api/v1/records/alert", admin, R"({"body":{"title":"x"}})").status, 403);
  EXPECT_EQ(platform.api()
                .call("PATCH", "/api/v1/records/alert/" + id, admin, R"({"version":1,"changes":{"title":"x"}})")
                .status,
            403);
  EXPECT_EQ(post("/api/v1/records/alert/" + id + "/move", admin, R"({"version":1,"move":"close"})").status, 403);
  EXPECT_EQ(post("/api/v1/records/nothing", admin, R"({"body":{}})").status, 404);
}

TEST_F(DeskRoutes, registers_tell_their_types_links_and_what_is_due) {
  const std::string id = platform.make_alert("f1");
  const CallOptions admin = platform.as("root", {"admin"});
  EXPECT_GE(ok(get("/api/v1/record-types", admin)).at("types").as_array().size(), 9U);
  EXPECT_EQ(text(ok(get("/api/v1/record-types/alert", admin)).at("prefix")), "ALT");
  EXPECT_EQ(get("/api/v1/record-types/none", admin).status, 404);
  EXPECT_EQ(ok(get("/api/v1/records/alert?sort=created_at&order=asc&limit=1", admin)).at("records").as_array().size(),
            1U);
  EXPECT_EQ(ok(get("/api/v1/records/alert/" + id + "/links", admin)).at("from").as_array().size(), 0U);
  EXPECT_FALSE(ok(get("/api/v1/due?type=alert", admin)).at("items").as_array().empty())
      << "an alert wants to be acknowledged";
  EXPECT_EQ(get("/api/v1/records/alert?filter=nonsense", admin).status, 422);
  EXPECT_EQ(
      ok(get("/api/v1/records/alert?filter=" +
                 std::string("%5B%7B%22field%22:%22level%22,%22op%22:%22in%22,%22value%22:%5B%22high%22%5D%7D%5D"),
             admin))
          .at("records")
          .as_array()
          .size(),
      1U);
  EXPECT_EQ(get("/api/v1/records/alert", platform.as("nobody", {})).status, 403);
  EXPECT_EQ(get("/api/v1/records/alert/" + id, platform.as("nobody2", {})).status, 403);
}

TEST_F(DeskRoutes, pages_follow_each_other_without_gap) {
  for (int i = 0; i < 7; ++i) platform.make_alert("f" + std::to_string(i), "host" + std::to_string(i));
  const CallOptions analyst = platform.as("hana", {"analyst"});
  std::set<std::string> seen;
  std::string cursor;
  for (int page = 0; page < 5; ++page) {
    const json::value list = ok(get("/api/v1/alerts?limit=2" + cursor, analyst));
    for (const json::value& record : list.at("records").as_array())
      EXPECT_TRUE(seen.insert(text(record.at("id"))).second);
    if (!list.as_object().contains("next_cursor")) break;
    cursor = "&cursor=" + text(list.at("next_cursor"));
  }
  EXPECT_EQ(seen.size(), 7U);
  EXPECT_EQ(get("/api/v1/alerts?cursor=broken", analyst).status, 422);
}

TEST_F(DeskRoutes, H_1_an_auditor_reads_the_journal) {
  platform.make_alert("f1");
  const CallOptions auditor = platform.as("audit", {"auditor"});
  const json::value facts = ok(get("/api/v1/facts?kind=alert.*&order=asc&limit=10", auditor));
  ASSERT_FALSE(facts.at("facts").as_array().empty());
  ok(get("/api/v1/facts/" + std::to_string(facts.at("facts").at(0).at("seq").as_int64()), auditor));
  EXPECT_EQ(get("/api/v1/facts/999999", auditor).status, 404);
  EXPECT_EQ(get("/api/v1/facts/x", auditor).status, 404);
  ok(get("/api/v1/parked", auditor));
  EXPECT_EQ(get("/api/v1/facts", platform.as("hana", {"analyst"})).status, 403);
}

class StreamTest : public DeskRoutes {
 protected:
  std::unique_ptr<RawClient> open(const CallOptions& who, const std::string& more = "", const std::string& query = "") {
    auto client = std::make_unique<RawClient>(platform.api().server->port());
    client->send("GET /api/v1/stream" + query + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + who.token + "\r\n" +
                 more + "\r\n");
    EXPECT_NE(client->receive_until("\r\n\r\n").find("200 OK"), std::string::npos);
    return client;
  }
};

TEST_F(StreamTest, tells_new_alerts_to_who_may_read_them) {
  const auto analyst = open(platform.as("hana", {"analyst"}), "", "?kind=alert.created");
  const auto stranger = open(platform.as("nobody", {}));
  const std::string id = platform.make_alert("f1");
  const std::string told = analyst->receive_until("\"body\"");
  EXPECT_NE(told.find("event: alert.created\n"), std::string::npos) << told;
  EXPECT_NE(told.find(id), std::string::npos);
  EXPECT_NE(told.find("LSASS"), std::string::npos);
  EXPECT_EQ(stranger->receive_until("event:", 700).find("event:"), std::string::npos);
}

TEST_F(StreamTest, goes_on_after_the_last_event_that_was_seen) {
  const CallOptions analyst = platform.as("hana", {"analyst"});
  const int64_t before = platform.ledger().head_seq();
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(platform.make_alert("f" + std::to_string(i), "host" + std::to_string(i)));
  const auto all = open(analyst, "Last-Event-ID: " + std::to_string(before) + "\r\n", "?kind=alert.created");
  std::string told = all->receive_until(ids.back());
  for (const std::string& id : ids) EXPECT_NE(told.find(id), std::string::npos);
  const size_t place = told.find("id: ", told.find(ids[0]));
  ASSERT_NE(place, std::string::npos);
  const int64_t second = std::stoll(told.substr(place + 4));
  const auto rest = open(analyst, "Last-Event-ID: " + std::to_string(second) + "\r\n", "?kind=alert.created");
  told = rest->receive_until(ids[2]);
  EXPECT_EQ(told.find(ids[1]), std::string::npos);
  EXPECT_NE(told.find(ids[2]), std::string::npos);
  EXPECT_EQ(get("/api/v1/stream?after=x", analyst).status, 422);
}

TEST_F(StreamTest, a_reader_far_behind_gets_everything_in_order_and_bounded) {
  const CallOptions analyst = platform.as("hana", {"analyst"});
  for (int i = 0; i < 300; ++i) platform.make_alert("g" + std::to_string(i), "host" + std::to_string(i));
  const auto client = open(analyst, "Last-Event-ID: 0\r\n", "?kind=alert.created");
  std::string told;
  for (int i = 0; i < 50 && told.find("host299") == std::string::npos; ++i)
    told += client->receive_until("host299", 500);
  size_t frames = 0;
  int64_t last = 0;
  for (size_t at = told.find("\nid: "); at != std::string::npos; at = told.find("\nid: ", at + 1)) {
    const int64_t seq = std::stoll(told.substr(at + 5));
    EXPECT_GT(seq, last);
    last = seq;
    ++frames;
  }
  EXPECT_GE(frames, 299U);
}

TEST_F(StreamTest, readers_that_left_make_room) {
  const CallOptions analyst = platform.as("hana", {"analyst"});
  CallOptions head = analyst;
  for (size_t i = 0; i < feeds_max + 5; ++i)
    EXPECT_EQ(platform.api().call("HEAD", "/api/v1/stream", head).status, 200) << i;
}

TEST_F(StreamTest, ends_when_its_token_is_revoked) {
  const CallOptions analyst = platform.as("hana", {"analyst"});
  const auto client = open(analyst);
  for (const TokenRow& token : platform.api().accounts->tokens("hana"))
    EXPECT_TRUE(platform.api().accounts->revoke_token(test_administrator(), token.id).has_value());
  EXPECT_TRUE(client->closed_by_peer((feed_valid_check_seconds + 5) * 1000));
}

}  // namespace
}  // namespace yagura::api
