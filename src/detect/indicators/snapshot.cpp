#include "detect/indicators/snapshot.hpp"

#include <algorithm>

namespace yagura::detect {

Snapshot::Snapshot(std::vector<Part> parts, std::vector<SourceState> sources, std::shared_ptr<KeyFilter> filter,
                   uint64_t edition)
    : parts_(std::move(parts)), sources_(std::move(sources)), filter_(std::move(filter)), edition_(edition) {
  for (const Part& part : parts_) {
    types_ |= part.segment->types();
    records_ += part.segment->size();
    if (part.segment->networks()) networks_.add(*part.segment->networks());
  }
}

bool Snapshot::settle(uint64_t age, PackedListing& listing) const {
  if (listing.removed != 0) return false;
  const SourceState& source = sources_[listing.source];
  if (age <= source.removed_through) return false;
  for (const auto& [through, until] : source.expiries)
    if (age <= through) listing.until = std::min(listing.until, until);
  return true;
}

void Snapshot::find(IndicatorType type, std::string_view value, std::vector<Standing>& out) const {
  find(indicator_hash(type, value), type, value, out);
}

void Snapshot::find(uint64_t hash, IndicatorType type, std::string_view value, std::vector<Standing>& out) const {
  std::vector<uint32_t> heard;  // sources whose latest word was read
  for (auto part = parts_.rbegin(); part != parts_.rend(); ++part)
    part->segment->find(hash, type, value, [&](const Segment::Record& record) {
      if (std::ranges::find(heard, record.listing->source) != heard.end()) return;
      heard.push_back(record.listing->source);
      PackedListing listing = *record.listing;
      if (settle(part->age, listing)) out.push_back({listing, &part->segment->text(listing.text)});
    });
}

bool Snapshot::stands(size_t part, const Segment::Record& record, PackedListing& out) const {
  out = *record.listing;
  if (!settle(parts_[part].age, out)) return false;
  if (part + 1 == parts_.size()) return true;
  const uint64_t hash = indicator_hash(record.type, record.value);
  bool superseded = false;
  for (size_t later = part + 1; later < parts_.size() && !superseded; ++later)
    parts_[later].segment->find(hash, record.type, record.value, [&](const Segment::Record& other) {
      superseded = superseded || other.listing->source == out.source;
    });
  return !superseded;
}

Listing Snapshot::listing(const Standing& standing) const {
  Listing out;
  out.source = sources_[standing.listing.source].name;
  const size_t line_end = standing.text->find('\n');
  if (line_end != std::string::npos) {
    out.context = standing.text->substr(0, line_end);
    out.tags = standing.text->substr(line_end + 1);
  }
  out.confidence = standing.listing.confidence;
  out.tlp = standing.listing.tlp;
  out.valid_from.ns = standing.listing.from;
  out.valid_until.ns = standing.listing.until;
  return out;
}

uint64_t Snapshot::bytes() const {
  uint64_t out = sizeof *this + filter_->bytes();
  for (const Part& part : parts_) out += part.segment->bytes();
  return out;
}

}  // namespace yagura::detect
