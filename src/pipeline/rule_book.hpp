// What is known of the rules in force beyond their text: whether they stand their samples, and whether they can fire on
// what really arrives. Made when somebody asks and kept for a while.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/counters.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "detect/rule_coverage.hpp"
#include "lake/event_store.hpp"
#include "pipeline/rule_store.hpp"

namespace yagura::pipeline {

constexpr int64_t seen_days = 30;  // of events that tell what arrives, up to the newest
constexpr int64_t seen_days_max = 3'650;
constexpr size_t seen_looks_max = 4;         // kept, each of its own days
constexpr int64_t seen_again_seconds = 600;  // as long a look at the lake serves
constexpr size_t seen_headers_max = 10'000;  // formats, channels, providers and event ids told apart
constexpr auto seen_time_max = std::chrono::seconds(60);

/// One rule's.
struct RuleStanding {
  std::string samples;  // the file of people's samples beside the rule; empty: there is none
  size_t cases = 0;
  size_t cases_failed = 0;
  std::vector<std::string> failures;
  detect::RuleCoverage coverage;

  /// It stands every sample that somebody gave it, and there is one.
  bool tested() const { return cases > 0 && cases_failed == 0; }
};

/// Immutable.
struct RuleBookPage {
  std::shared_ptr<const RulesInForce> rules;
  std::vector<RuleStanding> standing;  // by the set's numbers
  Timestamp seen_since;
  Timestamp seen_until;  // of the newest event, or now when there is none or it is from the future
  Timestamp seen_at;
  size_t headers_seen = 0;
  uint64_t events_seen = 0;
};

/// "lsass.yml" -> "lsass.samples.yaml" beside it, whether it is there or not.
std::filesystem::path samples_beside(const std::filesystem::path& rule_file);

/// Thread-safe; one look at a time, others wait for it.
class RuleBook {
 public:
  /// All outlive the book.
  RuleBook(const RuleStore& rules, std::shared_ptr<const detect::Taxonomy> taxonomy, lake::EventStore& store,
           Counters& counters, Clock clock = system_now);

  /// For the set in force now, by what arrived in the `days` (1 to seen_days_max) before the newest event. Cost:
  /// nothing while it is kept; else a count over the lake's headers of those days, seconds for ten million events, and
  /// the samples of rules. An Error is the lake's.
  Result<std::shared_ptr<const RuleBookPage>> page(int64_t days = seen_days);

 private:
  struct Look {
    std::vector<detect::SeenEvents> seen;
    Timestamp since;
    Timestamp until;
    Timestamp at;
    std::shared_ptr<const RuleBookPage> page;
  };

  Result<Look> look(int64_t days, Timestamp now);
  Result<Timestamp> newest(Timestamp now);

  const RuleStore& rules_;
  std::shared_ptr<const detect::Taxonomy> taxonomy_;
  lake::EventStore& store_;
  Counters& counters_;
  Clock clock_;
  std::mutex mutex_;                          // guards what follows, held while somebody looks
  std::map<int64_t, Look> looks_;             // by their days
  std::shared_ptr<const RuleBookPage> page_;  // the last that was made, of whatever days
};

}  // namespace yagura::pipeline
