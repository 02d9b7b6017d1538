#include "pipeline/rule_store.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <unordered_set>
#include <utility>

namespace yagura::pipeline {

using detect::LoadReport;

namespace {

bool same_faults(const std::vector<detect::Rejection>& a, const std::vector<detect::Rejection>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (to_text(a[i]) != to_text(b[i]) || a[i].rule_id != b[i].rule_id) return false;
  return true;
}

size_t not_among(const std::vector<detect::SharedRule>& rules, const std::vector<detect::SharedRule>& others) {
  std::unordered_set<const detect::StoredRule*> known;
  for (const auto& rule : others) known.insert(rule.get());
  size_t out = 0;
  for (const auto& rule : rules) out += !known.contains(rule.get());
  return out;
}

/// What a rule is still known by when it was changed.
const std::string& name_of(const detect::SharedRule& rule) {
  return rule->head().id.empty() ? rule->head().file : rule->head().id;
}

/// Rules of before of which there is none any more, changed or not.
size_t gone(const std::vector<detect::SharedRule>& before, const std::vector<detect::SharedRule>& now) {
  std::unordered_set<std::string_view> known;
  for (const auto& rule : now) known.insert(name_of(rule));
  return static_cast<size_t>(
      std::ranges::count_if(before, [&](const auto& rule) { return !known.contains(name_of(rule)); }));
}

}  // namespace

RuleStore::RuleStore(detect::RuleLoader loader, Counters& counters, Clock clock)
    : loader_(std::move(loader)), counters_(counters), clock_(std::move(clock)) {
  auto first = std::make_shared<RulesInForce>();
  first->report = loader_.load();
  first->since = looked_ = clock_();
  if (!first->report.cache_fault.empty()) ++counters_.at("rules.cache_unusable");
  counters_.at("rules.files_read") += first->report.files_read;
  in_force_ = std::move(first);
}

RuleStore::~RuleStore() {
  stop();
}

std::shared_ptr<const RulesInForce> RuleStore::in_force() const {
  const std::lock_guard lock(mutex_);
  return in_force_;
}

Timestamp RuleStore::looked() const {
  const std::lock_guard lock(mutex_);
  return looked_;
}

void RuleStore::swap(std::shared_ptr<const RulesInForce> next) {
  const std::lock_guard lock(mutex_);
  patched_ = next->report.rules->patches() > 0;
  in_force_ = std::move(next);
}

RuleChange RuleStore::reload() {
  const std::lock_guard loading(loading_);
  RuleChange out = look();
  wake_.notify_all();
  return out;
}

RuleChange RuleStore::look() {
  const auto before = in_force();
  auto next = std::make_shared<RulesInForce>();
  next->report = loader_.reload(before->report);
  const LoadReport& report = next->report;
  const auto& rules = report.rules->shared_rules();
  const auto& rules_before = before->report.rules->shared_rules();
  RuleChange out;
  const bool other_rules = rules != rules_before;
  out.changed = other_rules || !same_faults(report.rejected, before->report.rejected) ||
                !same_faults(report.held, before->report.held) ||
                !same_faults(report.set_aside, before->report.set_aside);
  if (out.changed) {
    out.rules_changed = not_among(rules, rules_before);
    out.rules_removed = gone(rules_before, rules);
    // Compiled before anybody waits for it: whoever judges goes on with the set before meanwhile.
    report.rules->warm(before->report.rules.get());
    next->version = before->version + 1;
    next->since = clock_();
    swap(next);
    LoadReport saved = report;  // others read that one by now
    loader_.save(saved);
    counters_.at("rules.files_read") += report.files_read;
    counters_.at("rules.swaps") += 1;
    out.now = std::move(next);
  } else if (report.rules->files() != before->report.rules->files()) {
    // Touched, and nothing else: remembered, so that the next look need not read them again.
    next->version = before->version;
    next->since = before->since;
    swap(next);
    out.now = std::move(next);
  } else {
    out.now = before;
  }
  const std::lock_guard lock(mutex_);
  looked_ = clock_();
  return out;
}

void RuleStore::settle() {
  const std::lock_guard loading(loading_);
  const auto before = in_force();
  if (before->report.rules->patches() == 0) return;
  auto next = std::make_shared<RulesInForce>(*before);
  next->report.rules = loader_.settled(before->report).rules;
  next->report.rules->warm(before->report.rules.get());
  swap(std::move(next));
}

void RuleStore::watch(std::function<void(const RuleChange&)> on_change, int64_t every_ms) {
  thread_ = std::thread([this, on_change = std::move(on_change), every_ms] {
    in_force()->report.rules->warm(nullptr);
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      const bool patched =
          wake_.wait_for(lock, std::chrono::milliseconds(every_ms), [&] { return stopping_ || patched_; });
      if (stopping_) break;
      lock.unlock();
      if (patched) {
        settle();
      } else {
        RuleChange change;
        {
          const std::lock_guard loading(loading_);
          change = look();
        }
        if (change.changed) on_change(change);
      }
      lock.lock();
    }
  });
}

void RuleStore::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace yagura::pipeline
