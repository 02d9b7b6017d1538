#include <boost/json.hpp>

#include "lake_fixture.hpp"

namespace yagura::lake {
namespace {

class EventStoreTest : public LakeTest {};

Query query_of(std::string_view text) {
  auto query = parse_query(text, at("2026-04-08T12:00:00Z"));
  EXPECT_TRUE(query.has_value()) << (query ? "" : to_text(query.error()));
  return query ? *query : Query{};
}

event::Batch process_creation() {
  event::Batch batch;
  batch.source = "test.evtx";
  add_event(batch, at("2026-04-08T10:58:04.850672123Z"), R"({"Image":"C:\\Windows\\System32\\cmd.exe"})",
            {{"Channel", "Microsoft-Windows-Sysmon/Operational"},
             {"EventID", "1"},
             {"Computer", "WS01"},
             {"Image", R"(C:\Windows\System32\cmd.exe)"},
             {"CommandLine", R"(cmd.exe /c "whoami & ｎｅｔ user 経理部")"},
             {"User", R"(CORP\alice)"},
             {"ProcessId", "0x1a4"},
             {"Hashes", "MD5=0123456789ABCDEF0123456789ABCDEF,IMPHASH=F"},
             {"Data", "one"},
             {"Data", "two"},
             {"Empty", ""}},
            17);
  return batch;
}

TEST_F(EventStoreTest, gives_back_what_was_stored) {
  const event::Batch batch = process_creation();
  const auto receipt = store_->append(batch, "token-1");
  ASSERT_TRUE(receipt.has_value()) << receipt.error().message;
  EXPECT_EQ(receipt->event_uids, store_->event_uids(batch, "token-1"));
  const auto row = store_->get(receipt->event_uids[0]);
  ASSERT_TRUE(row.has_value()) << row.error().message;
  const auto& r = *row;
  EXPECT_EQ(r.at("event_uid"), receipt->event_uids[0].c_str());
  EXPECT_EQ(r.at("time"), "2026-04-08T10:58:04.850672123Z");
  EXPECT_EQ(r.at("host"), "WS01");
  EXPECT_EQ(r.at("event_id"), 1);
  EXPECT_EQ(r.at("offset"), 17);
  EXPECT_EQ(r.at("class_uid"), 1007);
  EXPECT_EQ(r.at("class_name"), "Process Activity");
  const auto& ocsf = r.at("ocsf").as_object();
  EXPECT_EQ(ocsf.at("process.name"), "cmd.exe");
  EXPECT_EQ(ocsf.at("process.pid"), 420);
  EXPECT_EQ(ocsf.at("user.name"), "alice");
  EXPECT_EQ(ocsf.at("user.domain"), "CORP");
  EXPECT_EQ(ocsf.at("file.hashes.md5"), "0123456789ABCDEF0123456789ABCDEF");
  EXPECT_EQ(r.at("fields").at("Data"), (boost::json::array{"one", "two"}));
  EXPECT_EQ(r.at("fields").at("Empty"), "");
  EXPECT_EQ(r.at("raw"), R"({"Image":"C:\\Windows\\System32\\cmd.exe"})");
}

TEST_F(EventStoreTest, finds_by_every_kind_of_condition) {
  ASSERT_TRUE(store_->append(process_creation(), "token-1").has_value());
  const TimeRange range{at("2026-04-08T00:00:00Z"), at("2026-04-09T00:00:00Z")};
  for (const char* text : {"",
                           "cmd.exe",
                           "user:ALICE",
                           "user:al*",
                           "CommandLine:*whoami*",
                           "net",
                           "経理部",
                           "ＣＭＤ.ｅｘｅ",
                           "event_id:1",
                           "pid:420",
                           "event_id:[1 TO 3]",
                           "pid:>400",
                           "host:ws0?",
                           "Data:two",
                           "class:process_activity",
                           "Data:*",
                           "process.cmd_line:*NET*",
                           R"(image:C:\Windows\System32\cmd.exe)",
                           "hash:0123456789abcdef0123456789abcdef",
                           "user:(bob OR alice)",
                           "NOT user:bob",
                           "-nothing",
                           "\"c:\\windows\\system32\"",
                           "time:2026-04-08",
                           "source:test.evtx"}) {
    const auto found = store_->count(query_of(text), range);
    ASSERT_TRUE(found.has_value()) << text << ": " << found.error().message;
    EXPECT_EQ(*found, 1u) << text;
  }
  for (const char* text : {"user:bob", "nowhere-to-be-found", "NOT cmd.exe", "event_id:2", "pid:<400", "Data:three",
                           "Missing:*", "time:2026-04-09", "user:ali"}) {
    const auto found = store_->count(query_of(text), range);
    ASSERT_TRUE(found.has_value()) << text << ": " << found.error().message;
    EXPECT_EQ(*found, 0u) << text;
  }
}

TEST_F(EventStoreTest, stores_the_same_batch_once_however_often_it_comes) {
  const std::string before = ask("SELECT count() FROM events");
  for (int i = 0; i < 3; ++i) {
    event::Batch batch;
    for (int n = 0; n < 120; ++n)
      add_event(batch, {at("2025-01-01T00:00:00Z").ns + n * 86'400 * ns_per_second}, "line " + std::to_string(n), {},
                static_cast<uint64_t>(n));
    const auto receipt = store_->append(batch, "many-days", i < 2 ? Attempt::first : Attempt::again);
    ASSERT_TRUE(receipt.has_value()) << receipt.error().message;
    EXPECT_EQ(receipt->already_stored, i < 2 ? 0u : 120u);
  }
  EXPECT_EQ(std::stoi(ask("SELECT count() FROM events")), std::stoi(before) + 120);
}

TEST_F(EventStoreTest, knows_events_without_a_time_again_though_they_come_at_another_moment) {
  const std::string before = ask("SELECT count() FROM events");
  for (const char* when : {"2025-03-01T00:00:00Z", "2025-03-01T00:00:09Z", "2025-03-02T12:00:00Z"}) {
    event::Batch batch;
    add_event(batch, at("2025-02-01T00:00:00Z"), "dated", {}, 0);
    add_event(batch, at(when), "undated", {}, 1);
    batch.current().dirt = event::Dirt::no_time;
    const auto receipt = store_->append(batch, "undated", Attempt::again);
    ASSERT_TRUE(receipt.has_value()) << receipt.error().message;
    EXPECT_EQ(receipt->already_stored, when == std::string_view("2025-03-01T00:00:00Z") ? 0u : 2u);
  }
  EXPECT_EQ(std::stoi(ask("SELECT count() FROM events")), std::stoi(before) + 2);
}

TEST_F(LakeTest, an_event_that_names_no_machine_is_of_the_one_that_acted) {
  event::Batch batch;
  add_event(batch, at("2026-04-08T10:00:00Z"), "GET /x",
            {{"cs-method", "GET"}, {"cs-uri-stem", "/acted"}, {"c-ip", "192.0.2.77"}}, 1);
  add_event(batch, at("2026-04-08T10:00:00Z"), "GET /x",
            {{"cs-method", "GET"}, {"cs-uri-stem", "/acted"}, {"c-ip", "192.0.2.77"}, {"Computer", "web01"}}, 2);
  EXPECT_EQ(store_->machine_of(batch, batch.events()[0]), "192.0.2.77");
  EXPECT_EQ(store_->machine_of(batch, batch.events()[1]), "web01");
  ASSERT_TRUE(store_->append(batch, "acted").has_value());
  EXPECT_EQ(*store_->count(*store_->parse("host:192.0.2.77 /acted", at("2026-04-08T10:00:00Z")), all_time), 1u);
  EXPECT_EQ(*store_->count(*store_->parse("host:web01 /acted", at("2026-04-08T10:00:00Z")), all_time), 1u);
}

}  // namespace
}  // namespace yagura::lake
