// Which lanes an event goes to, remembered by its header.
#include <algorithm>
#include <iterator>

#include "detect/lane_demand.hpp"
#include "detect/matcher.hpp"
#include "detect/quick_hash.hpp"

namespace yagura::detect {

Matcher::Known& Matcher::known_for(const event::Event& event) {
  const uint64_t hash =
      quick_hash(event.channel, quick_hash(event.provider, reinterpret_cast<uintptr_t>(event.format.data())) ^
                                    mixed(static_cast<uint64_t>(event.event_id) + 1, 0x9E3779B97F4A7C15));
  const auto is_it = [&](const Known& known) {
    return known.event_id == event.event_id && known.channel == event.channel && known.provider == event.provider &&
           known.format == event.format;
  };
  Known*& recent = recent_[hash % recent_.size()];
  if (recent && is_it(*recent)) return *recent;
  const auto [first, last] = known_.equal_range(hash);
  for (auto it = first; it != last; ++it)
    if (is_it(it->second)) return *(recent = &it->second);
  Known& known = remember(event, hash);
  return *(recent_[hash % recent_.size()] = &known);
}

Matcher::Known& Matcher::remember(const event::Event& event, uint64_t hash) {
  if (known_.size() >= remembered_routes_max) forget_headers();
  Known out{std::string(event.channel),
            std::string(event.provider),
            event.format,
            event.event_id,
            admit(*rules_, event),
            {},
            nullptr,
            nullptr,
            nullptr};
  std::vector<OpenTest>& tests = out.admission.tests;
  const auto opens = [](const OpenTest& open) { return any_header(*open.test->test); };
  std::ranges::copy_if(tests, std::back_inserter(out.openings), opens);
  std::erase_if(tests, opens);
  out.track = track_for(out.admission.lanes, tests, out.openings);
  std::vector<uint32_t> lanes = out.admission.lanes;
  for (const OpenTest& open : tests) lanes.push_back(open.lane);
  out.keywords = keywords_of(std::move(lanes));
  if (out.keywords) out.quiet = track_for(out.admission.lanes, tests, out.openings, false);
  return known_.emplace(hash, std::move(out))->second;
}

std::shared_ptr<const KeywordFilter> Matcher::keywords_of(std::vector<uint32_t> lanes) {
  std::ranges::sort(lanes);
  const auto repeated = std::ranges::unique(lanes);
  lanes.erase(repeated.begin(), repeated.end());
  const auto [it, fresh] = filters_.try_emplace(std::move(lanes));
  if (fresh) {
    bool all = false;
    auto filter = keyword_filter(*rules_, it->first, all);
    if (!all) it->second = std::move(filter);
  }
  return it->second;
}

Track* Matcher::track_for(std::vector<uint32_t> lanes, const std::vector<OpenTest>& tests,
                          std::span<const OpenTest> openings, bool keywords) {
  TrackKey key{lanes, {}, keywords};
  for (const OpenTest& open : tests) std::get<1>(key).push_back(open.test);
  for (const OpenTest& open : openings) std::get<1>(key).push_back(open.test);
  auto& track = tracks_[std::move(key)];
  if (!track) {
    std::vector<uint32_t> all = lanes;
    for (const OpenTest& open : tests) all.push_back(open.lane);
    track = std::make_unique<Track>(*rules_, std::move(lanes), tests, openings, keywords, next_group_id_);
    if (keywords) track->keywords = keywords_of(std::move(all));
    next_group_id_ = track->next_group_id();
  }
  return track.get();
}

void Matcher::forget_headers() {
  known_.clear();
  recent_.fill(nullptr);
  tracks_.clear();
  filters_.clear();
  next_group_id_ = 0;
  forget_values();
}

void Matcher::forget_values() {
  ++generation_;
  classes_.clear();
  values_.clear();
  verdicts_.clear();
}

Track* Matcher::opened_track(const Known& known) {
  std::vector<uint32_t> opened;
  for (const OpenTest& open : known.openings)
    if (passes(*open.test)) opened.push_back(open.lane);
  if (opened.empty()) return known.track;
  std::vector<uint32_t> lanes = known.admission.lanes;
  lanes.insert(lanes.end(), opened.begin(), opened.end());
  std::ranges::sort(lanes);
  const auto repeated = std::ranges::unique(lanes);
  lanes.erase(repeated.begin(), repeated.end());
  std::vector<OpenTest> tests = known.admission.tests;
  std::erase_if(tests, [&](const OpenTest& open) { return std::ranges::find(opened, open.lane) != opened.end(); });
  return track_for(std::move(lanes), tests, {});
}

bool Matcher::passes(const RuleSet::LaneTest& test) {
  return std::ranges::all_of(test.present, [&](SourceId source) { return !view_.values(source).empty(); }) &&
         std::ranges::all_of(test.equal, [&](const auto& entry) {
           return std::ranges::any_of(view_.values(entry.first), [&](FoldedValue* value) {
             return std::ranges::find(*entry.second, value->folded()) != entry.second->end();
           });
         });
}

}  // namespace yagura::detect
