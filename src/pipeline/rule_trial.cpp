#include "pipeline/rule_trial.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "detect/matcher.hpp"
#include "pipeline/rule_tests.hpp"

namespace yagura::pipeline {
namespace {

std::vector<bool> held(uint32_t rule, const event::Batch& batch, detect::Matcher& matcher) {
  std::vector<detect::Match> matches;
  matcher.match(batch, matches);
  std::vector<bool> out(batch.size(), false);
  for (const detect::Match& match : matches)
    if (match.rule == rule) out[match.event] = true;
  return out;
}

TriedCase run(const RuleCase& one, uint32_t rule, detect::Matcher& matcher) {
  TriedCase out{one.name, one.least > 0, one.events.size(), 0, false, one.unreadable};
  if (!one.unreadable.empty()) return out;
  out.matched = static_cast<size_t>(std::ranges::count(held(rule, one.events, matcher), true));
  out.passed = out.matched >= one.least && out.matched <= one.most;
  return out;
}

}  // namespace

bool RuleTrial::passed() const {
  return std::ranges::all_of(cases, &TriedCase::passed) && std::ranges::all_of(generated, &TriedSample::passed);
}

bool Trial::passed() const {
  return lost.empty() && std::ranges::all_of(rules, &RuleTrial::passed);
}

Trial try_rules(const std::shared_ptr<const detect::RuleSet>& rules, const detect::Taxonomy& taxonomy,
                const std::string& samples, bool generated, Counters& counters) {
  Trial out;
  detect::Matcher matcher(rules, &counters);
  std::vector<RuleCase> cases;
  if (!samples.empty()) cases = read_rule_cases_text(samples, *rules, counters);
  if (cases.size() > trial_cases_max) {
    out.lost.push_back(fmt::format("only the first {} of {} cases are run", trial_cases_max, cases.size()));
    cases.erase(cases.begin() + trial_cases_max, cases.end());
  }
  const size_t count = std::min(rules->rules().size(), trial_rules_max);
  if (count < rules->rules().size())
    out.lost.push_back(fmt::format("only the first {} of {} rules are tried", count, rules->rules().size()));
  for (uint32_t i = 0; i < count; ++i) {
    RuleTrial& trial = out.rules.emplace_back();
    trial.rule = i;
    for (const RuleCase& one : cases)
      if (one.rule_id == rules->rule(i).id) trial.cases.push_back(run(one, i, matcher));
    if (!generated) continue;
    detect::RuleSamples made = detect::make_samples(rules->rule(i), taxonomy, trial_limits);
    trial.ways = made.ways;
    trial.ways_without_sample = made.ways_without_sample;
    trial.reasons = std::move(made.reasons);
    const std::vector<bool> fired = held(i, made.batch(), matcher);
    for (size_t n = 0; n < made.samples.size(); ++n) trial.generated.push_back({std::move(made.samples[n]), fired[n]});
  }
  for (const RuleCase& one : cases) {
    const bool known = std::ranges::any_of(
        out.rules, [&](const RuleTrial& trial) { return rules->rule(trial.rule).id == one.rule_id; });
    if (!known)
      out.lost.push_back(!one.unreadable.empty()
                             ? one.unreadable
                             : fmt::format("{} asks for the rule '{}', which is not here", one.name, one.rule_id));
  }
  return out;
}

std::vector<std::string> failed_samples(const std::string& yaml, const std::string& samples,
                                        const detect::Taxonomy& taxonomy, Counters& counters) {
  const Trial trial =
      try_rules(detect::RuleSet::load_text(yaml, "rule", taxonomy).rules, taxonomy, samples, false, counters);
  std::vector<std::string> out = trial.lost;
  for (const RuleTrial& rule : trial.rules)
    for (const TriedCase& one : rule.cases)
      if (!one.passed) out.push_back(one.unreadable.empty() ? one.name : one.unreadable);
  return out;
}

}  // namespace yagura::pipeline
