#include "pipeline/ingest.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "detect/matcher.hpp"
#include "detect/rule_digest.hpp"
#include "lake/event_store.hpp"

namespace yagura::pipeline {

namespace {

class LakeSink final : public EventSink {
 public:
  explicit LakeSink(lake::EventStore& store) : store_(store) {}

  std::vector<std::string> event_uids(const event::Batch& batch, std::string_view token) const override {
    return store_.event_uids(batch, token);
  }
  std::string machine_of(const event::Batch& batch, const event::Event& event) const override {
    return store_.machine_of(batch, event);
  }
  Status append(const event::Batch& batch, std::string_view token, lake::Attempt attempt) override {
    if (auto stored = store_.append(batch, token, attempt); !stored) return std::unexpected(stored.error());
    return {};
  }

 private:
  lake::EventStore& store_;
};

}  // namespace

/// What judges a batch: one thread's at a time.
struct Ingest::Worker {
  Worker(std::shared_ptr<const detect::RuleSet> rules, Counters& counters, const Correlator* correlator)
      : matcher(rules, &counters) {
    if (correlator && !rules->correlations().empty()) offers.emplace(std::move(rules), correlator->key());
  }

  const std::string& digest_of(uint32_t rule) {
    if (digests.empty()) digests.resize(matcher.rules().rules().size());
    if (digests[rule].empty()) digests[rule] = detect::rule_digest(matcher.rules().rule(rule));
    return digests[rule];
  }

  detect::Matcher matcher;
  std::optional<detect::correlation::OfferReader> offers;
  std::vector<std::string> digests;  // by rule, of those that matched
};

/// A worker for the rule set in force, borrowed from the idle ones or made.
class Ingest::Lease {
 public:
  explicit Lease(Ingest& ingest) : ingest_(ingest) {
    std::vector<std::unique_ptr<Worker>> old;  // ends outside the lock
    std::unique_lock lock(ingest.mutex_);
    auto rules = ingest.rules_();  // under the lock, so that nobody goes back to an older set
    if (rules != ingest.in_use_) {
      old = std::exchange(ingest.idle_, {});
      ingest.in_use_ = rules;
      // Before anybody makes offers with it, and before a newer one.
      if (ingest.correlator_) ingest.correlator_->use(rules);
    }
    if (!ingest.idle_.empty()) {
      worker_ = std::move(ingest.idle_.back());
      ingest.idle_.pop_back();
    }
    lock.unlock();
    if (!worker_) worker_ = std::make_unique<Worker>(std::move(rules), ingest.counters_, ingest.correlator_);
  }
  ~Lease() {
    const std::lock_guard lock(ingest_.mutex_);
    if (&worker_->matcher.rules() == ingest_.in_use_.get()) ingest_.idle_.push_back(std::move(worker_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  Worker* operator->() const { return worker_.get(); }

 private:
  Ingest& ingest_;
  std::unique_ptr<Worker> worker_;
};

Ingest::Ingest(lake::EventStore& store, RuleSource rules, FindingSink findings, Counters& counters,
               Correlator* correlator)
    : Ingest(std::make_unique<LakeSink>(store), std::move(rules), std::move(findings), counters, correlator) {}

Ingest::Ingest(std::unique_ptr<EventSink> store, RuleSource rules, FindingSink findings, Counters& counters,
               Correlator* correlator)
    : store_(std::move(store)),
      rules_(std::move(rules)),
      findings_(std::move(findings)),
      counters_(counters),
      correlator_(correlator) {}

Ingest::~Ingest() = default;

void Ingest::watch_for(std::shared_ptr<const detect::FieldClasses> classes, detect::IndicatorSource indicators) {
  indicators_ = std::make_unique<IndicatorWatch>(std::move(classes), std::move(indicators));
}

Result<Receipt> Ingest::take(const event::Batch& batch, std::string_view source_token, lake::Attempt attempt) {
  Judgement judged;
  judge(batch, source_token, judged);
  return store(batch, judged, source_token, attempt);
}

void Ingest::judge(const event::Batch& batch, std::string_view source_token, Judgement& into) {
  if (batch.empty()) return;
  std::vector<detect::IndicatorMatch> indicators;
  if (indicators_) indicators = indicators_->look(batch);
  std::vector<detect::Match> matches;
  const Lease worker(*this);
  worker->matcher.match(batch, matches);
  counters_.at("ingest.events_judged") += batch.size();
  if (matches.empty() && indicators.empty()) return;
  const std::vector<std::string> uids = store_->event_uids(batch, source_token);
  const auto& correlations = worker->matcher.rules().correlations();
  const auto add = [&](detect::Finding finding, const event::Event& event) {
    if (finding.host.empty()) finding.host = store_->machine_of(batch, event);
    into.findings.push_back(std::move(finding));
  };
  for (const detect::Match& match : matches)
    if (correlations.rule_emits(match.rule)) {
      detect::Finding finding = worker->matcher.make_finding(match, batch, uids[match.event]);
      finding.rule_digest = worker->digest_of(match.rule);
      add(std::move(finding), batch.events()[match.event]);
    }
  for (const detect::IndicatorMatch& match : indicators)
    add(make_finding(match, batch, uids[match.event]), batch.events()[match.event]);
  into.indicator_matches += indicators.size();
  auto& reader = worker->offers;
  if (!reader || !reader->wants(matches)) return;
  if (into.offers.empty() || into.offers.back().rules.get() != &reader->rules()) into.offers.emplace_back();
  reader->read(batch, matches, uids, into.offers.back());
  if (into.offers.back().empty()) into.offers.pop_back();
}

Result<Receipt> Ingest::store(const event::Batch& batch, const Judgement& judged, std::string_view source_token,
                              lake::Attempt attempt) {
  Receipt receipt;
  if (batch.empty()) return receipt;
  if (auto stored = store_->append(batch, source_token, attempt); !stored) return std::unexpected(stored.error());
  auto correlated = correlate(judged.offers);
  if (!correlated) return std::unexpected(correlated.error());
  receipt.events = batch.size();
  receipt.findings = judged.findings.size() + correlated->size();
  if (auto recorded = record(judged.findings, *correlated); !recorded) return std::unexpected(recorded.error());
  for (const event::Event& event : batch.events()) receipt.dirty += event.dirt != event::Dirt::none;
  counters_.at("ingest.events") += receipt.events;
  counters_.at("ingest.events_dirty") += receipt.dirty;
  counters_.at("ingest.findings") += receipt.findings;
  counters_.at("ingest.indicator_matches") += judged.indicator_matches;
  return receipt;
}

Result<std::vector<detect::Finding>> Ingest::correlate(const std::vector<detect::correlation::Offers>& offers) {
  std::vector<detect::Finding> out;
  if (!correlator_) return out;
  for (const detect::correlation::Offers& each : offers) {
    auto found = correlator_->take(each);
    if (!found) {
      correlator_->unrecorded(out);
      return std::unexpected(found.error());
    }
    std::ranges::move(*found, std::back_inserter(out));
  }
  if (offers.empty()) out = correlator_->pending();  // what an earlier taker could not record
  return out;
}

Status Ingest::record(std::vector<detect::Finding> findings, const std::vector<detect::Finding>& correlated) {
  if (findings.empty() && correlated.empty()) return {};
  findings.insert(findings.end(), correlated.begin(), correlated.end());
  auto recorded = findings_(findings);
  if (!correlated.empty()) {
    if (recorded)
      correlator_->recorded(correlated);
    else
      correlator_->unrecorded(correlated);
  }
  return recorded;
}

Status Ingest::record_pending() {
  if (!correlator_) return {};
  return record({}, correlator_->pending());
}

}  // namespace yagura::pipeline
