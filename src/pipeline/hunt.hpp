// A rule over the past: what it would have found in the events that the lake holds of a period.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/counters.hpp"
#include "base/result.hpp"
#include "detect/rule_set.hpp"
#include "lake/event_store.hpp"

namespace yagura::pipeline {

constexpr uint64_t hunt_events_default = 1'000'000;
constexpr uint64_t hunt_events_max = 50'000'000;
constexpr size_t hunt_matches_max = 10'000;  // kept; the others are counted
constexpr size_t hunt_rules_max = 100;       // rules and correlations in one text
constexpr size_t hunt_page_events = 5'000;   // that are in memory at once
constexpr int64_t hunt_days_max = 3660;

struct HuntMatch {
  uint32_t rule = 0;      // index into HuntResult::rules
  std::string event_uid;  // of a correlation: the event with which it held
  Timestamp time;
  std::string host;
  std::string user;
  std::string channel;
  int64_t event_id = 0;
  std::string group;    // of a correlation
  uint32_t events = 1;  // of a correlation: that it stands on
};

struct HuntRule {
  std::string id;
  std::string title;
  detect::Level level = detect::Level::medium;
  bool correlation = false;
  uint64_t matches = 0;
};

struct HuntResult {
  std::vector<HuntRule> rules;
  std::vector<HuntMatch> matches;  // by time, the first hunt_matches_max
  uint64_t matches_total = 0;
  uint64_t events_looked_at = 0;
  bool cut = false;   // the events' limit was reached before the end of the period
  Timestamp reached;  // everything before it was looked at
};

/// How far it is; read by others while it runs.
struct HuntProgress {
  std::atomic<uint64_t> events{0};  // looked at
  std::atomic<uint64_t> total{0};   // of the rules' log sources in the period; 0: not counted yet
  std::atomic<uint64_t> matches{0};
  std::atomic<bool> cancelled{false};  // set by whoever wants it to end
};

/// The filter that every event which a rule of the set can hold for passes: their log sources' formats, channels,
/// providers and event ids. Everything, where that can't be told in a few words.
lake::Query hunt_filter(const detect::RuleSet& rules, const detect::Taxonomy& taxonomy);

/// Looks at the events from the oldest on, at most `events_max` of them. `refused` when it was cancelled; else an
/// Error is the lake's. Cost: some 50,000 events a second, which the lake gives as JSON.
Result<HuntResult> hunt(const std::shared_ptr<const detect::RuleSet>& rules, const detect::Taxonomy& taxonomy,
                        lake::EventStore& store, const lake::TimeRange& range, uint64_t events_max, Counters& counters,
                        HuntProgress& progress);

}  // namespace yagura::pipeline
