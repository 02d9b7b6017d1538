#include "pipeline/scan.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "detect/taxonomy.hpp"
#include "pipeline/scan_parts.hpp"
#include "pipeline/source_census.hpp"

namespace yagura::pipeline {
namespace {

namespace fs = std::filesystem;

const detect::Taxonomy& taxonomy() {
  static const detect::Taxonomy made = detect::Taxonomy::load(fs::path(YAGURA_SOURCE_DIR) / "catalog/sigma").value();
  return made;
}

std::shared_ptr<const detect::RuleSet> rules_of(const std::string& yaml) {
  const auto report = detect::RuleSet::load_text(yaml, "scan.yml", taxonomy());
  for (const auto& one : report.rejected) ADD_FAILURE() << detect::to_text(one);
  return report.rules;
}

constexpr const char* two_rules = R"(title: Seven
id: seven
level: high
logsource: {product: test}
detection: {s: {n|endswith: '7'}, condition: s}
---
title: Any
id: any
level: low
logsource: {product: test}
detection: {s: {n|contains: '77'}, condition: s}
)";

/// A folder that goes with the test.
class ScanTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("yagura-scan-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  fs::path write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    return folder_ / name;
  }

  /// Objects of a line each, numbered from 0, up to at least `bytes`.
  static std::string lines(size_t bytes, const std::string& padding = std::string(400, 'x')) {
    std::string out;
    for (size_t n = 0; out.size() < bytes; ++n)
      out += R"({"time":"2026-04-08T12:00:00Z","logsource":{"product":"test"},"n":")" + std::to_string(n) +
             R"(","p":")" + padding + "\"}\n";
    return out;
  }

  struct Found {
    std::vector<std::string> matches;  // "seven@17"
    ScanStats stats;
  };
  Found run(unsigned threads, ScanOptions options = {}, const char* rules = two_rules) {
    Found out;
    Counters counters;
    options.counters = &counters;
    options.threads = threads;
    const std::vector<fs::path> paths{folder_};
    out.stats = scan(paths, rules_of(rules), options, [&](std::span<const ScanMatch> matches) {
      for (const ScanMatch& match : matches)
        out.matches.push_back(match.subject->id + "@" + fs::path(match.file).filename().string() + ":" +
                              std::to_string(match.line));
    });
    return out;
  }

  fs::path folder_;
};

TEST_F(ScanTest, gives_the_same_matches_in_the_same_order_whatever_the_threads) {
  write("a.json", lines(3 << 20));
  write("b.json", lines(40 << 20));
  write("c.json", lines(1 << 10));
  const Found one = run(1);
  ASSERT_GT(one.matches.size(), 1000U);
  EXPECT_TRUE(one.stats.failures.empty());
  for (const unsigned threads : {2U, 3U, 8U}) {
    const Found more = run(threads);
    EXPECT_EQ(more.matches, one.matches) << threads;
    EXPECT_EQ(more.stats.events, one.stats.events);
    EXPECT_EQ(more.stats.bytes, one.stats.bytes);
  }
}

TEST_F(ScanTest, counts_lines_through_the_parts_of_a_big_file) {
  const auto path = write("big.json", lines(40 << 20));
  std::vector<InputFailure> failures;
  const std::vector<fs::path> paths{path};
  const auto files = list_inputs(paths, failures);
  DecodeOptions decode;
  const auto parts = cut_into_parts(files, decode);
  ASSERT_GT(parts.size(), 1U);
  for (size_t i = 1; i < parts.size(); ++i) EXPECT_EQ(parts[i].begin, parts[i - 1].end);
  size_t last = 0;
  for (const std::string& match : run(2).matches) {
    if (!match.starts_with("seven@")) continue;
    const size_t line = std::stoul(match.substr(match.rfind(':') + 1));
    EXPECT_EQ((line - 1) % 10, 7U) << match;
    EXPECT_GT(line, last);
    last = line;
  }
  EXPECT_GT(last, 60'000U);
}

TEST_F(ScanTest, cuts_no_json_where_an_object_may_go_on) {
  // One array, pretty-printed objects and a header format: none of them starts anew at a line.
  const std::string one_line = lines(1);
  std::string array = "[\n";
  while (array.size() < (34U << 20)) array += one_line.substr(0, one_line.size() - 1) + ",\n";
  array += one_line + "]\n";
  write("array.json", array);
  std::string csv = "time,n\n";
  while (csv.size() < (34U << 20)) csv += "2026-04-08T12:00:00Z," + std::string(500, '7') + "\n";
  write("table.csv", csv);
  std::vector<InputFailure> failures;
  const std::vector<fs::path> paths{folder_};
  const auto files = list_inputs(paths, failures);
  for (const ScanPart& part : cut_into_parts(files, DecodeOptions())) EXPECT_TRUE(part.whole) << files[part.file].name;
  const char* rule = "title: t\nid: any\nlogsource: {product: test}\ndetection: {s: {n: 0}, condition: s}\n";
  const Found one = run(1, {}, rule);
  EXPECT_GT(one.matches.size(), 1000U);
  EXPECT_EQ(run(4, {}, rule).matches, one.matches);  // batches of one file are shared out all the same
}

TEST_F(ScanTest, takes_only_events_of_the_asked_time) {
  write("t.json", R"({"time":"2026-04-08T11:59:59Z","logsource":{"product":"test"},"n":"17"}
{"time":"2026-04-08T12:00:00Z","logsource":{"product":"test"},"n":"27"}
{"time":"2026-04-08T12:00:01Z","logsource":{"product":"test"},"n":"37"}
)");
  ScanOptions options;
  options.since = parse_time("2026-04-08T12:00:00Z");
  EXPECT_EQ(run(1, options).matches, (std::vector<std::string>{"seven@t.json:2", "seven@t.json:3"}));
  options.until = parse_time("2026-04-08T12:00:01Z");
  EXPECT_EQ(run(1, options).matches, (std::vector<std::string>{"seven@t.json:2"}));
}

TEST_F(ScanTest, leaves_out_lower_levels) {
  write("t.json", R"({"logsource":{"product":"test"},"n":"77"})");
  EXPECT_EQ(run(1).matches.size(), 2U);
  ScanOptions options;
  options.level_min = detect::Level::medium;
  EXPECT_EQ(run(1, options).matches, (std::vector<std::string>{"seven@t.json:1"}));
}

/// Sees every event, finds those whose number ends in 00, and at the end says how many there were.
class Hundreds : public ScanJudge {
 public:
  class Seen : public Notes {
   public:
    std::vector<uint64_t> lines;
  };
  class Eye : public Worker {
   public:
    explicit Eye(Hundreds& judge) : judge_(judge) {}
    std::unique_ptr<Notes> look(const event::Batch& batch, std::span<const detect::Match>,
                                std::vector<ScanMatch>& found) override {
      auto seen = std::make_unique<Seen>();
      for (const event::Event& event : batch.events()) {
        if (!batch.get(event, judge_.field).text.ends_with("00")) continue;
        found.push_back(match_at(judge_.subject, event, batch));
        seen->lines.push_back(event.line);
      }
      return seen;
    }

   private:
    Hundreds& judge_;
  };

  std::unique_ptr<Worker> open() override { return std::make_unique<Eye>(*this); }
  std::vector<std::string_view> wanted_fields() const override { return {"n"}; }
  void take(Notes& notes, uint64_t lines_before, std::vector<ScanMatch>&) override {
    for (const uint64_t line : dynamic_cast<Seen&>(notes).lines) lines.push_back(line + lines_before);
  }
  void finish(std::vector<ScanMatch>& found) override {
    ScanMatch& one = found.emplace_back();
    one.subject = subject;
    one.line = lines.size();
  }

  event::FieldId field = event::known_field("n");
  std::shared_ptr<const ScanSubject> subject = std::make_shared<const ScanSubject>(
      ScanSubject{detect::FindingKind::indicator, "hundred", "Hundred", detect::Level::medium, {}, {}});
  std::vector<uint64_t> lines;
};

TEST_F(ScanTest, lets_others_judge_beside_the_rules_in_the_order_of_the_input) {
  write("big.json", lines(40 << 20));
  for (const unsigned threads : {1U, 4U}) {
    Hundreds judge;
    ScanOptions options;
    options.judges.push_back(&judge);
    const Found found = run(threads, options);
    ASSERT_GT(judge.lines.size(), 600U);
    EXPECT_TRUE(std::ranges::is_sorted(judge.lines));
    for (const uint64_t line : judge.lines) EXPECT_EQ((line - 1) % 100, 0U);
    EXPECT_EQ(std::ranges::count_if(found.matches, [](const std::string& m) { return m.starts_with("hundred@"); }),
              static_cast<std::ptrdiff_t>(judge.lines.size() + 1));
    EXPECT_EQ(found.matches.back(), "hundred@:" + std::to_string(judge.lines.size()));
  }
}

TEST_F(ScanTest, describes_a_match_when_asked) {
  write("t.json",
        R"({"logsource":{"product":"test"},"n":"7","User":"CORP\\eve","Image":"C:\\a.exe","CommandLine":"a.exe /7"})");
  for (const bool details : {false, true}) {
    Counters counters;
    ScanOptions options;
    options.counters = &counters;
    options.details = details;
    const std::vector<fs::path> paths{folder_};
    size_t count = 0;
    scan(paths, rules_of(two_rules), options, [&](std::span<const ScanMatch> matches) {
      for (const ScanMatch& match : matches) {
        ++count;
        EXPECT_EQ(match.user, details ? "CORP\\eve" : "");
        EXPECT_EQ(match.process, details ? "C:\\a.exe" : "");
        EXPECT_EQ(match.command_line, details ? "a.exe /7" : "");
        EXPECT_EQ(match.details.size(), details ? 1U : 0U);
      }
    });
    EXPECT_EQ(count, 1U);
  }
}

TEST_F(ScanTest, counts_where_events_come_from) {
  write("a.json", lines(2 << 20));
  write("b.log", "Apr  8 12:00:00 host sshd[1]: Failed password for root from 192.0.2.1 port 1 ssh2\n");
  SourceCensus census(true);
  Counters counters;
  ScanOptions options;
  options.counters = &counters;
  options.threads = 3;
  options.judges.push_back(&census);
  const std::vector<fs::path> paths{folder_};
  const auto stats = scan(paths, rules_of(two_rules), options, [](auto) {});
  uint64_t events = 0;
  std::set<std::string> formats;
  for (const SeenSource& source : census.sources()) {
    events += source.events;
    formats.insert(source.format);
    EXPECT_FALSE(source.fields.empty());
  }
  EXPECT_EQ(events, stats.events);
  EXPECT_EQ(formats, (std::set<std::string>{"json", "syslog"}));
}

TEST_F(ScanTest, says_what_it_could_not_read_and_reads_the_rest) {
  write("a.json", R"({"logsource":{"product":"test"},"n":"7"})");
  write("b.bin", std::string(100'000, '\0'));
  const Found found = run(2);
  EXPECT_EQ(found.matches, (std::vector<std::string>{"seven@a.json:1"}));
  ASSERT_EQ(found.stats.failures.size(), 1U);
  EXPECT_EQ(found.stats.files, 2U);
}

}  // namespace
}  // namespace yagura::pipeline
