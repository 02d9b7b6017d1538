#include "detect/indicators/indicator_listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.hpp"
#include "detect/indicators/normal_form.hpp"
#include "detect/indicators/observe.hpp"

namespace yagura::detect {
namespace {

struct Place {
  uint64_t age = 0;
  size_t at = 0;
};

std::optional<Place> read_cursor(std::string_view text) {
  Place out;
  const auto [middle, first] = std::from_chars(text.data(), text.data() + text.size(), out.age);
  if (first != std::errc() || middle == text.data() + text.size() || *middle != '.') return std::nullopt;
  const auto [end, second] = std::from_chars(middle + 1, text.data() + text.size(), out.at);
  if (second != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

bool contains_folded(std::string_view text, std::string_view lower) {
  return std::ranges::search(text, lower, [](char a, char b) { return ascii_lower(a) == b; }).begin() != text.end();
}

/// A cursor that is older than the last merge may point between records: only a record's start will do.
size_t record_start(const Segment& segment, size_t at) {
  size_t out = 0;
  segment.each(0, [&](const Segment::Record&, size_t here) {
    out = here;
    return here < at;
  });
  return out < at ? SIZE_MAX : out;
}

}  // namespace

Result<IndicatorPage> list_indicators(const Snapshot& snapshot, const IndicatorQuery& query) {
  IndicatorPage page;
  Place from;
  if (!query.cursor.empty()) {
    const auto place = read_cursor(query.cursor);
    if (!place) return failure(ErrorKind::invalid, "the cursor is none that a page gave");
    from = *place;
  }
  const std::string text = ascii_lower(query.text);
  uint64_t looked = 0;
  for (size_t part = 0; part < snapshot.parts().size() && page.next_cursor.empty(); ++part) {
    const Part& each = snapshot.parts()[part];
    if (each.age < from.age) continue;
    const size_t start = each.age == from.age ? record_start(*each.segment, from.at) : 0;
    each.segment->each(start, [&](const Segment::Record& record, size_t at) {
      if (page.indicators.size() >= query.limit || looked++ >= records_per_page_max) {
        page.next_cursor = fmt::format("{}.{}", each.age, at);
        return false;
      }
      if (query.type && record.type != *query.type) return true;
      Snapshot::Standing standing{{}, nullptr};
      if (!snapshot.stands(part, record, standing.listing)) return true;
      if (standing.listing.tlp == Tlp::red && !query.red) return true;
      standing.text = &each.segment->text(standing.listing.text);
      if (!query.source.empty() && snapshot.sources()[standing.listing.source].name != query.source) return true;
      std::string value = unpack(record.type, record.value);
      if (!text.empty() && !contains_folded(value, text)) return true;
      Listing listing = snapshot.listing(standing);
      if (query.valid_at && !listing.holds_at(*query.valid_at)) return true;
      page.indicators.push_back({record.type, std::move(value), std::move(listing)});
      return true;
    });
  }
  return page;
}

std::vector<Indicator> find_indicators(const Snapshot& snapshot, std::string_view text, bool red) {
  std::vector<Indicator> out;
  std::vector<std::string> seen;
  const auto take = [&](IndicatorType type, std::string_view packed) {
    std::string key = std::string(1, static_cast<char>(type)) + std::string(packed);
    if (std::ranges::find(seen, key) != seen.end()) return;
    seen.push_back(std::move(key));
    std::vector<Snapshot::Standing> standing;
    snapshot.find(type, packed, standing);
    for (const Snapshot::Standing& each : standing)
      if (red || each.listing.tlp != Tlp::red) out.push_back({type, unpack(type, packed), snapshot.listing(each)});
  };
  Observer observer;
  observer.use(snapshot);
  std::vector<Observer::Probe> probes;
  for (const std::string& value : {std::string(trim(text)), refang(text)}) {
    // Whatever it may be: a hash of 32 digits is MD5 or imphash, "a.exe" a name or, to somebody, a domain.
    for (const auto holds : {FieldHolds::host, FieldHolds::url, FieldHolds::hashes, FieldHolds::imphash,
                             FieldHolds::email, FieldHolds::file_path})
      observer.observe(holds, value, probes);
    if (const auto network = pack(IndicatorType::cidr, value)) take(IndicatorType::cidr, *network);
    if (const auto url = pack(IndicatorType::url, value); url && value.find('/') != std::string::npos)
      take(IndicatorType::url, *url);
  }
  for (const Observer::Probe& probe : probes) take(probe.type, observer.value_of(probe));
  return out;
}

IndicatorFigures count_indicators(const Snapshot& snapshot, Timestamp now, bool red) {
  IndicatorFigures out;
  std::vector<uint64_t> by_source(snapshot.sources().size());
  std::array<uint64_t, indicator_types> by_type{};
  for (size_t part = 0; part < snapshot.parts().size(); ++part)
    snapshot.parts()[part].segment->each(0, [&](const Segment::Record& record, size_t) {
      PackedListing listing;
      if (!snapshot.stands(part, record, listing) || (listing.tlp == Tlp::red && !red)) return true;
      ++out.indicators;
      out.valid += listing.from <= now.ns && now.ns < listing.until;
      ++by_source[listing.source];
      ++by_type[static_cast<size_t>(record.type)];
      return true;
    });
  for (size_t i = 0; i < by_source.size(); ++i)
    if (by_source[i] > 0) out.by_source[snapshot.sources()[i].name] = by_source[i];
  for (size_t i = 0; i < by_type.size(); ++i)
    if (by_type[i] > 0) out.by_type[std::string(to_text(static_cast<IndicatorType>(i)))] = by_type[i];
  out.bytes = snapshot.bytes();
  out.parts = snapshot.parts().size();
  return out;
}

}  // namespace yagura::detect
