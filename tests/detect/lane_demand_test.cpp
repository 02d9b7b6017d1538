// What a set of rules wants of an event: nothing that a rule can read is left out.
#include "detect/lane_demand.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "demanded.hpp"
#include "events.hpp"

namespace yagura::detect::test {
namespace {

constexpr const char* process_rule = R"(
title: t
id: process
logsource: {product: windows, category: process_creation}
detection:
  s: {Image|endswith: '\x.exe', User: 'A\b', Details.name: 'd'}
  condition: s
)";

constexpr const char* keyword_rule = R"(
title: t
id: words
logsource: {product: windows, service: application}
detection:
  s: ['mimikatz']
  condition: s
)";

event::Event header(std::string_view channel, int64_t event_id, std::string_view format = "windows-json") {
  event::Event out;
  out.format = format;
  out.channel = channel;
  out.event_id = event_id;
  return out;
}

bool wants(const LaneDemand& demand, const event::Event& header, const char* field) {
  const event::FieldSet* set = demand.wanted(header);
  return !set || set->contains(event::known_field(field));
}

TEST(LaneDemand, wants_the_fields_of_the_lanes_that_take_the_event) {
  const LaneDemand demand(RuleSet::load_text(process_rule, "r.yml", taxonomy()).rules);
  const auto sysmon = header("Microsoft-Windows-Sysmon/Operational", 1);
  EXPECT_TRUE(wants(demand, sysmon, "Image"));
  EXPECT_TRUE(wants(demand, sysmon, "EventID"));
  EXPECT_FALSE(wants(demand, sysmon, "CommandLine"));
  EXPECT_FALSE(wants(demand, sysmon, "NewProcessName"));
  EXPECT_FALSE(wants(demand, header("Microsoft-Windows-Sysmon/Operational", 3), "Image"));
}

TEST(LaneDemand, wants_what_a_field_map_reads_and_its_tests) {
  const LaneDemand demand(RuleSet::load_text(process_rule, "r.yml", taxonomy()).rules);
  const auto audit = header("Security", 4688);
  for (const char* field : {"NewProcessName", "SubjectUserName", "SubjectDomainName"})
    EXPECT_TRUE(wants(demand, audit, field)) << field;
  EXPECT_FALSE(wants(demand, audit, "Image"));
}

TEST(LaneDemand, knows_names_with_spaces_and_what_lies_below_a_name) {
  const LaneDemand demand(RuleSet::load_text(process_rule, "r.yml", taxonomy()).rules);
  const auto sysmon = header("Microsoft-Windows-Sysmon/Operational", 1);
  EXPECT_TRUE(wants(demand, sysmon, "Im age"));
  EXPECT_TRUE(wants(demand, sysmon, "Image.below"));
  EXPECT_TRUE(wants(demand, sysmon, "Details.name"));
  EXPECT_FALSE(wants(demand, sysmon, "Details.other"));
}

TEST(LaneDemand, lets_the_text_tell_where_keywords_are_looked_for_and_only_there) {
  const LaneDemand demand(
      RuleSet::load_text(std::string(process_rule) + "---" + keyword_rule, "r.yml", taxonomy()).rules);
  const event::FieldSet* words = demand.wanted(header("Application", 1000));
  ASSERT_NE(words, nullptr);
  EXPECT_TRUE(words->reads_text());
  EXPECT_TRUE(words->wants_all_of(R"({"Message":"MimiKatz was here"})"));
  EXPECT_FALSE(words->wants_all_of(R"({"Message":"nobody was here"})"));
  const event::FieldSet* other = demand.wanted(header("Microsoft-Windows-Sysmon/Operational", 1));
  ASSERT_NE(other, nullptr);
  EXPECT_FALSE(other->reads_text());
}

TEST(LaneDemand, wants_everything_where_no_text_can_tell_of_a_keyword) {
  const LaneDemand demand(RuleSet::load_text(std::string(keyword_rule) + "---" + R"(
title: t
id: short
logsource: {product: windows, service: application}
detection:
  s: ['a\\b*"c']
  condition: s
)",
                                             "r.yml", taxonomy())
                              .rules);
  EXPECT_EQ(demand.wanted(header("Application", 1000)), nullptr);
}

TEST(LaneDemand, wants_everything_of_an_event_that_names_its_log_source) {
  const LaneDemand demand(RuleSet::load_text(process_rule, "r.yml", taxonomy()).rules);
  const event::FieldSet* set = demand.wanted(header("", 0, "json"));
  ASSERT_NE(set, nullptr);
  EXPECT_FALSE(set->contains(event::known_field("Image")));
  EXPECT_EQ(set->want(event::known_field("logsource.category")), event::FieldSet::Want::everything);
}

TEST(LaneDemand, wants_what_the_caller_reads_beside_the_rules) {
  const std::string_view also[] = {"SubjectUserName"};
  const LaneDemand demand(RuleSet::load_text(process_rule, "r.yml", taxonomy()).rules, also);
  const auto sysmon = header("Microsoft-Windows-Sysmon/Operational", 1);
  EXPECT_TRUE(wants(demand, sysmon, "SubjectUserName"));
  EXPECT_TRUE(wants(demand, sysmon, "SubjectUserName.below"));
  EXPECT_FALSE(wants(demand, sysmon, "SubjectUserSid"));
}

TEST(LaneDemand, answers_a_name_that_was_new_after_the_question_was_put_by_many_threads) {
  const LaneDemand demand(RuleSet::load_text(process_rule, "r.yml", taxonomy()).rules);
  const auto sysmon = header("Microsoft-Windows-Sysmon/Operational", 1);
  const event::FieldSet* set = demand.wanted(sysmon);
  std::vector<event::FieldId> fresh;
  for (int i = 0; i < 9000; ++i)
    fresh.push_back(event::known_field(i % 2 ? "Image.n" + std::to_string(i) : "Other.n" + std::to_string(i)));
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (size_t i = 0; i < fresh.size(); ++i)
        if (set->contains(fresh[i]) != (i % 2 == 1) || demand.wanted(sysmon) != set) ++wrong;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(LaneDemand, changes_no_match_on_the_samples_of_the_public_rules) {
  const auto data = shared_data();
  if (!data) GTEST_SKIP() << "../shared/data is not there (set YAGURA_SHARED_DATA)";
  const LoadReport& report = all_rules(*data);
  const LaneDemand demand(report.rules);
  Matcher matcher(report.rules);
  size_t left_out = 0;
  size_t found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*data / "sigma/regression_data")) {
    if (entry.path().extension() != ".evtx" && entry.path().extension() != ".json") continue;
    const event::Batch whole = decode(read_bytes(entry.path()), entry.path().string());
    const event::Batch part = demanded(whole, demand);
    std::vector<Match> from_whole;
    std::vector<Match> from_part;
    matcher.match(whole, from_whole);
    matcher.match(part, from_part);
    EXPECT_EQ(from_whole, from_part) << entry.path();
    found += from_whole.size();
    for (size_t i = 0; i < whole.size(); ++i) left_out += whole.events()[i].field_count - part.events()[i].field_count;
  }
  EXPECT_GT(found, 232U);
  EXPECT_GT(left_out, 500U);
}

}  // namespace
}  // namespace yagura::detect::test
