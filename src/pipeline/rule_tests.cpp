#include "pipeline/rule_tests.hpp"

#include <fmt/format.h>

#include <atomic>
#include <map>
#include <thread>

#include "detect/matcher.hpp"

namespace yagura::pipeline {
namespace {

using Kind = detect::RuleSample::Kind;

class Tests {
 public:
  Tests(const std::shared_ptr<const detect::RuleSet>& rules, const detect::Taxonomy& taxonomy,
        std::vector<RuleCase> cases, const RuleTestOptions& options)
      : rules_(rules), taxonomy_(taxonomy), cases_(std::move(cases)), options_(options) {
    report_.rules.resize(rules_->rules().size());
    std::map<std::string, uint32_t, std::less<>> by_id;
    for (uint32_t i = 0; i < rules_->rules().size(); ++i) by_id.emplace(rules_->rule(i).id, i);
    for (const RuleCase& one : cases_) {
      const auto rule = by_id.find(one.rule_id);
      if (rule != by_id.end())
        cases_of_[rule->second].push_back(&one);
      else
        report_.lost.push_back(
            fmt::format("{}: {}", one.file,
                        !one.unreadable.empty()
                            ? one.unreadable
                            : fmt::format("{} asks for the rule '{}', which is not loaded", one.name, one.rule_id)));
    }
  }

  RuleTestReport run() {
    std::vector<std::thread> workers;
    for (unsigned i = 1; i < options_.threads; ++i) workers.emplace_back([this] { work(); });
    work();
    for (std::thread& worker : workers) worker.join();
    return std::move(report_);
  }

 private:
  void work() {
    detect::Matcher matcher(rules_, options_.counters);
    for (uint32_t i = next_++; i < report_.rules.size(); i = next_++) {
      RuleTested& tested = report_.rules[i];
      tested.rule = i;
      if (const auto own = cases_of_.find(i); own != cases_of_.end())
        for (const RuleCase* one : own->second) run_case(*one, matcher, tested);
      if (options_.generated) run_generated(matcher, tested);
      if (options_.on_progress) options_.on_progress(++done_, report_.rules.size());
    }
  }

  static void fail(RuleTested& tested, std::string what) {
    if (tested.failures.size() < rule_failures_told) tested.failures.push_back(std::move(what));
  }

  /// Which events of the batch the rule holds for.
  static std::vector<bool> held(uint32_t rule, const event::Batch& batch, detect::Matcher& matcher) {
    std::vector<detect::Match> matches;
    matcher.match(batch, matches);
    std::vector<bool> out(batch.size(), false);
    for (const detect::Match& match : matches)
      if (match.rule == rule) out[match.event] = true;
    return out;
  }

  static void run_case(const RuleCase& one, detect::Matcher& matcher, RuleTested& tested) {
    ++tested.cases;
    if (!one.unreadable.empty()) {
      ++tested.cases_failed;
      return fail(tested, fmt::format("{}, {}: {}", one.file, one.name, one.unreadable));
    }
    const auto fired = held(tested.rule, one.events, matcher);
    size_t count = 0;
    for (size_t i = 0; i < fired.size(); ++i)  // what was recovered from unused space is no part of a stated count
      count += fired[i] && !event::has(one.events.events()[i].dirt, event::Dirt::carved) ? 1 : 0;
    if (count >= one.least && count <= one.most) return;
    ++tested.cases_failed;
    const std::string asked = one.most == 0          ? "none"
                              : one.most == SIZE_MAX ? fmt::format("at least {}", one.least)
                                                     : fmt::format("{}", one.least);
    fail(tested,
         fmt::format("{}, {}: {} of {} events match, {} should", one.file, one.name, count, fired.size(), asked));
  }

  void run_generated(detect::Matcher& matcher, RuleTested& tested) const {
    const auto made = detect::make_samples(rules_->rule(tested.rule), taxonomy_, options_.limits);
    tested.ways = made.ways;
    tested.ways_without_sample = made.ways_without_sample;
    tested.positives = made.positives();
    tested.near_misses = made.samples.size() - tested.positives;
    if (tested.positives == 0) tested.no_positive = made.reasons.empty() ? "no way to hold" : made.reasons.front();
    const auto fired = held(tested.rule, made.batch(), matcher);
    for (size_t i = 0; i < made.samples.size(); ++i) {
      const auto& sample = made.samples[i];
      if (fired[i] == sample.expected) continue;
      ++tested.generated_failed;
      fail(tested,
           fmt::format("{}: {} ({})", sample.kind == Kind::positive ? "generated positive" : "generated near miss",
                       sample.expected ? "must match and does not" : "must not match and does", sample.name));
    }
  }

  std::shared_ptr<const detect::RuleSet> rules_;
  const detect::Taxonomy& taxonomy_;
  std::vector<RuleCase> cases_;
  const RuleTestOptions& options_;
  std::map<uint32_t, std::vector<const RuleCase*>> cases_of_;
  std::atomic<uint32_t> next_{0};
  std::atomic<size_t> done_{0};
  RuleTestReport report_;
};

}  // namespace

RuleTestReport test_rules(const std::shared_ptr<const detect::RuleSet>& rules, const detect::Taxonomy& taxonomy,
                          std::vector<RuleCase> cases, const RuleTestOptions& options) {
  return Tests(rules, taxonomy, std::move(cases), options).run();
}

}  // namespace yagura::pipeline
