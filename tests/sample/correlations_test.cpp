#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sample/expected.hpp"

namespace yagura::sample::test {
namespace {

using Times = std::map<std::string, std::vector<std::string>>;

Times wanted() {
  Times out;
  for (const auto& [id, value] : expected().at("correlations").as_object())
    for (const auto& time : value.as_object().at("times").as_array())
      out[std::string(value.as_object().at("name").as_string())].push_back(std::string(time.as_string()));
  return out;
}

std::string name_of(const std::string& id) {
  const auto* entry = expected().at("correlations").as_object().if_contains(id);
  return entry ? std::string(entry->as_object().at("name").as_string()) : id;
}

template <typename Arrival>
Times found(std::vector<const std::pair<Timestamp, detect::correlation::Offers>*> offers, Arrival&& arrival) {
  detect::correlation::Engine engine({}, hash_key);
  engine.use(own_rules().rules);
  std::vector<detect::Finding> findings;
  for (const auto* offer : offers) engine.take(offer->second, arrival(offer->first), findings);
  Times out;
  for (const detect::Finding& finding : findings) {
    EXPECT_FALSE(finding.event_uids.empty());
    out[name_of(finding.rule_id)].push_back(format_time(finding.time, 0));
  }
  return out;
}

std::vector<const std::pair<Timestamp, detect::correlation::Offers>*> as_read() {
  std::vector<const std::pair<Timestamp, detect::correlation::Offers>*> out;
  for (const auto& offer : scanned().offers) out.push_back(&offer);
  return out;
}

TEST(SampleCorrelations, find_what_is_expected_and_nothing_on_ordinary_days) {
  auto offers = as_read();
  // Equal times stand as they were read.
  std::ranges::sort(offers, {}, [](const auto* offer) { return std::pair(offer->first, offer); });
  EXPECT_EQ(found(offers, [](Timestamp time) { return detect::correlation::to_arrival(time.ns); }), wanted());
}

TEST(SampleCorrelations, are_found_file_after_file_too) {
  // As `yagura ingest` reads a folder: each file holds the same two days, so most events come late.
  const Times times = found(as_read(), [](Timestamp) { return 1'800'000'000U; });
  for (const auto& [name, when] : wanted()) {
    const auto it = times.find(name);
    EXPECT_EQ(it == times.end() ? 0 : it->second.size(), when.size()) << name;
  }
  EXPECT_EQ(times.size(), wanted().size());
}

}  // namespace
}  // namespace yagura::sample::test
