#include "detect/indicators/indicator_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/check.hpp"
#include "detect/indicators/durable_file.hpp"

namespace yagura::detect {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t filter_keys_min = 1 << 16;
constexpr uint64_t superseded_min = 100'000;  // fewer are not worth a pass over everything

void copy_record(const Snapshot& snapshot, size_t part, const Segment::Record& record, bool keep_removals,
                 SegmentBuilder& builder) {
  PackedListing listing;
  const bool stands = snapshot.stands(part, record, listing);
  if (!stands && !(keep_removals && record.listing->removed != 0)) return;
  if (!stands) listing = *record.listing;
  const std::string& text = snapshot.parts()[part].segment->text(listing.text);
  const size_t line_end = std::min(text.find('\n'), text.size());
  const std::string_view tags = line_end < text.size() ? std::string_view(text).substr(line_end + 1) : "";
  const auto added = builder.add(record.type, record.value, listing, std::string_view(text).substr(0, line_end), tags);
  check(added != SegmentBuilder::Added::full, "a merge is no larger than a segment");
}

/// The records of some neighbouring parts that still stand, as one segment.
std::shared_ptr<const Segment> merged(const Snapshot& snapshot, size_t first, size_t count) {
  SegmentBuilder builder;
  for (size_t part = first; part < first + count; ++part)
    snapshot.parts()[part].segment->each(0, [&](const Segment::Record& record, size_t) {
      copy_record(snapshot, part, record, first > 0, builder);
      return true;
    });
  return builder.seal();
}

}  // namespace

std::shared_ptr<KeyFilter> filter_for(const std::vector<Part>& parts) {
  uint64_t keys = 0;
  for (const Part& part : parts) keys += part.segment->size();
  auto filter = std::make_shared<KeyFilter>(std::max(filter_keys_min, keys + keys / 2));
  for (const Part& part : parts)
    part.segment->each(0, [&](const Segment::Record& record, size_t) {
      filter->add(indicator_hash(record.type, record.value));
      return true;
    });
  return filter;
}

Result<std::unique_ptr<IndicatorStore>> IndicatorStore::open(const fs::path& folder) {
  std::unique_ptr<IndicatorStore> store(new IndicatorStore(folder));
  store->snapshot_ =
      std::make_shared<const Snapshot>(std::vector<Part>{}, std::vector<SourceState>{}, filter_for({}), 0);
  if (folder.empty()) return store;
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    return failure(ErrorKind::io, fmt::format("can't make the folder {}: {}", folder.string(), error.message()));
  if (auto loaded = store->load(); !loaded) return std::unexpected(loaded.error());
  return store;
}

IndicatorStore::~IndicatorStore() = default;

std::shared_ptr<const Snapshot> IndicatorStore::snapshot() const {
  const std::lock_guard lock(swapping_);
  return snapshot_;
}

Result<uint32_t> IndicatorStore::source_number(const std::string& name) {
  const std::lock_guard lock(swapping_);
  if (const auto known = source_numbers_.find(name); known != source_numbers_.end()) return known->second;
  if (source_numbers_.size() >= indicator_sources_max)
    return failure(ErrorKind::limit, fmt::format("indicators have {} sources at most", indicator_sources_max));
  return source_numbers_.emplace(name, static_cast<uint32_t>(source_numbers_.size())).first->second;
}

std::string IndicatorStore::new_file() {
  const std::lock_guard lock(swapping_);
  return fmt::format("segment-{:06}.ioc", next_file_++);
}

Result<Part> IndicatorStore::keep(std::shared_ptr<const Segment> segment) {
  Part out{std::move(segment), 0, {}, {}};
  if (folder_.empty()) return out;
  out.file = new_file();
  auto saved = out.segment->save((folder_ / out.file).string());
  if (!saved) return std::unexpected(saved.error());
  out.sha256 = std::move(*saved);
  return out;
}

Status IndicatorStore::put_in_force(std::vector<Part> parts, std::vector<SourceState> sources,
                                    std::shared_ptr<KeyFilter> filter) {
  if (!folder_.empty())
    if (auto written = write_manifest(parts, sources); !written) return written;
  auto next = std::make_shared<const Snapshot>(std::move(parts), std::move(sources), std::move(filter),
                                               snapshot()->edition() + 1);
  const std::lock_guard lock(swapping_);
  snapshot_.swap(next);
  return {};
}

Status IndicatorStore::commit(std::vector<Part> fresh, std::vector<SourceState> sources) {
  const auto now = snapshot();
  uint64_t records = now->records();
  for (const Part& part : fresh) records += part.segment->size();
  if (records > indicators_max)
    return failure(ErrorKind::limit, fmt::format("{} indicators at most; remove what is not needed", indicators_max));
  std::vector<Part> parts = now->parts();
  for (Part& part : fresh) {
    part.age = next_age_++;
    parts.push_back(part);
  }
  std::shared_ptr<KeyFilter> filter = now->shared_filter();
  if (records > filter->keys_max()) {
    filter = filter_for(parts);
  } else {
    for (const Part& part : fresh)
      part.segment->each(0, [&](const Segment::Record& record, size_t) {
        filter->add(indicator_hash(record.type, record.value));
        return true;
      });
  }
  if (auto done = put_in_force(std::move(parts), std::move(sources), std::move(filter)); !done) return done;
  // What was asked for is done; a merge that fails is tried again with the next change.
  if (auto tidied = tidy(); !tidied) untidy_ = tidied.error().message;
  return {};
}

/// Merges neighbours until each part is twice as large as the next, so that a lookup asks few and each record is copied
/// a logarithmic number of times; and drops what no longer stands when that is half of everything.
Status IndicatorStore::tidy() {
  for (;;) {
    const auto now = snapshot();
    const auto& parts = now->parts();
    size_t at = parts.size();
    for (size_t i = 0; i + 1 < parts.size() && at == parts.size(); ++i) {
      const uint64_t older = parts[i].segment->size();
      const uint64_t younger = parts[i + 1].segment->size();
      if (older < 2 * younger && older + younger <= segment_records_max &&
          parts[i].segment->bytes() + parts[i + 1].segment->bytes() <= segment_bytes_max)
        at = i;
    }
    if (at == parts.size()) break;
    if (auto done = replace_parts(at, 2, merged(*now, at, 2)); !done) return done;
  }
  if (superseded_ < superseded_min || superseded_ * 2 < snapshot()->records()) return {};
  superseded_ = 0;
  // From the oldest: what a part takes back is gone from the older ones by then.
  for (size_t at = 0; at < snapshot()->parts().size(); ++at) {
    const auto now = snapshot();
    SegmentBuilder builder;
    now->parts()[at].segment->each(0, [&](const Segment::Record& record, size_t) {
      copy_record(*now, at, record, false, builder);
      return true;
    });
    const bool gone = builder.empty();
    if (auto done = replace_parts(at, 1, gone ? nullptr : builder.seal()); !done) return done;
    if (gone) --at;
  }
  return {};
}

Status IndicatorStore::replace_parts(size_t first, size_t count, const std::shared_ptr<const Segment>& by) {
  const auto now = snapshot();
  std::vector<Part> parts = now->parts();
  const auto begin = parts.begin() + static_cast<std::ptrdiff_t>(first);
  const std::vector<Part> old(begin, begin + static_cast<std::ptrdiff_t>(count));
  const auto place = parts.erase(begin, begin + static_cast<std::ptrdiff_t>(count));
  if (by && by->size() > 0) {
    auto kept = keep(by);
    if (!kept) return std::unexpected(kept.error());
    kept->age = old.back().age;
    parts.insert(place, std::move(*kept));
  }
  std::vector<SourceState> sources = now->sources();
  const uint64_t oldest = parts.empty() ? UINT64_MAX : parts.front().age;
  for (SourceState& source : sources)
    std::erase_if(source.expiries, [&](const auto& expiry) { return expiry.first < oldest; });
  if (auto done = put_in_force(std::move(parts), std::move(sources), now->shared_filter()); !done) return done;
  std::error_code ignored;
  for (const Part& part : old)
    if (!part.file.empty()) fs::remove(folder_ / part.file, ignored);
  return {};
}

Result<uint64_t> IndicatorStore::expire(const IndicatorSelection& what, Timestamp at) {
  return change(what, at);
}

Result<uint64_t> IndicatorStore::remove(const IndicatorSelection& what) {
  return change(what, std::nullopt);
}

Result<uint64_t> IndicatorStore::change(const IndicatorSelection& what, const std::optional<Timestamp>& until) {
  const std::lock_guard writer(writing_);
  const auto now = snapshot();
  std::vector<SourceState> sources = now->sources();
  const auto is_meant = [&](const PackedListing& listing) {
    return (what.source.empty() || sources[listing.source].name == what.source) &&
           (!until || listing.until > until->ns);
  };
  uint64_t concerned = 0;
  if (what.value) {
    std::vector<Snapshot::Standing> standing;
    now->find(what.value->first, what.value->second, standing);
    SegmentBuilder builder;
    for (const Snapshot::Standing& each : standing) {
      if (!is_meant(each.listing)) continue;
      const Listing words = now->listing(each);
      PackedListing listing = each.listing;
      if (until)
        listing.until = until->ns;
      else
        listing.removed = 1;
      builder.add(what.value->first, what.value->second, listing, words.context, words.tags);
      ++concerned;
    }
    if (concerned == 0) return 0;
    auto part = keep(builder.seal());
    if (!part) return std::unexpected(part.error());
    superseded_ += concerned * 2;
    if (auto done = commit({std::move(*part)}, std::move(sources)); !done) return std::unexpected(done.error());
    return concerned;
  }
  for (size_t part = 0; part < now->parts().size(); ++part)
    now->parts()[part].segment->each(0, [&](const Segment::Record& record, size_t) {
      PackedListing listing;
      concerned += now->stands(part, record, listing) && is_meant(listing);
      return true;
    });
  if (concerned == 0) return 0;
  const uint64_t through = next_age_ - 1;
  for (SourceState& source : sources) {
    if (!what.source.empty() && source.name != what.source) continue;
    if (until)
      source.expiries.emplace_back(through, until->ns);
    else
      source.removed_through = through;
  }
  if (!until) superseded_ += concerned;
  if (auto done = commit({}, std::move(sources)); !done) return std::unexpected(done.error());
  return concerned;
}

}  // namespace yagura::detect
