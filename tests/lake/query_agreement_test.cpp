#include <boost/json.hpp>
#include <random>
#include <set>

#include "lake/event_block.hpp"
#include "lake/query/compiler.hpp"
#include "lake_fixture.hpp"
#include "query_oracle.hpp"

namespace yagura::lake {
namespace {

const Timestamp now = at("2026-04-08T12:00:00Z");
const TimeRange range{at("2026-04-01T00:00:00Z"), at("2026-04-09T00:00:00Z")};

/// Small vocabularies, so that random conditions hold often enough to mean something.
class Dice {
 public:
  explicit Dice(uint32_t seed) : engine_(seed) {}
  size_t below(size_t n) { return engine_() % n; }
  bool often() { return below(3) != 0; }
  template <size_t N>
  std::string one(const char* const (&list)[N]) {
    return list[below(N)];
  }

 private:
  std::mt19937 engine_;
};

constexpr const char* values[] = {"cmd.exe",
                                  "CMD.EXE",
                                  R"(C:\Windows\System32\cmd.exe)",
                                  R"(C:\Temp\100%_done\a)",
                                  "経理部",
                                  "ケイリ",
                                  "ｹｲﾘ",
                                  "けいり",
                                  "ＡＢＣ",
                                  "abc",
                                  "a*b",
                                  "a?b",
                                  "a_b",
                                  "axb",
                                  "10.1.2.3",
                                  "10.200.0.9",
                                  "192.168.0.1",
                                  "2001:db8::7",
                                  "::ffff:10.1.2.3",
                                  "443",
                                  "0443",
                                  "-5",
                                  "1.5",
                                  "0x1F4",
                                  "Straße",
                                  "\"quoted\"",
                                  "alice",
                                  "",
                                  "-",
                                  "日本語のログ ABC",
                                  "tab\there",
                                  "line\nbreak",
                                  "é",
                                  "e\xCC\x81"};
constexpr const char* names[] = {
    "Image",           "CommandLine", "ParentImage", "User",           "SourceIp", "DestinationIp",
    "DestinationPort", "ProcessId",   "QueryName",   "TargetFilename", "Note",     "備考"};

event::Batch random_batch(Dice& dice, size_t count) {
  event::Batch batch;
  batch.source = "agreement";
  for (size_t i = 0; i < count; ++i) {
    std::vector<std::pair<std::string, std::string>> fields{{"Computer", dice.one({"WS01", "ws02", "サーバ"})}};
    if (dice.often()) {
      fields.emplace_back("Channel", "Microsoft-Windows-Sysmon/Operational");
      fields.emplace_back("EventID", dice.one({"1", "3", "11", "22"}));
    }
    for (size_t n = dice.below(8); n > 0; --n)
      fields.emplace_back(names[dice.below(std::size(names))], dice.one(values));
    const std::string raw = dice.one({"failed logon of ", "{\"k\":\"", "経理部の端末 ", ""}) + dice.one(values);
    add_event(batch, {at("2026-04-07T00:00:00Z").ns + static_cast<int64_t>(i) * 1'000'000'007}, raw, fields, i);
  }
  return batch;
}

std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (std::string_view("*?\\\"():[]{}<>- ").contains(c)) out += '\\';
    if (c != '\n' && c != '\t') out += c;
  }
  return out;
}

/// The first half, or all but the first code point.
std::string half(const std::string& text) {
  size_t end = text.size() / 2;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.substr(0, end);
}
std::string tail(const std::string& text) {
  size_t start = text.empty() ? 0 : 1;
  while (start < text.size() && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) ++start;
  return text.substr(start);
}

std::string random_value(Dice& dice) {
  std::string value = dice.one(values);
  switch (dice.below(5)) {
    case 0: {
      std::string out = "\"";
      for (const char c : value) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
      }
      return out + "\"";
    }
    case 1:
      return "*" + escaped(half(value)) + "*";
    case 2:
      return escaped(value) + "*";
    case 3:
      return "?" + escaped(tail(value));
    default:
      return value.empty() ? "\"\"" : escaped(value);
  }
}

std::string random_term(Dice& dice) {
  const std::string field =
      dice.one({"process", "cmd", "image", "user", "ip", "src_ip", "file", "dns", "host", "pid", "dst_port", "Note",
                "備考", "CommandLine", "SourceIp", "event_id", "actor.process.name", "raw", "channel"});
  switch (dice.below(9)) {
    case 0:
      return random_value(dice);
    case 1:
      return field + ":*";
    case 2:
      return dice.one({"event_id", "pid", "Note", "dst_port", "CommandLine"}) + dice.one({":>", ":>=", ":<", ":<="}) +
             dice.one({"1", "3", "443", "500", "-6"});
    case 3:
      return dice.one(
          {"event_id:[1 TO 3]", "event_id:{1 TO 22}", "Note:[-10 TO 443]", "pid:[* TO 500]", "dst_port:[443 TO *]"});
    case 4:
      return dice.one({"ip", "src_ip", "SourceIp", "Note"}) + ":" +
             dice.one({"10.0.0.0/8", "10.1.2.0/24", "2001:db8::/32", "0.0.0.0/0", "::/0"});
    case 5:
      return field + ":(" + random_value(dice) + " OR " + random_value(dice) + " NOT " + random_value(dice) + ")";
    case 6:
      return dice.one(
          {"time:>2026-04-07T00:10:00Z", "time:<=now-35h", "time:2026-04-07", "class:process_activity", "severity:1"});
    default:
      return field + ":" + random_value(dice);
  }
}

std::string random_query(Dice& dice, int depth = 0) {
  if (depth > 2 || dice.below(3) == 0) return random_term(dice);
  switch (dice.below(4)) {
    case 0:
      return "NOT " + random_term(dice);
    case 1:
      return "(" + random_query(dice, depth + 1) + " OR " + random_query(dice, depth + 1) + ")";
    case 2:
      return random_query(dice, depth + 1) + " " + random_query(dice, depth + 1);
    default:
      return random_query(dice, depth + 1) + " AND -" + random_term(dice);
  }
}

/// Every test asks of the same 600 events at random, so that each can run alone.
class QueryAgreement : public LakeTest {
 protected:
  void SetUp() override {
    LakeTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    // A batch of the same token is stored once, so the tests of one process share it.
    const auto receipt = store_->append(batch_, "agreement", Attempt::again);
    ASSERT_TRUE(receipt.has_value()) << receipt.error().message;
    uids_ = receipt->event_uids;
  }

  Dice dice_{20'260'408};
  event::Batch batch_ = random_batch(dice_, 600);
  std::vector<std::string> uids_;

  static std::set<std::string> found_by_lake(const Query& query, std::string_view settings = "") {
    const CompiledFilter filter = compile(query);
    auto answer =
        client_->run({.sql = "SELECT toString(event_uid) FROM events WHERE " + filter.sql + std::string(settings),
                      .params = filter.params});
    EXPECT_TRUE(answer.has_value()) << (answer ? "" : answer.error().message) << "\n" << filter.sql;
    std::set<std::string> out;
    if (answer)
      for (const std::string_view uid : split(answer->body, '\n'))
        if (!uid.empty()) out.emplace(uid);
    return out;
  }
};

TEST_F(QueryAgreement, the_lake_and_the_obvious_evaluator_find_the_same_events_with_and_without_indexes) {
  const auto normaliser = shipped_mappings();
  event::Arena scratch;
  const auto stored = stored_events(batch_, *normaliser, scratch, uids_);
  size_t some = 0;
  constexpr int queries = 500;
  for (int i = 0; i < queries; ++i) {
    const std::string text = random_query(dice_);
    const auto query = parse_query(text, now);
    ASSERT_TRUE(query.has_value()) << text << "\n" << to_text(query.error());
    std::set<std::string> expected;
    for (const StoredEvent& event : stored)
      if (holds(query->root, event)) expected.insert(event.uid);
    const auto found = found_by_lake(*query);
    ASSERT_EQ(found.size(), expected.size()) << text << "\n" << compile(*query).sql;
    ASSERT_EQ(found, expected) << text;
    if (i % 5 == 0)
      ASSERT_EQ(found_by_lake(*query, " SETTINGS use_skip_indexes = 0, optimize_move_to_prewhere = 0"), expected)
          << text;
    some += !expected.empty() && expected.size() < stored.size();
  }
  EXPECT_GT(some, queries / 3) << "the random queries say too little";
}

TEST_F(QueryAgreement, pages_hold_every_event_once_and_in_order) {
  const auto query = parse_query("", now);
  for (const Order order : {Order::newest_first, Order::oldest_first}) {
    std::vector<std::string> seen;
    std::string cursor;
    std::string last;
    do {
      const auto page = store_->search(*query, range, 97, order, cursor);
      ASSERT_TRUE(page.has_value()) << page.error().message;
      for (const auto& row : page->rows) {
        const std::string time(row.at("time").as_string());
        if (!last.empty()) EXPECT_TRUE(order == Order::newest_first ? time <= last : time >= last);
        last = time;
        seen.emplace_back(row.at("event_uid").as_string());
      }
      cursor = page->next_cursor;
    } while (!cursor.empty());
    EXPECT_EQ(seen.size(), 600u);
    EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 600u);
  }
  EXPECT_EQ(store_->search(*query, range, 10, Order::newest_first, "1:nonsense").error().kind, ErrorKind::invalid);
  EXPECT_EQ(store_->search(*query, range, 0).error().kind, ErrorKind::invalid);
}

TEST_F(QueryAgreement, a_histogram_counts_every_event_of_its_range) {
  const auto query = parse_query("host:ws0?", now);
  const auto buckets = store_->histogram(*query, range, 24);
  ASSERT_TRUE(buckets.has_value()) << buckets.error().message;
  ASSERT_EQ(buckets->size(), 24u);
  uint64_t sum = 0;
  for (const Bucket& bucket : *buckets) sum += bucket.count;
  EXPECT_EQ(sum, *store_->count(*query, range));
  EXPECT_GT(sum, 0u);
}

TEST_F(QueryAgreement, tells_a_slip_in_a_field_name) {
  const auto slip = store_->parse("CommandLin:x", now);
  ASSERT_FALSE(slip.has_value());
  EXPECT_EQ(slip.error().code, "query.unknown_field");
  EXPECT_NE(slip.error().hint.find("CommandLine"), std::string::npos) << slip.error().hint;
  EXPECT_TRUE(store_->parse("commandline:x", now).has_value());
  EXPECT_TRUE(store_->parse("備考:x", now).has_value());
}

}  // namespace
}  // namespace yagura::lake
