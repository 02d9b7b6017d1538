// Tests of rules: samples that people wrote or recorded, and those that rules give of themselves.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/counters.hpp"
#include "detect/rule_samples.hpp"
#include "detect/rule_set.hpp"
#include "event/batch.hpp"

namespace yagura::pipeline {

/// What a person's sample asks of a rule.
struct RuleCase {
  std::string file;     // where it stands
  std::string name;     // "must_match 2"
  std::string rule_id;  // whose rule is asked
  event::Batch events;  // none of them when `unreadable`
  size_t least = 0;     // of the events, that many must match
  size_t most = SIZE_MAX;
  std::string unreadable;  // why there is no event
};

/// Reads what stands in a file or below a folder: "<rule>.samples.yaml" and *.yaml with must_match, must_not_match or
/// tests, and SigmaHQ's info.yml with recorded logs beside it (docs/rules.md tells the form). A file that can't be
/// read becomes a case that says so. `rules` names the rules: a sample file without `rule:` is that of the rule file
/// with its name.
std::vector<RuleCase> read_rule_cases(std::span<const std::filesystem::path> paths, const detect::RuleSet& rules,
                                      Counters& counters);

/// The same from the text of one sample file. No log that it names is read, since whoever sent the text may name any;
/// without `rule:` the cases are those of the only rule, if there is one.
std::vector<RuleCase> read_rule_cases_text(const std::string& text, const detect::RuleSet& rules, Counters& counters);

/// One rule's tests.
struct RuleTested {
  uint32_t rule = 0;  // index into the set
  size_t cases = 0;   // of people
  size_t cases_failed = 0;
  size_t positives = 0;  // generated
  size_t near_misses = 0;
  size_t generated_failed = 0;
  size_t ways = 0;  // in which the condition can hold
  size_t ways_without_sample = 0;
  std::vector<std::string> failures;  // as sentences, at most rule_failures_told
  std::string no_positive;            // why nothing could be generated
};

constexpr size_t rule_failures_told = 10;

struct RuleTestOptions {
  bool generated = true;
  unsigned threads = 1;
  detect::SampleLimits limits;
  Counters* counters = nullptr;                                // never null
  std::function<void(size_t done, size_t total)> on_progress;  // from any thread
};

struct RuleTestReport {
  std::vector<RuleTested> rules;  // in the order of the set
  std::vector<std::string> lost;  // cases of rules that are not in the set, and sample files that can't be read
};

/// Every rule against its cases and its generated samples, by the matcher that live events go through.
RuleTestReport test_rules(const std::shared_ptr<const detect::RuleSet>& rules, const detect::Taxonomy& taxonomy,
                          std::vector<RuleCase> cases, const RuleTestOptions& options);

}  // namespace yagura::pipeline
