// A rule that somebody writes, tried on samples: those of people and those that it gives of itself, each with what came
// of it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/counters.hpp"
#include "detect/rule_samples.hpp"
#include "detect/rule_set.hpp"

namespace yagura::pipeline {

constexpr size_t trial_rules_max = 20;     // in one text
constexpr size_t trial_cases_max = 1'000;  // of people, in one text
constexpr detect::SampleLimits trial_limits{.ways_max = 24, .filtered_ways_max = 8, .near_misses_max = 120};

struct TriedCase {
  std::string name;  // "must_match 2"
  bool should_match = false;
  size_t events = 0;
  size_t matched = 0;
  bool passed = false;
  std::string unreadable;  // why there is no event
};

struct TriedSample {
  detect::RuleSample sample;
  bool fires = false;
  bool passed() const { return fires == sample.expected; }
};

struct RuleTrial {
  uint32_t rule = 0;  // index into the set
  std::vector<TriedCase> cases;
  std::vector<TriedSample> generated;
  size_t ways = 0;
  size_t ways_without_sample = 0;
  std::vector<std::string> reasons;  // for those

  bool passed() const;
};

struct Trial {
  std::vector<RuleTrial> rules;   // in the order of the set
  std::vector<std::string> lost;  // cases that belong to none of them, or can't be read

  bool passed() const;
};

/// Tries the first trial_rules_max rules of the set by the matcher that live events go through. `samples` is a sample
/// file's text (docs/scanning.md), whose recorded logs are not read from here; a case without `rule:` is that of the
/// only rule. Cost: milliseconds for most rules.
Trial try_rules(const std::shared_ptr<const detect::RuleSet>& rules, const detect::Taxonomy& taxonomy,
                const std::string& samples, bool generated, Counters& counters);

/// Which samples of a sample file's text the rules of `yaml` fail, in words; empty: they stand all of them. What rules
/// give of themselves is not tried.
std::vector<std::string> failed_samples(const std::string& yaml, const std::string& samples,
                                        const detect::Taxonomy& taxonomy, Counters& counters);

}  // namespace yagura::pipeline
