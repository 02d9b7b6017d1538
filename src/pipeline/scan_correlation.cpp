#include "pipeline/scan_correlation.hpp"

#include <algorithm>
#include <tuple>

#include "detect/rule_set.hpp"

namespace yagura::pipeline {

using detect::Finding;
using detect::correlation::Offers;
using detect::correlation::Uid;

/// What one batch gives.
struct CorrelationJudge::Put : ScanJudge::Notes {
  Offers offers;
  std::vector<ScanMatch> places;  // of each offer's event; without subject
};

class CorrelationJudge::Reader : public ScanJudge::Worker {
 public:
  Reader(std::shared_ptr<const detect::RuleSet> rules, const detect::correlation::HashKey& key)
      : reader_(std::move(rules), key) {}

  std::unique_ptr<Notes> look(const event::Batch& batch, std::span<const detect::Match> held,
                              std::vector<ScanMatch>&) override {
    if (!reader_.wants(held)) return nullptr;
    auto out = std::make_unique<Put>();
    // Events get their numbers when their turn has come; until then each is known by its place in the batch.
    while (uids_.size() < batch.size()) uids_.push_back(to_text(Uid{0, uids_.size()}));
    reader_.read(batch, held, uids_, out->offers);
    for (const auto& offer : out->offers.offers)
      out->places.push_back(match_at(nullptr, batch.events()[offer.uid.low], batch));
    if (out->offers.empty()) return nullptr;
    return out;
  }

 private:
  detect::correlation::OfferReader reader_;
  std::vector<std::string> uids_;
};

CorrelationJudge::CorrelationJudge(std::shared_ptr<const detect::RuleSet> rules, detect::Level level_min, bool details,
                                   Counters& counters)
    : rules_(std::move(rules)), level_min_(level_min), details_(details), counters_(counters) {
  engine_.use(rules_);
  const auto& set = rules_->correlations();
  for (uint32_t i = 0; i < set.size(); ++i) {
    const auto& definition = set.definition(i);
    subjects_.emplace(definition.id, std::make_shared<const ScanSubject>(
                                         ScanSubject{detect::FindingKind::correlation, definition.id, definition.title,
                                                     definition.level, definition.tags, definition.file}));
  }
}

CorrelationJudge::~CorrelationJudge() = default;

std::unique_ptr<ScanJudge::Worker> CorrelationJudge::open() {
  return std::make_unique<Reader>(rules_, engine_.key());
}

std::vector<std::string_view> CorrelationJudge::wanted_fields() const {
  return rules_->correlations().field_names();
}

void CorrelationJudge::take(Notes& notes, uint64_t lines_before, std::vector<ScanMatch>& found) {
  auto put = std::make_unique<Put>(std::move(static_cast<Put&>(notes)));
  for (ScanMatch& place : put->places)
    if (place.line > 0) place.line += lines_before;
  for (uint32_t i = 0; i < put->offers.offers.size(); ++i) {
    put->offers.offers[i].uid = Uid{1, events_++};
    waiting_.push_back({put->offers.offers[i].time, static_cast<uint32_t>(batches_.size()), i});
  }
  batches_.push_back(std::move(put));
  if (waiting_.size() < scan_offers_max) return;
  counters_.at("scan.correlations_taken_early") += 1;
  take_waiting(found);
}

void CorrelationJudge::finish(std::vector<ScanMatch>& found) {
  take_waiting(found);
}

void CorrelationJudge::take_waiting(std::vector<ScanMatch>& found) {
  std::ranges::sort(waiting_, {}, [](const Waiting& one) { return std::tuple(one.time, one.batch, one.offer); });
  std::vector<Finding> findings;
  for (const Waiting& one : waiting_) {
    const Put& put = *batches_[one.batch];
    findings.clear();
    engine_.take(put.offers, one.offer, detect::correlation::to_arrival(one.time), findings);
    for (Finding& finding : findings) {
      if (finding.level < level_min_) continue;
      ScanMatch& match = found.emplace_back(put.places[one.offer]);
      match.subject = subjects_.at(finding.rule_id);
      match.time = finding.time;
      match.host = std::move(finding.host);
      if (!details_) continue;
      match.user = std::move(finding.user);
      match.details = std::move(finding.fields);
    }
  }
  waiting_.clear();
  batches_.clear();
}

}  // namespace yagura::pipeline
