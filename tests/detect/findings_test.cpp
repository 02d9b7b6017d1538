// What a match tells people, where its fields were found, and that sets are shared by threads.
#include <gtest/gtest.h>
#include <unistd.h>

#include <thread>

#include "events.hpp"

namespace yagura::detect::test {
namespace {

constexpr const char* whoami = R"(
title: Whoami
id: 1d5a8c1e-0000-4000-8000-000000000001
level: high
tags: [attack.discovery, attack.t1033]
logsource: {product: windows, category: process_creation}
detection:
  selection:
    Image|endswith: '\whoami.exe'
    User|contains: '\alice'
  filter:
    ParentImage|endswith: '\agent.exe'
    IntegrityLevel: Low
  condition: selection and not filter
)";

event::Batch security_4688(const std::string& label) {
  event::Batch batch;
  event::Event& event = add_event(batch,
                                  {{"EventID", "4688", event::Kind::integer},
                                   {"NewProcessName", "C:\\Windows\\System32\\whoami.exe"},
                                   {"ParentProcessName", "C:\\x\\agent.exe"},
                                   {"SubjectDomainName", "CORP"},
                                   {"SubjectUserName", "Alice"},
                                   {"MandatoryLabel", label}},
                                  "evtx");
  event.channel = "Security";
  event.event_id = 4688;
  event.host = "PC-1";
  return batch;
}

std::vector<Match> match_all(const LoadReport& report, const event::Batch& batch) {
  std::vector<Match> out;
  Matcher(report.rules).match(batch, out);
  return out;
}

TEST(Findings, carry_the_event_and_what_the_rule_read) {
  const LoadReport report = RuleSet::load_text(whoami, "whoami.yml", taxonomy());
  const event::Batch batch = security_4688("S-1-16-12288");
  Matcher matcher(report.rules);
  std::vector<Match> matches;
  matcher.match(batch, matches);
  ASSERT_EQ(matches.size(), 1U);
  const Finding finding = matcher.make_finding(matches[0], batch, "event-1");
  EXPECT_EQ(finding.rule_title, "Whoami");
  EXPECT_EQ(finding.level, Level::high);
  EXPECT_EQ(finding.tags.size(), 2U);
  EXPECT_EQ(finding.host, "PC-1");
  EXPECT_EQ(finding.user, "Alice");
  EXPECT_EQ(finding.channel, "Security");
  EXPECT_EQ(finding.event_id, 4688);
  EXPECT_EQ(finding.id.size(), 64U);
  EXPECT_EQ(finding.id, matcher.make_finding(matches[0], batch, "event-1").id);
  EXPECT_NE(finding.id, matcher.make_finding(matches[0], batch, "event-2").id);
  const std::vector<std::pair<std::string, std::string>> fields{{"Image", "C:\\Windows\\System32\\whoami.exe"},
                                                                {"User", "CORP\\Alice"},
                                                                {"ParentImage", "C:\\x\\agent.exe"},
                                                                {"IntegrityLevel", "High"}};
  EXPECT_EQ(finding.fields, fields);
}

TEST(Findings, explain_which_items_held) {
  const LoadReport report = RuleSet::load_text(whoami, "whoami.yml", taxonomy());
  const event::Batch batch = security_4688("S-1-16-12288");
  Matcher matcher(report.rules);
  const auto evidence = matcher.explain({0, 0}, batch);
  ASSERT_EQ(evidence.size(), 3U);
  EXPECT_EQ(evidence[0].selection, "selection");
  EXPECT_EQ(evidence[0].item, "Image|endswith");
  EXPECT_EQ(evidence[0].expected, "*\\whoami.exe");
  EXPECT_EQ(evidence[0].value, "C:\\Windows\\System32\\whoami.exe");
  EXPECT_EQ(evidence[1].value, "CORP\\Alice");
  EXPECT_EQ(evidence[2].selection, "filter");
}

TEST(Findings, explain_every_kind_of_item_as_it_was_written) {
  const LoadReport report = RuleSet::load_text(
      "title: t\nid: r\nlogsource: {product: test}\ndetection:\n  s:\n    a|cidr: 10.0.0.0/8\n    b|re: 'x+'\n"
      "    c: 42\n    d|gt: 1.5\n    e: null\n    f|exists: true\n    g|fieldref: h\n  k: ['evil']\n"
      "  condition: s and k\n",
      "t.yml", taxonomy());
  event::Batch batch;
  add_event(batch, {{"logsource.product", "test"},
                    {"a", "10.1.1.1"},
                    {"b", "xx"},
                    {"c", "42"},
                    {"d", "2"},
                    {"f", "so evil"},
                    {"g", "1"},
                    {"h", "1"}});
  Matcher matcher(report.rules);
  ASSERT_EQ(match_all(report, batch).size(), 1U);
  std::string text;
  for (const Evidence& evidence : matcher.explain({0, 0}, batch))
    text += evidence.selection + " " + evidence.item + " " + evidence.expected + " <- " + evidence.value + "\n";
  EXPECT_EQ(text,
            "s a|cidr 10.0.0.0/8 <- 10.1.1.1\ns b|re x+ <- xx\ns c 42 <- 42\ns d|gt 1.5 <- 2\ns e null <- \n"
            "s f|exists true <- so evil\ns g|fieldref h <- 1\nk keyword *evil* <- so evil\n");
  EXPECT_EQ(matcher.make_finding({0, 0}, batch, "u").fields.back(),
            (std::pair<std::string, std::string>{"keyword", "*evil*"}));
}

TEST(Findings, of_mapped_values_obey_the_filter) {
  const LoadReport report = RuleSet::load_text(whoami, "whoami.yml", taxonomy());
  EXPECT_TRUE(match_all(report, security_4688("S-1-16-4096")).empty());  // Low: the filter holds
}

TEST(Routes, take_channels_in_any_case_and_no_other_format) {
  const LoadReport report = RuleSet::load_text(whoami, "whoami.yml", taxonomy());
  event::Batch batch = security_4688("x");
  batch.events()[0].channel = "SECURITY";
  EXPECT_EQ(match_all(report, batch).size(), 1U);
  batch.events()[0].event_id = 4689;
  EXPECT_TRUE(match_all(report, batch).empty());
  batch.events()[0].event_id = 4688;
  batch.events()[0].format = "syslog";
  EXPECT_TRUE(match_all(report, batch).empty());
}

TEST(Routes, let_in_events_that_name_their_source) {
  const LoadReport report = RuleSet::load_text(whoami, "whoami.yml", taxonomy());
  event::Batch batch;
  add_event(batch, {{"logsource.product", "Windows"},
                    {"logsource.category", "process_creation"},
                    {"Image", "x\\whoami.exe"},
                    {"User", "a\\alice"}});
  add_event(batch, {{"logsource.product", "windows"}, {"Image", "x\\whoami.exe"}, {"User", "a\\alice"}});
  add_event(batch, {{"Image", "x\\whoami.exe"}, {"User", "a\\alice"}});
  const auto matches = match_all(report, batch);
  ASSERT_EQ(matches.size(), 1U);
  EXPECT_EQ(matches[0].event, 0U);
}

TEST(Routes, join_category_and_service_that_are_known_apart) {
  const auto answer = taxonomy().routes({"windows", "process_creation", "security"});
  EXPECT_TRUE(answer.known);
  bool only_security = true;
  for (const Route& route : answer.routes)
    for (const EventTest& test : route.tests)
      if (test.equal.empty()) only_security = only_security && test.channels == std::vector<std::string>{"security"};
  EXPECT_TRUE(only_security);
  EXPECT_FALSE(taxonomy().routes({"beos", "", ""}).known);
  EXPECT_TRUE(taxonomy().routes({"", "process_creation", ""}).known);
}

TEST(Matcher, gives_every_thread_the_same) {
  std::string rules;
  for (int i = 0; i < 200; ++i)
    rules += "---\ntitle: t\nid: r" + std::to_string(i) +
             "\nlogsource: {product: test}\ndetection: {s: {f|contains: 'v" + std::to_string(i) +
             "', g|re: 'x+'}, condition: s}\n";
  const LoadReport report = RuleSet::load_text(rules, "many.yml", taxonomy());
  ASSERT_EQ(report.loaded, 200U);
  event::Batch batch;
  for (int i = 0; i < 300; ++i)
    add_event(batch, {{"logsource.product", "test"}, {"f", "av" + std::to_string(i) + "z"}, {"g", "xx"}});
  const auto expected = match_all(report, batch);
  EXPECT_GT(expected.size(), 200U);
  std::vector<std::vector<Match>> found(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : found)
      threads.emplace_back([&] {
        Matcher matcher(report.rules);
        for (int n = 0; n < 3; ++n) {
          mine.clear();
          matcher.match(batch, mine);
        }
      });
  }
  for (const auto& mine : found) EXPECT_EQ(mine, expected);
}

TEST(Matcher, survives_channels_without_end) {
  const LoadReport report = RuleSet::load_text(whoami, "whoami.yml", taxonomy());
  Matcher matcher(report.rules);
  std::vector<Match> matches;
  for (int n = 0; n < 3; ++n) {
    event::Batch batch = security_4688("x");
    for (int i = 0; i < 5000; ++i) {
      event::Event& event = add_event(batch, {{"f", "x"}}, "evtx");
      event.channel = batch.arena().copy("channel-" + std::to_string(n * 5000 + i));
    }
    matcher.match(batch, matches);
  }
  EXPECT_EQ(matches.size(), 3U);
}

TEST(Taxonomy, says_where_an_entry_is_wrong) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("yagura-taxonomy-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  const auto refused = [&](const std::string& text) {
    std::ofstream(folder / "a.yaml") << text;
    const auto loaded = Taxonomy::load(folder);
    return loaded ? std::string("loaded") : loaded.error().what + " @" + std::to_string(loaded.error().line);
  };
  EXPECT_EQ(refused("log_sources:\n  - product: x\n    routes: [{chanel: y}]\n"), "'chanel' is no part of a route @3");
  EXPECT_EQ(refused("log_sources:\n  - product: x\n"),
            "a log source has a product, category or service, and routes @2");
  EXPECT_EQ(refused("log_sources:\n  - product: x\n    routes: [{}]\n"),
            "a route that tests nothing would take every event @3");
  EXPECT_EQ(refused("log_sources:\n  - product: x\n    routes: [{event_id: one}]\n"), "'one' is no event id @3");
  EXPECT_EQ(refused("log_sources:\n  - product: x\n    routes: [{channel: y, fields: z}]\n"),
            "there is no such field map above @3");
  EXPECT_EQ(refused("logsources: []\n"), "'logsources' is not known here @1");
  EXPECT_EQ(refused("log_sources:\n  - {product: x, routes: [{channel: y}]}\n"), "loaded");
  fs::remove_all(folder);
}

}  // namespace
}  // namespace yagura::detect::test
