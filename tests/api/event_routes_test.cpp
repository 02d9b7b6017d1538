// Ingestion, search and rules over a real lake: a 200 means that the events are found.
#include "api/event_routes.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <boost/json.hpp>
#include <mutex>
#include <set>
#include <span>

#include "detect/rule_set.hpp"
#include "harness.hpp"
#include "lake/event_store.hpp"
#include "lake/lake_process.hpp"
#include "pipeline/ingest.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

const std::filesystem::path catalog = std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog";

constexpr const char* rule_text = R"(title: Credential dump
id: 11111111-2222-4333-8444-555555555555
level: high
logsource: {product: windows, category: process_creation}
detection:
  selection: {Image|endswith: '\procdump.exe'}
  condition: selection
)";

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string lines(const std::string& host, int count) {
  std::string out;
  for (int i = 0; i < count; ++i)
    out += fmt::format(R"({{"@timestamp":"{}","host":"{}","message":"利用者 {} が接続","n":{}}})",
                       format_time(system_now()), host, i, i) +
           "\n";
  return out;
}

class EventRoutes : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2")) return;
    folder = std::filesystem::temp_directory_path() / ("yagura-events-" + std::to_string(::getpid()));
    lake::LakeOptions options;
    options.program = YAGURA_LAKE_PROGRAM;
    options.data = folder / "lake";
    options.memory_bytes_max = 1ULL << 30;
    auto started = lake::LakeProcess::start(options);
    ASSERT_TRUE(started) << started.error().message;
    process = std::move(*started);
    auto opened =
        lake::EventStore::open(std::make_shared<lake::Client>(process->endpoint()),
                               std::make_shared<event::Normaliser>(*event::Normaliser::load(catalog / "mappings")));
    ASSERT_TRUE(opened) << opened.error().message;
    store = std::move(*opened);
    taxonomy = std::make_shared<const detect::Taxonomy>(*detect::Taxonomy::load(catalog / "sigma"));
    const detect::LoadReport report = detect::RuleSet::load_text(rule_text, "test.yml", *taxonomy);
    ASSERT_EQ(report.loaded, 1U);
    rules = report.rules;
  }
  static void TearDownTestSuite() {
    store.reset();
    process.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }
  void SetUp() override {
    if (!store) GTEST_SKIP() << "this CPU has no AVX2, which the embedded ClickHouse needs";
    ingest = std::make_unique<pipeline::Ingest>(
        *store, [] { return rules; },
        [this](std::span<const detect::Finding> found) -> Status {
          const std::lock_guard lock(mutex);
          if (sink_fails) return failure(sink_error, "the ledger is full");
          for (const detect::Finding& each : found) findings.push_back(each);
          return {};
        },
        counters);
    RouteSet set = event_routes(*store);
    set.add(ingest_routes(*ingest, counters));
    set.add(rule_routes([] { return rules; }, taxonomy));
    harness = std::make_unique<Harness>(std::move(set));
    reader.token = harness->token_for({"event.read", "alert.read"});
    collector.token = harness->token_for({"event.ingest"});
  }

  Reply send(const std::string& body, const std::string& target = "/api/v1/ingest",
             std::vector<std::pair<std::string, std::string>> headers = {}) {
    CallOptions with = collector;
    with.type = "application/x-ndjson";
    with.headers = std::move(headers);
    return harness->call("POST", target, with, body);
  }
  size_t found(const std::string& query) {
    const Reply reply = harness->call("GET", "/api/v1/events?limit=1000&q=" + query, reader);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.status == 200 ? reply.json().at("events").as_array().size() : 0;
  }

  static inline std::filesystem::path folder;
  static inline std::unique_ptr<lake::LakeProcess> process;
  static inline std::unique_ptr<lake::EventStore> store;
  static inline std::shared_ptr<const detect::Taxonomy> taxonomy;
  static inline std::shared_ptr<const detect::RuleSet> rules;
  Counters counters;
  std::mutex mutex;
  std::vector<detect::Finding> findings;
  bool sink_fails = false;
  ErrorKind sink_error = ErrorKind::io;
  std::unique_ptr<pipeline::Ingest> ingest;
  std::unique_ptr<Harness> harness;
  CallOptions reader;
  CallOptions collector;
};

TEST_F(EventRoutes, what_was_acknowledged_is_found_whatever_its_coding) {
  const Reply plain = send(lines("plain01", 50), "/api/v1/ingest?source=test");
  EXPECT_EQ(plain.status, 200) << plain.body;
  EXPECT_EQ(plain.json().at("events").as_int64(), 50);
  EXPECT_EQ(found("host:plain01"), 50U);
  EXPECT_EQ(send(gzip(lines("gzip01", 50)), "/api/v1/ingest", {{"Content-Encoding", "gzip"}}).status, 200);
  EXPECT_EQ(found("host:gzip01"), 50U);
  EXPECT_EQ(send(zstd(lines("zstd01", 5)), "/api/v1/ingest", {{"Content-Encoding", "zstd"}}).status, 200);
  EXPECT_EQ(found("host:zstd01"), 5U);
  EXPECT_EQ(found("host:plain01%20%E5%88%A9%E7%94%A8%E8%80%85"), 50U) << "Japanese text is found";
}

TEST_F(EventRoutes, the_same_request_again_stores_nothing_twice) {
  const std::string body = lines("again01", 20);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(send(body, "/api/v1/ingest", {{"Idempotency-Key", "k1"}}).status, 200);
  EXPECT_EQ(found("host:again01"), 20U);
  EXPECT_EQ(send(body, "/api/v1/ingest", {{"Idempotency-Key", std::string(300, 'k')}}).status, 400);
}

TEST_F(EventRoutes, the_same_request_again_stores_events_without_a_time_once_too) {
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(send("{\"host\":\"undated01\",\"a\":1}\n", "/api/v1/ingest", {{"Idempotency-Key", "k2"}}).status, 200);
  EXPECT_EQ(found("undated01"), 1U);
}

TEST_F(EventRoutes, a_body_that_breaks_off_names_the_key_with_which_it_may_be_sent_again) {
  const std::string whole = gzip(lines("cut01", 11'000));
  const Reply broken = send(whole.substr(0, whole.size() - 100), "/api/v1/ingest", {{"Content-Encoding", "gzip"}});
  EXPECT_EQ(broken.status, 422);
  const std::string detail(broken.json().at("detail").as_string());
  const size_t at = detail.find("'Idempotency-Key: ");
  ASSERT_NE(at, std::string::npos) << detail;
  const std::string key = detail.substr(at + 18, detail.find('\'', at + 1) - at - 18);
  EXPECT_EQ(send(whole, "/api/v1/ingest", {{"Content-Encoding", "gzip"}, {"Idempotency-Key", key}}).status, 200);
  const auto query = store->parse("host:cut01", system_now());
  ASSERT_TRUE(query.has_value());
  EXPECT_EQ(store->count(*query, {{INT64_MIN}, {INT64_MAX}}).value_or(0), 11'000U);
}

TEST_F(EventRoutes, a_broken_body_is_not_acknowledged) {
  EXPECT_EQ(send("this is not gzip", "/api/v1/ingest", {{"Content-Encoding", "gzip"}}).status, 422);
  EXPECT_EQ(send("x", "/api/v1/ingest", {{"Content-Encoding", "br"}}).status, 415);
  EXPECT_EQ(send("x", "/api/v1/ingest?format=none").status, 422);
  EXPECT_EQ(send("x", "/api/v1/ingest?encoding=none").status, 422);
  EXPECT_EQ(send(zstd(std::string(64 << 20, 'a')), "/api/v1/ingest", {{"Content-Encoding", "zstd"}}).status, 413)
      << "a bomb";
  CallOptions wrong = reader;
  EXPECT_EQ(harness->call("POST", "/api/v1/ingest", wrong, "x").status, 403);
}

TEST_F(EventRoutes, dirty_lines_are_kept_and_counted) {
  const Reply reply =
      send("{\"host\":\"dirty01\",\"a\":1}\n{\"host\":\"dirty01\",\"a\":\n", "/api/v1/ingest?format=json");
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_GE(reply.json().at("dirty").as_int64(), 1);
}

TEST_F(EventRoutes, findings_come_with_the_acknowledgement_and_a_failing_ledger_without) {
  const std::string event =
      fmt::format(
          R"({{"Event":{{"System":{{"Provider":{{"#attributes":{{"Name":"Microsoft-Windows-Sysmon"}}}},"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"win01","TimeCreated":{{"#attributes":{{"SystemTime":"{}"}}}},"EventRecordID":7}},"EventData":{{"Image":"C:\\t\\procdump.exe","CommandLine":"procdump -ma lsass"}}}}}})",
          format_time(system_now())) +
      "\n";
  const Reply reply = send(event);
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.json().at("findings").as_int64(), 1);
  ASSERT_EQ(findings.size(), 1U);
  const Reply one = harness->call("GET", "/api/v1/events/" + findings[0].event_uid, reader);
  EXPECT_EQ(one.status, 200) << one.body;
  EXPECT_EQ(json::value_to<std::string>(one.json().at("host")), "win01");
  EXPECT_EQ(harness->call("GET", "/api/v1/events/nothing", reader).status, 404);
  sink_fails = true;
  EXPECT_EQ(send(event).status, 500);
  sink_error = ErrorKind::disk_full;
  const Reply full = send(event);
  EXPECT_EQ(full.status, 507);
  EXPECT_EQ(json::value_to<std::string>(full.json().at("type")), "urn:yagura:problem:disk_full");
}

TEST_F(EventRoutes, a_wrong_query_is_pointed_at) {
  const Reply reply = harness->call("GET", "/api/v1/events?q=host:%22open", reader);
  EXPECT_EQ(reply.status, 400);
  EXPECT_GT(reply.json().at("column").as_int64(), 0);
  EXPECT_EQ(harness->call("GET", "/api/v1/events?from=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z", reader).status,
            422);
  EXPECT_EQ(harness->call("GET", "/api/v1/events?limit=100000", reader).status, 422);
  EXPECT_EQ(harness->call("GET", "/api/v1/events?from=yesterday", reader).status, 422);
}

TEST_F(EventRoutes, pages_and_counts_agree) {
  EXPECT_EQ(send(lines("pages01", 25)).status, 200);
  std::set<std::string> seen;
  std::string cursor;
  for (int page = 0; page < 5; ++page) {
    const json::value list =
        harness->call("GET", "/api/v1/events?q=host:pages01&limit=10&order=asc" + cursor, reader).json();
    for (const json::value& event : list.at("events").as_array())
      EXPECT_TRUE(seen.insert(json::value_to<std::string>(event.at("event_uid"))).second);
    if (!list.as_object().contains("next_cursor")) break;
    cursor = "&cursor=" + json::value_to<std::string>(list.at("next_cursor"));
  }
  EXPECT_EQ(seen.size(), 25U);
  const json::value counts = harness->call("GET", "/api/v1/events/histogram?q=host:pages01&buckets=24", reader).json();
  EXPECT_EQ(counts.at("total").as_int64(), 25);
  EXPECT_EQ(counts.at("buckets").as_array().size(), 24U);
}

TEST_F(EventRoutes, sql_reads_and_does_nothing_else) {
  EXPECT_EQ(send(lines("sql01", 3)).status, 200);
  const Reply good =
      harness->call("POST", "/api/v1/events/sql", reader,
                    R"({"sql":"SELECT host, count() AS n FROM events WHERE host = 'sql01' GROUP BY host"})");
  EXPECT_EQ(good.status, 200) << good.body;
  EXPECT_EQ(good.json().at("rows").as_array().size(), 1U);
  for (const char* bad : {"SELECT * FROM file('/etc/passwd')", "DROP TABLE events", "SELECT 1; SELECT 2",
                          "SELECT * FROM url('http://localhost/')", "INSERT INTO events VALUES (1)"}) {
    const Reply refused =
        harness->call("POST", "/api/v1/events/sql", reader, json::serialize(json::object{{"sql", bad}}));
    EXPECT_GE(refused.status, 400) << bad;
    EXPECT_LT(refused.status, 500) << bad << refused.body;
  }
}

TEST_F(EventRoutes, rules_are_listed_and_checked) {
  EXPECT_EQ(harness->call("GET", "/api/v1/rules?text=credential&level=high", reader).json().at("total").as_int64(), 1);
  EXPECT_EQ(harness->call("GET", "/api/v1/rules?level=low", reader).json().at("total").as_int64(), 0);
  EXPECT_EQ(harness->call("GET", "/api/v1/rules/11111111-2222-4333-8444-555555555555", reader).status, 200);
  EXPECT_EQ(harness->call("GET", "/api/v1/rules/none", reader).status, 404);
  CallOptions yaml = reader;
  yaml.type = "application/yaml";
  const Reply good = harness->call("POST", "/api/v1/rules/check", yaml, rule_text);
  EXPECT_EQ(good.json().at("rules").as_array().size(), 1U);
  EXPECT_TRUE(good.json().at("rejected").as_array().empty()) << good.body;
  EXPECT_EQ(good.json().at("replaces").as_array().size(), 1U) << "it would have the place of the one in force";
  // Among the rules in force: a correlation finds what it asks for.
  const auto counted = [&](const std::string& of) {
    return harness->call("POST", "/api/v1/rules/check", yaml,
                         "title: Many\nid: many-1\nlevel: high\ncorrelation: {type: event_count, rules: [" + of +
                             "], group-by: [User], timespan: 5m, condition: {gte: 3}}\n");
  };
  const Reply many = counted("11111111-2222-4333-8444-555555555555");
  EXPECT_TRUE(many.json().at("rejected").as_array().empty()) << many.body;
  ASSERT_EQ(many.json().at("rules").as_array().size(), 1U) << many.body;
  EXPECT_EQ(many.json().at("rules").at(0).at("file").as_string(), "request");
  ASSERT_EQ(counted("nobody").json().at("rejected").as_array().size(), 1U);
  const Reply bad =
      harness->call("POST", "/api/v1/rules/check", yaml,
                    "title: x\nlogsource: {product: windows}\ndetection:\n  a: {b|nonsense: 1}\n  condition: a\n");
  ASSERT_EQ(bad.json().at("rejected").as_array().size(), 1U) << bad.body;
  EXPECT_GT(bad.json().at("rejected").at(0).at("line").as_int64(), 0);
  EXPECT_GE(harness->call("GET", "/api/v1/formats", reader).json().at("formats").as_array().size(), 3U);
}

TEST_F(EventRoutes, each_route_refuses_who_lacks_exactly_its_permission) {
  for (const Route& route : harness->gate->router().routes()) {
    if (route.permission.size() <= 1) continue;
    CallOptions without;
    std::vector<std::string> others;
    for (const char* permission : {"event.read", "event.ingest", "alert.read", "system.manage", "user.manage"})
      if (route.permission != permission) others.emplace_back(permission);
    without.token = harness->token_for(others);
    EXPECT_EQ(harness
                  ->call(to_text(route.method),
                         route.pattern.substr(0, route.pattern.find('{')) + (route.pattern.ends_with('}') ? "x" : ""),
                         without, route.body ? "{}" : "")
                  .status,
              403)
        << route.operation;
  }
}

}  // namespace
}  // namespace yagura::api
