// Samples that a rule gives of itself: events for which it must fire and events that just miss it, of its own log
// source, with the verdict that a plain reading of the rule gives (plain_event.hpp). What fast evaluators are held
// against.
#pragma once

#include <string>
#include <vector>

#include "detect/plain_event.hpp"

namespace yagura::detect {

struct SampleLimits {
  size_t ways_max = 64;           // in which the condition holds
  size_t filtered_ways_max = 16;  // in which a negated part keeps it from holding
  size_t near_misses_max = 400;   // of one rule
};

struct RuleSample {
  enum class Kind {
    positive,   // made to fire
    near_miss,  // one thing changed; `expected` says whether the rule still fires
    elsewhere,  // a positive's fields in an event that is of no log source
  };
  Kind kind = Kind::positive;
  bool expected = true;
  std::string name;  // what stands in it, for people: "CommandLine|contains: the last character of 'whoami' changed"
  PlainEvent event;
};

struct RuleSamples {
  std::vector<RuleSample> samples;   // no two events are equal
  size_t ways = 0;                   // that the condition has, up to the limit
  size_t ways_without_sample = 0;    // they contradict themselves, or no text was found for an expression
  std::vector<std::string> reasons;  // for the first of those; each once

  /// How many are positive.
  size_t positives() const;
  /// All of them as one batch, in the order of `samples`.
  event::Batch batch() const;
};

/// Deterministic. Cost: milliseconds for most rules, up to a second for one of a thousand values.
RuleSamples make_samples(const Rule& rule, const Taxonomy& taxonomy, const SampleLimits& limits = {});

}  // namespace yagura::detect
