#include "detect/indicators/indicator_matcher.hpp"

#include <algorithm>
#include <ranges>

namespace yagura::detect {

IndicatorMatcher::IndicatorMatcher(std::shared_ptr<const FieldClasses> classes, IndicatorMatchOptions options)
    : classes_(std::move(classes)), shapes_(*classes_), options_(options) {}

void IndicatorMatcher::match(const event::Batch& batch, const std::shared_ptr<const Snapshot>& snapshot,
                             std::vector<IndicatorMatch>& matches) {
  if (!snapshot || snapshot->empty()) return;
  if (snapshot_ != snapshot) {
    snapshot_ = snapshot;
    observer_.use(*snapshot_);
    shapes_.use(observer_.wanted());
    urls_ = snapshot_->has(IndicatorType::url);
    memo_.forget();
  }
  batch_ = &batch;
  matches_ = &matches;
  uint32_t index = 0;
  for (const event::Event& event : batch.events()) {
    look_at(index++, batch, event);
    if (looks_.size() >= looks_together) settle();
  }
  settle();
}

void IndicatorMatcher::look_at(uint32_t index, const event::Batch& batch, const event::Event& event) {
  UrlParts parts;
  const auto fields = batch.fields(event);
  for (const auto& [at, group] : shapes_.places(event, fields)) {
    const event::Field& field = fields[at];
    if (field.size < observed_bytes_min || field.kind == event::Kind::null || field.kind == event::Kind::boolean)
      continue;
    const auto holds = classes_->holds(group, event);
    if (!holds) continue;
    const std::string_view value(field.data, field.size);
    if (urls_ && *holds == FieldHolds::url_host) parts.host = value;
    if (urls_ && *holds == FieldHolds::url_query && value != "-") parts.query = value;
    if (urls_ && *holds == FieldHolds::url_path) {
      parts.path = value;
      parts.field = field.id;
    }
    look(index, field.id, *holds, value);
  }
  if (!parts.host.empty() && parts.path.starts_with('/')) look_at_parts(index, parts);
}

/// Zeek and web servers write host, path and query apart; sources say neither the scheme, so http stands for both.
void IndicatorMatcher::look_at_parts(uint32_t event, const UrlParts& parts) {
  std::string url = "http://";
  url += parts.host;
  url += parts.path;
  if (!parts.query.empty()) {
    if (!parts.query.starts_with('?')) url += '?';
    url += parts.query;
  }
  made_.push_back(std::move(url));
  look(event, parts.field, FieldHolds::url, made_.back());
}

/// In passes over all that waits, each of which fetches ahead what the next one reads: a value costs its work and not
/// its way through the caches.
void IndicatorMatcher::settle() {
  for (Look& look : looks_) {
    // Free text is long and hardly repeats; looking for "://" in it is quicker than remembering it.
    if (look.holds == FieldHolds::text) continue;
    look.memo_key = memo_.key(static_cast<uint8_t>(look.holds), look.value);
    memo_.prefetch(look.memo_key);
  }
  for (const Look& look : looks_) memo_.prefetch_value(look.memo_key);
  for (Look& look : looks_) {
    const auto holds = static_cast<uint8_t>(look.holds);
    look.first_probe = static_cast<uint32_t>(probes_.size());
    if (look.memo_key != 0 && memo_.has(look.memo_key, holds, look.value)) {
      look.memo_key = 0;
      continue;
    }
    observer_.observe(look.holds, look.value, probes_);
    look.probes = static_cast<uint32_t>(probes_.size()) - look.first_probe;
    for (size_t i = look.first_probe; i < probes_.size(); ++i) snapshot_->filter().prefetch(probes_[i].hash);
  }
  ask_the_filter();
  ask_the_parts();
  looks_.clear();
  probes_.clear();
  observer_.clear();
  made_.clear();
}

void IndicatorMatcher::ask_the_filter() {
  candidates_.clear();
  for (uint32_t index = 0; index < looks_.size(); ++index) {
    const Look& look = looks_[index];
    const size_t before = candidates_.size();
    for (uint32_t i = look.first_probe; i < look.first_probe + look.probes; ++i) {
      if (!snapshot_->filter().may_have(probes_[i].hash)) continue;
      candidates_.push_back({index, i});
      for (const Part& part : snapshot_->parts()) part.segment->prefetch(probes_[i].hash);
    }
    if (candidates_.size() == before && look.memo_key != 0)
      memo_.keep(look.memo_key, static_cast<uint8_t>(look.holds), look.value);
  }
}

void IndicatorMatcher::ask_the_parts() {
  for (const Candidate& one : candidates_)
    for (const Part& part : snapshot_->parts()) part.segment->prefetch_record(probes_[one.probe].hash);
  for (size_t i = 0; i < candidates_.size();) {
    const uint32_t index = candidates_[i].look;
    const Look& look = looks_[index];
    bool known = false;
    for (; i < candidates_.size() && candidates_[i].look == index; ++i)
      known = confirm(look, probes_[candidates_[i].probe]) || known;
    if (!known && look.memo_key != 0) memo_.keep(look.memo_key, static_cast<uint8_t>(look.holds), look.value);
  }
}

/// Whether anybody lists the value at all; when somebody's word is valid for the event it is a match.
bool IndicatorMatcher::confirm(const Look& look, const Observer::Probe& probe) {
  standing_.clear();
  const std::string_view packed = observer_.value_of(probe);
  snapshot_->find(probe.hash, probe.type, packed, standing_);
  if (standing_.empty()) return false;
  std::vector<Listing> listings;
  for (const Snapshot::Standing& standing : standing_) {
    Listing listing = snapshot_->listing(standing);
    if (options_.any_time || listing.holds_at(batch_->events()[look.event].time))
      listings.push_back(std::move(listing));
  }
  if (listings.empty()) return true;
  const auto confidence = [](const Listing& one) { return one.confidence == confidence_unknown ? 50 : one.confidence; };
  std::ranges::sort(listings, [&](const Listing& a, const Listing& b) {
    return std::pair(-confidence(a), std::string_view(a.source)) <
           std::pair(-confidence(b), std::string_view(b.source));
  });
  std::string value = unpack(probe.type, packed);
  for (const IndicatorMatch& match : std::views::reverse(*matches_)) {
    if (match.event != look.event) break;
    if (match.type == probe.type && match.value == value) return true;
  }
  matches_->push_back(
      {look.event, look.field, std::string(look.value), probe.type, std::move(value), std::move(listings)});
  return true;
}

}  // namespace yagura::detect
