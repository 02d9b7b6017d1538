#include "pipeline/ingest.hpp"

#include <optional>
#include <utility>

#include "detect/matcher.hpp"
#include "lake/event_store.hpp"

namespace yagura::pipeline {

/// What judges a batch: one thread's at a time.
struct Ingest::Worker {
  Worker(std::shared_ptr<const detect::RuleSet> rules, Counters& counters, const Correlator* correlator)
      : matcher(rules, &counters) {
    if (correlator && !rules->correlations().empty()) offers.emplace(std::move(rules), correlator->key());
  }

  detect::Matcher matcher;
  std::optional<detect::correlation::OfferReader> offers;
};

/// A worker for the rule set in force, borrowed from the idle ones or made.
class Ingest::Lease {
 public:
  explicit Lease(Ingest& ingest) : ingest_(ingest) {
    const std::lock_guard lock(ingest.mutex_);
    auto rules = ingest.rules_();  // under the lock, so that nobody goes back to an older set
    const size_t old =
        std::erase_if(ingest.idle_, [&](const auto& idle) { return &idle->matcher.rules() != rules.get(); });
    if (ingest.correlator_ && (old > 0 || ingest.idle_.empty())) ingest.correlator_->use(rules);
    if (ingest.idle_.empty()) {
      worker_ = std::make_unique<Worker>(std::move(rules), ingest.counters_, ingest.correlator_);
    } else {
      worker_ = std::move(ingest.idle_.back());
      ingest.idle_.pop_back();
    }
  }
  ~Lease() {
    const std::lock_guard lock(ingest_.mutex_);
    ingest_.idle_.push_back(std::move(worker_));
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
    : store_(store),
      rules_(std::move(rules)),
      findings_(std::move(findings)),
      counters_(counters),
      correlator_(correlator) {}

Ingest::~Ingest() = default;

void Ingest::watch_for(std::shared_ptr<const detect::FieldClasses> classes, detect::IndicatorSource indicators) {
  indicators_ = std::make_unique<IndicatorWatch>(std::move(classes), std::move(indicators));
}

Result<Receipt> Ingest::take(const event::Batch& batch, std::string_view source_token, lake::Attempt attempt) {
  Receipt receipt;
  if (batch.empty()) return receipt;
  std::vector<detect::Match> matches;
  std::vector<detect::Finding> findings;
  detect::correlation::Offers offers;
  std::vector<detect::IndicatorMatch> indicators;
  if (indicators_) indicators = indicators_->look(batch);
  {
    const Lease worker(*this);
    worker->matcher.match(batch, matches);
    if (!matches.empty() || !indicators.empty()) {
      const std::vector<std::string> uids = store_.event_uids(batch, source_token);
      const auto& correlations = worker->matcher.rules().correlations();
      const auto add = [&](detect::Finding finding, const event::Event& event) {
        if (finding.host.empty()) finding.host = store_.machine_of(batch, event);
        findings.push_back(std::move(finding));
      };
      for (const detect::Match& match : matches)
        if (correlations.rule_emits(match.rule))
          add(worker->matcher.make_finding(match, batch, uids[match.event]), batch.events()[match.event]);
      for (const detect::IndicatorMatch& match : indicators)
        add(make_finding(match, batch, uids[match.event]), batch.events()[match.event]);
      if (auto& reader = worker->offers; reader && reader->wants(matches)) reader->read(batch, matches, uids, offers);
    }
  }
  if (auto stored = store_.append(batch, source_token, attempt); !stored) return std::unexpected(stored.error());
  std::vector<detect::Finding> correlated;
  if (correlator_) {
    auto found = correlator_->take(offers);
    if (!found) return std::unexpected(found.error());
    correlated = std::move(*found);
  }
  receipt.events = batch.size();
  receipt.findings = findings.size() + correlated.size();
  if (auto recorded = record(findings, std::move(correlated)); !recorded) return std::unexpected(recorded.error());
  for (const event::Event& event : batch.events()) receipt.dirty += event.dirt != event::Dirt::none;
  counters_.at("ingest.events") += receipt.events;
  counters_.at("ingest.events_dirty") += receipt.dirty;
  counters_.at("ingest.findings") += receipt.findings;
  counters_.at("ingest.indicator_matches") += indicators.size();
  return receipt;
}

Status Ingest::record(std::vector<detect::Finding>& findings, std::vector<detect::Finding> correlated) {
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
  std::vector<detect::Finding> none;
  return record(none, correlator_->pending());
}

}  // namespace yagura::pipeline
