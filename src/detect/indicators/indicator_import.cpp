#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "detect/indicators/indicator_store.hpp"

namespace yagura::detect {
namespace {

PackedListing packed_of(const Listing& listing, uint32_t source) {
  PackedListing out;
  out.from = listing.valid_from.ns;
  out.until = listing.valid_until.ns;
  out.source = source;
  out.confidence = listing.confidence;
  out.tlp = listing.tlp;
  return out;
}

}  // namespace

IndicatorImport::IndicatorImport(IndicatorStore& store, bool replace)
    : store_(store), replace_(replace), before_(store.snapshot()) {}

IndicatorImport::~IndicatorImport() {
  if (tried_) return;  // the next open removes what the manifest does not name
  std::error_code ignored;
  for (const Part& part : parts_)
    if (!part.file.empty()) std::filesystem::remove(store_.folder_ / part.file, ignored);
}

Result<uint32_t> IndicatorImport::source_number(const std::string& name) {
  if (!sources_.empty() && name == last_source_) return last_number_;
  auto known = sources_.find(name);
  if (known == sources_.end()) {
    const auto number = store_.source_number(name);
    if (!number) return number;
    known = sources_.emplace(name, *number).first;
  }
  last_source_ = name;
  last_number_ = known->second;
  return last_number_;
}

/// Whether the source's standing word about the value is this very one; `knows` whether it has any.
bool IndicatorImport::says_already(uint64_t hash, IndicatorType type, std::string_view packed,
                                   const PackedListing& packed_listing, const Listing& listing, bool& knows) {
  if (!before_->filter().may_have(hash)) return false;
  standing_.clear();
  before_->find(hash, type, packed, standing_);
  const auto own = std::ranges::find_if(
      standing_, [&](const Snapshot::Standing& one) { return one.listing.source == packed_listing.source; });
  if (own == standing_.end()) return false;
  knows = true;
  return before_->listing(*own) == listing;
}

/// Whether this very import has said something about the value already, which may be something else.
bool IndicatorImport::pending(uint64_t hash, IndicatorType type, std::string_view packed, uint32_t source) const {
  bool found = builder_.has(hash, type, packed, source);
  for (const Part& part : parts_)
    part.segment->find(hash, type, packed,
                       [&](const Segment::Record& record) { found = found || record.listing->source == source; });
  return found;
}

Status IndicatorImport::add(IndicatorType type, std::string_view packed, const Listing& listing) {
  const auto source = source_number(listing.source);
  if (!source) return std::unexpected(source.error());
  const PackedListing packed_listing = packed_of(listing, *source);
  bool knows = false;
  const uint64_t hash = indicator_hash(type, packed);
  if (says_already(hash, type, packed, packed_listing, listing, knows) && !replace_ &&
      !pending(hash, type, packed, *source)) {
    ++counts_.unchanged;
    return {};
  }
  const auto added = put(type, packed, packed_listing, listing);
  if (!added) return std::unexpected(added.error());
  if (*added == SegmentBuilder::Added::fresh) ++(knows ? counts_.updated : counts_.added);
  return {};
}

Result<SegmentBuilder::Added> IndicatorImport::put(IndicatorType type, std::string_view packed,
                                                   const PackedListing& packed_listing, const Listing& listing) {
  auto added = builder_.add(type, packed, packed_listing, listing.context, listing.tags);
  if (added != SegmentBuilder::Added::full) return added;
  if (auto spilt = spill(); !spilt) return std::unexpected(spilt.error());
  return builder_.add(type, packed, packed_listing, listing.context, listing.tags);
}

Status IndicatorImport::withdraw(IndicatorType type, std::string_view packed, const std::string& source) {
  Listing listing;
  listing.source = source;
  const auto number = source_number(source);
  if (!number) return std::unexpected(number.error());
  PackedListing packed_listing = packed_of(listing, *number);
  packed_listing.removed = 1;
  bool knows = false;
  static_cast<void>(says_already(indicator_hash(type, packed), type, packed, packed_listing, listing, knows));
  const auto added = put(type, packed, packed_listing, listing);
  if (!added) return std::unexpected(added.error());
  if (knows && *added == SegmentBuilder::Added::fresh) ++counts_.withdrawn;
  return {};
}

Status IndicatorImport::spill() {
  if (builder_.empty()) return {};
  auto part = store_.keep(builder_.seal());
  if (!part) return std::unexpected(part.error());
  parts_.push_back(std::move(*part));
  return {};
}

Result<ImportCounts> IndicatorImport::commit() {
  if (auto spilt = spill(); !spilt) return std::unexpected(spilt.error());
  tried_ = true;
  const std::lock_guard writer(store_.writing_);
  std::vector<SourceState> sources = store_.snapshot()->sources();
  {
    const std::lock_guard lock(store_.swapping_);
    for (const auto& [name, number] : store_.source_numbers_)
      if (number >= sources.size()) sources.resize(number + 1);
    for (const auto& [name, number] : store_.source_numbers_) sources[number].name = name;
  }
  if (replace_)
    for (const auto& [name, number] : sources_) sources[number].removed_through = store_.next_age_ - 1;
  if (parts_.empty() && !replace_) return counts_;
  store_.superseded_ += counts_.updated + 2 * counts_.withdrawn;
  if (auto done = store_.commit(parts_, std::move(sources)); !done) return std::unexpected(done.error());
  return counts_;
}

}  // namespace yagura::detect
