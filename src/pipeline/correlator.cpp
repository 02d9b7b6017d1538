#include "pipeline/correlator.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace yagura::pipeline {

using detect::Finding;
using detect::correlation::Offers;
using detect::correlation::to_arrival;

Result<std::unique_ptr<Correlator>> Correlator::open(const std::filesystem::path& folder,
                                                     std::shared_ptr<const detect::RuleSet> rules, Counters& counters,
                                                     const detect::correlation::Limits& limits, Clock clock) {
  std::unique_ptr<Correlator> out(new Correlator(folder, limits, counters, std::move(clock)));
  out->engine_.use(std::move(rules));
  std::vector<Finding> findings;
  auto found = out->files_.open([&](std::string_view state) { return out->engine_.load(state); },
                                [&](std::string_view record) { return out->engine_.replay(record, findings); });
  if (!found) return std::unexpected(found.error());
  if (found->broken) counters.at("correlation.state_broken") += 1;
  out->key_ = out->engine_.key();
  for (Finding& finding : findings) {
    std::string id = finding.id;
    out->unrecorded_.try_emplace(std::move(id), Waiting{std::move(finding), false});
  }
  // A state from the beginning: the digests of its values are made with the key that it holds.
  if (!found->snapshot)
    if (auto saved = out->save(); !saved) return std::unexpected(saved.error());
  out->count();
  return out;
}

Correlator::~Correlator() {
  // What fails here is in the journal.
  if (!files_.has_records()) return;
  if (const auto saved = save(); !saved) counters_.at("correlation.save_failures") += 1;
}

void Correlator::use(const std::shared_ptr<const detect::RuleSet>& rules) {
  const std::lock_guard lock(mutex_);
  engine_.use(rules);
}

Result<std::vector<Finding>> Correlator::take(const Offers& offers) {
  const std::lock_guard lock(mutex_);
  if (!offers.empty()) {
    const uint32_t arrival = to_arrival(clock_().ns);
    if (auto written = files_.append(engine_.encode(offers, arrival)); !written)
      return std::unexpected(written.error());
    std::vector<Finding> findings;
    engine_.take(offers, arrival, findings);
    counters_.at("correlation.findings") += findings.size();
    for (Finding& finding : findings) {
      std::string id = finding.id;
      unrecorded_.try_emplace(std::move(id), Waiting{std::move(finding), false});
    }
    count();
    if (files_.journal_bytes() > std::max(correlation_journal_bytes_max, 2 * files_.snapshot_bytes()))
      if (auto saved = save_locked(); !saved) counters_.at("correlation.save_failures") += 1;
  }
  return due();
}

std::vector<Finding> Correlator::due() {
  std::vector<Finding> out;
  for (auto& [id, waiting] : unrecorded_) {
    if (waiting.handed_out) continue;
    waiting.handed_out = true;
    out.push_back(waiting.finding);
  }
  std::ranges::sort(out,
                    [](const Finding& a, const Finding& b) { return std::tie(a.time, a.id) < std::tie(b.time, b.id); });
  return out;
}

std::vector<Finding> Correlator::pending() {
  const std::lock_guard lock(mutex_);
  return due();
}

void Correlator::recorded(std::span<const Finding> findings) {
  const std::lock_guard lock(mutex_);
  for (const Finding& finding : findings) unrecorded_.erase(finding.id);
}

void Correlator::unrecorded(std::span<const Finding> findings) {
  const std::lock_guard lock(mutex_);
  for (const Finding& finding : findings)
    if (const auto it = unrecorded_.find(finding.id); it != unrecorded_.end()) it->second.handed_out = false;
}

Status Correlator::save() {
  const std::lock_guard lock(mutex_);
  return save_locked();
}

Status Correlator::save_locked() {
  if (!unrecorded_.empty()) return {};
  return files_.save(engine_.save());
}

void Correlator::count() {
  const auto& totals = engine_.totals();
  counters_.at("correlation.groups") = totals.groups;
  counters_.at("correlation.bytes") = totals.bytes;
  counters_.at("correlation.events_late") = totals.late;
  counters_.at("correlation.events_too_late") = totals.too_late;
  counters_.at("correlation.events_repeated") = totals.repeated;
  counters_.at("correlation.groups_dropped") = totals.groups_dropped;
  counters_.at("correlation.events_dropped") = totals.events_dropped;
}

}  // namespace yagura::pipeline
