#include "detect/indicators/indicator_matcher.hpp"

#include <algorithm>
#include <ranges>

namespace yagura::detect {

IndicatorMatcher::IndicatorMatcher(std::shared_ptr<const FieldClasses> classes, IndicatorMatchOptions options)
    : classes_(std::move(classes)), options_(options) {}

void IndicatorMatcher::match(const event::Batch& batch, const std::shared_ptr<const Snapshot>& snapshot,
                             std::vector<IndicatorMatch>& matches) {
  if (!snapshot || snapshot->empty()) return;
  if (snapshot_ != snapshot) {
    snapshot_ = snapshot;
    observer_.use(*snapshot_);
    memo_.forget();
  }
  batch_ = &batch;
  matches_ = &matches;
  const bool urls = snapshot_->has(IndicatorType::url);
  uint32_t index = 0;
  for (const event::Event& event : batch.events()) {
    UrlParts parts;
    for (const event::Field& field : batch.fields(event)) {
      const uint8_t group = classes_->group_of(field.id);
      if (group == 0) continue;
      if (field.size < 3 || field.kind == event::Kind::null || field.kind == event::Kind::boolean) continue;
      const auto holds = classes_->holds(group, event);
      if (!holds) continue;
      const std::string_view value(field.data, field.size);
      if (urls && *holds == FieldHolds::url_host) parts.host = value;
      if (urls && *holds == FieldHolds::url_query && value != "-") parts.query = value;
      if (urls && *holds == FieldHolds::url_path) {
        parts.path = value;
        parts.field = field.id;
      }
      look(index, field.id, *holds, value);
    }
    if (!parts.host.empty() && parts.path.starts_with('/')) look_at_parts(index, parts);
    if (looks_.size() >= looks_together) settle();
    ++index;
  }
  settle();
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
  for (const Look& look : looks_) {
    bool known = false;
    for (uint32_t i = look.first_probe; i < look.first_probe + look.probes; ++i)
      if (snapshot_->filter().may_have(probes_[i].hash)) known = confirm(look, probes_[i]) || known;
    if (!known && look.memo_key != 0) memo_.keep(look.memo_key, static_cast<uint8_t>(look.holds), look.value);
  }
  looks_.clear();
  probes_.clear();
  observer_.clear();
  made_.clear();
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
