#include <gtest/gtest.h>

#include "tests/sample/expected.hpp"

namespace yagura::sample::test {
namespace {

Place place_of(const boost::json::object& step) {
  const auto* record = step.if_contains("record_id");
  return {std::string(step.at("file").as_string()), (record ? *record : step.at("line")).to_number<uint64_t>()};
}

std::string name_of(const std::string& rule) {
  const auto& rules = expected().at("rules").as_object();
  const auto* entry = rules.if_contains(rule);
  return entry ? std::string(entry->as_object().at("name").as_string()) : rule;
}

TEST(Sample, is_read_whole_and_clean) {
  for (const std::string& failure : scanned().failures) ADD_FAILURE() << failure;
  for (const std::string& dirt : scanned().dirty) ADD_FAILURE() << dirt;
  const auto& files = expected().at("files").as_object();
  EXPECT_GE(files.size(), 20u);
  for (const auto& [log, count] : files) {
    const auto found = scanned().events.find(std::string(log));
    EXPECT_EQ(found == scanned().events.end() ? 0 : found->second, count.to_number<uint64_t>()) << log;
  }
  EXPECT_EQ(scanned().events.size(), files.size());
}

TEST(Sample, each_step_is_found_by_its_rules_and_ordinary_events_by_none) {
  std::map<Place, std::set<std::string>> wanted;
  std::set<std::string> steps;
  for (const auto& value : expected().at("steps").as_array()) {
    const auto& step = value.as_object();
    steps.insert(std::string(step.at("step").as_string()));
    const Place place = place_of(step);
    for (const auto& rule : step.at("rules").as_array()) wanted[place].insert(std::string(rule.as_string()));
  }
  EXPECT_GE(steps.size(), 28u);
  for (const auto& [place, rules] : wanted) {
    const auto found = scanned().matches.find(place);
    for (const std::string& rule : rules)
      if (found == scanned().matches.end() || !found->second.contains(rule))
        ADD_FAILURE() << place.first << ":" << place.second << " is not found by " << name_of(rule);
  }
  for (const auto& [place, rules] : scanned().matches) {
    const auto meant = wanted.find(place);
    for (const std::string& rule : rules)
      if (meant == wanted.end() || !meant->second.contains(rule))
        ADD_FAILURE() << place.first << ":" << place.second << " is found by " << name_of(rule) << ", which is wrong";
  }
}

TEST(Sample, each_step_keeps_its_time_in_whatever_form_its_log_writes_it) {
  for (const auto& value : expected().at("steps").as_array()) {
    const auto& step = value.as_object();
    const auto meant = parse_time(std::string_view(step.at("time").as_string()));
    ASSERT_TRUE(meant);
    const Place place = place_of(step);
    const auto found = scanned().times.find(place);
    ASSERT_NE(found, scanned().times.end()) << place.first << ":" << place.second;
    // The coarsest log writes whole seconds.
    const int64_t apart = meant->ns - found->second.ns;
    EXPECT_TRUE(apart >= 0 && apart < ns_per_second)
        << place.first << ":" << place.second << " is " << format_time(found->second);
  }
}

TEST(Sample, each_rule_matches_as_often_and_on_the_hosts_that_are_expected) {
  const std::map<std::string, int64_t> none;
  for (const auto& [rule, value] : expected().at("rules").as_object()) {
    std::map<std::string, int64_t> hosts;
    for (const auto& [host, count] : value.as_object().at("hosts").as_object())
      hosts[std::string(host)] = count.to_number<int64_t>();
    const auto found = scanned().hosts.find(std::string(rule));
    const auto& counted = found == scanned().hosts.end() ? none : found->second;
    EXPECT_EQ(counted, hosts) << name_of(std::string(rule));
  }
}

}  // namespace
}  // namespace yagura::sample::test
