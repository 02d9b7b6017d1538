#include "pipeline/ingest.hpp"

#include <utility>

#include "detect/matcher.hpp"
#include "lake/event_store.hpp"

namespace yagura::pipeline {

/// A matcher for the rule set in force, borrowed from the idle ones or made.
class Ingest::Lease {
 public:
  explicit Lease(Ingest& ingest) : ingest_(ingest) {
    auto rules = ingest.rules_();
    const std::lock_guard lock(ingest.mutex_);
    std::erase_if(ingest.idle_, [&](const auto& idle) { return &idle->rules() != rules.get(); });
    if (ingest.idle_.empty()) {
      matcher_ = std::make_unique<detect::Matcher>(std::move(rules), &ingest.counters_);
    } else {
      matcher_ = std::move(ingest.idle_.back());
      ingest.idle_.pop_back();
    }
  }
  ~Lease() {
    const std::lock_guard lock(ingest_.mutex_);
    ingest_.idle_.push_back(std::move(matcher_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  detect::Matcher* operator->() const { return matcher_.get(); }

 private:
  Ingest& ingest_;
  std::unique_ptr<detect::Matcher> matcher_;
};

Ingest::Ingest(lake::EventStore& store, RuleSource rules, FindingSink findings, Counters& counters)
    : store_(store), rules_(std::move(rules)), findings_(std::move(findings)), counters_(counters) {}

Ingest::~Ingest() = default;

Result<Receipt> Ingest::take(const event::Batch& batch, std::string_view source_token, lake::Attempt attempt) {
  Receipt receipt;
  if (batch.empty()) return receipt;
  std::vector<detect::Match> matches;
  std::vector<detect::Finding> findings;
  {
    const Lease matcher(*this);
    matcher->match(batch, matches);
    if (!matches.empty()) {
      const std::vector<std::string> uids = store_.event_uids(batch, source_token);
      findings.reserve(matches.size());
      for (const detect::Match& match : matches)
        findings.push_back(matcher->make_finding(match, batch, uids[match.event]));
    }
  }
  if (auto stored = store_.append(batch, source_token, attempt); !stored) return std::unexpected(stored.error());
  if (!findings.empty())
    if (auto recorded = findings_(findings); !recorded) return std::unexpected(recorded.error());
  receipt.events = batch.size();
  receipt.findings = findings.size();
  for (const event::Event& event : batch.events()) receipt.dirty += event.dirt != event::Dirt::none;
  counters_.at("ingest.events") += receipt.events;
  counters_.at("ingest.events_dirty") += receipt.dirty;
  counters_.at("ingest.findings") += receipt.findings;
  return receipt;
}

}  // namespace yagura::pipeline
