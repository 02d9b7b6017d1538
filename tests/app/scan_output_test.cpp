#include "app/scan_output.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <regex>
#include <string>

#include "app/say.hpp"
#include "app/scan_page.hpp"
#include "app/scan_progress.hpp"
#include "app/scan_summary_text.hpp"
#include "app/terminal.hpp"
#include "base/digest.hpp"

namespace yagura::app {
namespace {

const std::filesystem::path catalog = std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog";

Words words_in(const char* lang) {
  CommonOptions common;
  common.lang = lang;
  return load_words(common, catalog).value();
}

std::shared_ptr<const pipeline::ScanSubject> subject(const std::string& title, detect::Level level,
                                                     std::vector<std::string> tags = {}) {
  return std::make_shared<const pipeline::ScanSubject>(
      pipeline::ScanSubject{detect::FindingKind::rule, "id of " + title, title, level, std::move(tags), "rules/a.yml"});
}

pipeline::ScanMatch match(const std::shared_ptr<const pipeline::ScanSubject>& what, const std::string& host,
                          const std::string& time) {
  pipeline::ScanMatch out;
  out.subject = what;
  out.time = parse_time(time).value();
  out.host = host;
  out.channel = "Microsoft-Windows-Sysmon/Operational";
  out.event_id = 1;
  out.file = "logs/a.evtx";
  return out;
}

/// What an output writes of the matches.
template <typename Make>
std::string written(Make make, const std::vector<pipeline::ScanMatch>& matches) {
  std::FILE* file = std::tmpfile();
  ScanSummary summary;
  {
    const auto output = make(file);
    output->print(matches);
    summary.add(matches);
    pipeline::ScanStats stats;
    stats.matches = matches.size();
    output->finish(stats, summary);
  }
  std::string out(static_cast<size_t>(std::ftell(file)), '\0');
  std::rewind(file);
  EXPECT_EQ(std::fread(out.data(), 1, out.size(), file), out.size());
  std::fclose(file);
  return out;
}

std::string page(const std::vector<pipeline::ScanMatch>& matches, const char* lang = "en") {
  const Words words = words_in(lang);
  return written([&](std::FILE* file) { return page_output(file, words, {}, catalog).value(); }, matches);
}

size_t count(const std::string& text, const std::string& part) {
  size_t out = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++out;
  return out;
}

TEST(ScanPage, lets_nothing_run_that_a_log_says) {
  const std::string evil = "<script>alert(1)</script>\"' onload=x \x1b[31m\xe2\x80\xae</title></style>";
  auto one =
      match(subject(evil, detect::Level::high, {"attack.execution", "attack.t1059.001"}), evil, "2026-04-08T12:00:00Z");
  one.channel = one.file = one.user = one.process = one.command_line = evil;
  one.details = {{evil, evil}};
  const std::string html = page({one});
  EXPECT_EQ(count(html, "<script>"), 1U);
  EXPECT_EQ(count(html, "</script>"), 1U);
  EXPECT_EQ(count(html, "</style>"), 1U);
  EXPECT_EQ(html.find('\x1b'), std::string::npos);
  EXPECT_EQ(html.find("\xe2\x80\xae"), std::string::npos);
  EXPECT_GT(count(html, "&lt;script&gt;alert(1)"), 5U);
  EXPECT_EQ(count(html, " style="), 0U);
  EXPECT_EQ(count(html, "http://") + count(html, "https://"), 0U);
  // No attribute that runs, and the policy names the very script and style that stand there.
  EXPECT_FALSE(std::regex_search(html, std::regex(R"(<[a-z]+[^<>]* on[a-z]+=)")));
  const size_t begin = html.find("<script>") + 8;
  const std::string script = html.substr(begin, html.find("</script>") - begin);
  const std::string hex = sha256_hex(script);
  std::string digest;
  for (size_t i = 0; i < hex.size(); i += 2) digest += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  EXPECT_NE(html.find("script-src 'sha256-" + to_base64(digest) + "'"), std::string::npos);
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
}

TEST(ScanPage, says_how_many_matches_it_lists_and_keeps_the_worst) {
  const auto low = subject("Low", detect::Level::low);
  const auto bad = subject("Bad", detect::Level::critical);
  std::vector<pipeline::ScanMatch> matches(page_rows_max + 500, match(low, "a", "2026-04-08T12:00:00Z"));
  for (int i = 0; i < 100; ++i) matches.push_back(match(bad, "b", "2026-04-08T13:00:00Z"));
  const std::string html = page(matches);
  EXPECT_EQ(count(html, "<tr data-level="), page_rows_max);
  EXPECT_EQ(count(html, "<tr data-level=\"4\""), 100U);
  EXPECT_NE(html.find("10,000 of 10,600 matches are listed"), std::string::npos);
  EXPECT_LT(html.size(), 12U << 20);
}

TEST(ScanPage, speaks_both_languages_and_of_nothing_found) {
  EXPECT_NE(page({}, "ja").find("<html lang=\"ja\">"), std::string::npos);
  EXPECT_NE(page({}, "ja").find("一致したルールはありません"), std::string::npos);
  EXPECT_NE(page({}, "en").find("No rule matched"), std::string::npos);
}

TEST(ScanCsv, begins_with_a_byte_order_mark_in_a_file_and_guards_every_cell) {
  auto one = match(subject("=1+1", detect::Level::low, {"attack.t1059"}), "@host", "2026-04-08T12:00:00Z");
  one.user = "+user";
  one.command_line = "-c \"a,b\"";
  one.details = {{"=name", "x"}};
  ScanOutputChoice choice;
  choice.details = choice.to_file = true;
  const std::string text = written([&](std::FILE* file) { return csv_output(file, choice); }, {one});
  EXPECT_TRUE(text.starts_with("\xEF\xBB\xBFrule_id,"));
  for (const char* cell : {"\"'=1+1\"", "\"'@host\"", "\"'+user\"", "\"'-c \"\"a,b\"\"\"", "\"'=name: x\""})
    EXPECT_NE(text.find(cell), std::string::npos) << cell;
  choice.to_file = false;
  EXPECT_TRUE(written([&](std::FILE* file) { return csv_output(file, choice); }, {one}).starts_with("rule_id,"));
}

TEST(ScanProgress, says_files_bytes_speed_and_what_is_left) {
  pipeline::ScanProgress at;
  at.files_done = 3;
  at.files_total = 12;
  at.bytes_done = 25'000'000;
  at.bytes_total = 100'000'000;
  at.events = 500'000;
  at.matches = 7;
  const std::string line = progress_line(at, 10, 120, words_in("en"));
  for (const char* part : {" 25%", "3/12 files", "25.0 MB", "50k events/s", "7 matches", "0:30 left"})
    EXPECT_NE(line.find(part), std::string::npos) << part << " in " << line;
  EXPECT_LE(columns(progress_line(at, 10, 40, words_in("ja"))), 40U);
}

TEST(ScanSummary, counts_by_level_host_and_technique) {
  const auto shell = subject("Shell", detect::Level::high, {"attack.execution", "attack.t1059.001"});
  const auto persist =
      subject("Key", detect::Level::low, {"attack.persistence", "attack.privilege_escalation", "attack.t1547"});
  ScanSummary summary;
  const std::vector<pipeline::ScanMatch> matches = {
      match(shell, "a", "2026-04-08T12:00:00Z"),   match(shell, "a", "2026-04-08T12:30:00Z"),
      match(persist, "a", "2026-04-08T13:00:00Z"), match(persist, "b", "2026-04-07T12:00:00Z"),
      match(persist, "b", "2026-04-07T12:00:00Z"), match(persist, "b", "2026-04-07T12:00:00Z")};
  summary.add(matches);
  EXPECT_EQ(summary.all().matches, 6U);
  EXPECT_EQ(format_time(summary.all().first, 0), "2026-04-07T12:00:00Z");
  const auto hosts = summary.hosts();
  ASSERT_EQ(hosts.size(), 2U);
  EXPECT_EQ(hosts[0].name, "a");  // fewer matches, but worse ones
  EXPECT_EQ(hosts[0].subjects, 2U);
  const auto tactics = summary.tactics();
  ASSERT_EQ(tactics.size(), 3U);
  EXPECT_EQ(tactics[0].id, "execution");
  EXPECT_EQ(tactics[0].techniques[0].id, "T1059.001");
  EXPECT_EQ(tactics[1].id, "persistence");
  EXPECT_EQ(tactics[2].id, "privilege-escalation");
  EXPECT_EQ(tactics[2].techniques[0].tally.matches, 4U);
  uint64_t total = 0;
  const auto buckets = summary.timeline(60);
  EXPECT_LE(buckets.size(), 60U);
  for (const auto& bucket : buckets)
    for (const uint64_t one : bucket.by_level) total += one;
  EXPECT_EQ(total, 6U);
}

TEST(ScanSummary, takes_times_from_the_first_to_the_last_that_there_are) {
  const auto what = subject("Any", detect::Level::low);
  ScanSummary summary;
  std::vector<pipeline::ScanMatch> matches;
  for (const int64_t ns : {INT64_MIN, int64_t{0}, INT64_MAX}) {
    matches.push_back(match(what, "a", "2026-04-08T12:00:00Z"));
    matches.back().time.ns = ns;
  }
  for (int i = 0; i < 5000; ++i) {
    matches.push_back(match(what, "a", "2026-04-08T12:00:00Z"));
    matches.back().time.ns += i * 3'600'000'000'000;
  }
  summary.add(matches);
  uint64_t total = 0;
  for (const auto& bucket : summary.timeline(60))
    for (const uint64_t one : bucket.by_level) total += one;
  EXPECT_EQ(total, matches.size());
}

TEST(ScanSummary, fits_a_narrow_terminal_and_obeys_no_log) {
  ScanSummary summary;
  const std::vector<pipeline::ScanMatch> matches = {
      match(subject("A rule with quite a long title that must be cut somewhere", detect::Level::critical,
                    {"attack.execution", "attack.t1059.001"}),
            "host\x1b]0;pwned\x07" + std::string(200, 'h'), "2026-04-08T12:00:00Z")};
  summary.add(matches);
  const std::string text = summary_text(summary, {}, {}, words_in("en"), 80, false);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(text.find("\\x1b]0;"), std::string::npos);
  bool table = false;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    if (text.substr(at, 5) == "level") table = true;
    if (table) EXPECT_LE(columns(text.substr(at, end - at)), 80U) << text.substr(at, end - at);
    at = end + 1;
  }
  EXPECT_TRUE(table);
}

TEST(TableLayout, leaves_out_what_has_no_room_and_fills_what_has) {
  const std::vector<TableColumn> columns_given = {
      {"time", 10, 12, 0, false, false}, {"rule", 10, 40, 1, false, false}, {"file", 10, 20, 2, false, true}};
  const TableLayout narrow(columns_given, 24);
  EXPECT_TRUE(narrow.shows(1));
  EXPECT_FALSE(narrow.shows(2));
  EXPECT_EQ(narrow.line({"2026-04-08T12:00", "日本語の長い規則名", "x"}), "2026-04-08…  日本語の長…");
  const TableLayout wide(columns_given, 200);
  EXPECT_EQ(wide.line({"t", "r", "/a/very/long/path/of/a/file.evtx"}),
            "t" + std::string(13, ' ') + "r" + std::string(41, ' ') + "…path/of/a/file.evtx");
}

}  // namespace
}  // namespace yagura::app
