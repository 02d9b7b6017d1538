#include "detect/track.hpp"

#include <algorithm>

#include "base/check.hpp"

namespace yagura::detect {

Track::Track(const RuleSet& rules, std::vector<uint32_t> lanes, std::span<const OpenTest> tests,
             std::span<const OpenTest> openings, bool keywords, uint32_t first_group_id)
    : rules_(rules), first_group_id_(first_group_id), groups_(1), read_(rules.sources().size()) {
  const size_t sure = lanes.size();
  for (const OpenTest& open : tests)
    if (std::ranges::find(lanes, open.lane) == lanes.end()) lanes.push_back(open.lane);
  for (size_t i = 0; i < lanes.size(); ++i) {
    const Lane& lane = rules.lanes()[lanes[i]];
    seats_.push_back({&lane, asks_, rule_count_, i < sure, rules.rules_of(lanes[i])});
    asks_ += static_cast<uint32_t>(lane.asks().size());
    rule_count_ += static_cast<uint32_t>(lane.rules().size());
    for (const Lane::Slot& slot : lane.slots())
      if (keywords || slot.source != SourceTable::any_value) add_place(slot.source);
  }
  for (const OpenTest& open : tests) {
    const auto seat = static_cast<uint32_t>(std::ranges::find(lanes, open.lane) - lanes.begin());
    tests_.push_back({seat, open.test, static_cast<uint32_t>(equals_.size())});
    for (const SourceId source : open.test->present) add_place(source);
    for (const auto& [source, values] : open.test->equal) {
      add_place(source);
      equals_.push_back({asks_++, source, values});
    }
  }
  for (const OpenTest& open : openings) {
    openings_.push_back(open.test);
    read_[deciding_field(*open.test)] = true;
  }
  for (Joined& joined : joined_) joined.group = group_for({rules.sources().id_of(joined.place->source)});
  if (read_[SourceTable::any_value]) text_group_ = group_for({SourceTable::any_value});
  const SourceTable& table = rules.sources();
  const SourceId of_header[headers] = {table.channel(), table.provider(), table.computer(), table.event_id()};
  for (size_t i = 0; i < headers; ++i)
    if (reads(of_header[i])) header_groups_[i] = group_for({of_header[i]});
}

bool Track::reads(SourceId source) const {
  return read_[source] || std::ranges::find(parts_, source) != parts_.end();
}

void Track::add_place(SourceId source) {
  if (read_[source]) return;
  read_[source] = true;
  const SourceTable::Place& place = rules_.sources().at(source);
  if (place.parts.empty()) return;
  Joined joined{&place, {}, 0};
  for (const SourceId part : place.parts) joined.parts.push_back(part_index(part));
  joined_.push_back(std::move(joined));
}

uint32_t Track::part_index(SourceId source) {
  const auto found = std::ranges::find(parts_, source);
  if (found == parts_.end()) {
    parts_.push_back(source);
    return static_cast<uint32_t>(parts_.size() - 1);
  }
  return static_cast<uint32_t>(found - parts_.begin());
}

uint32_t Track::find_group(event::FieldId field) {
  const auto at = static_cast<size_t>(field);
  if (at >= by_field_.size()) by_field_.resize(std::max(at + 1, event::FieldNames::instance().size()), unknown);
  std::vector<SourceId> sources;
  for (const SourceId source : rules_.sources().fed_by(event::FieldNames::instance().name(field))) {
    if (source == SourceTable::any_value) break;
    if (reads(source)) sources.push_back(source);
  }
  if (read_[SourceTable::any_value]) sources.push_back(SourceTable::any_value);
  const uint32_t group = sources.empty() ? 0 : group_for(std::move(sources));
  by_field_[at] = static_cast<uint16_t>(group);
  return group;
}

uint32_t Track::group_for(std::vector<SourceId> sources) {
  std::ranges::sort(sources);
  for (uint32_t i = 1; i < groups_.size(); ++i)
    if (groups_[i].sources == sources) return i;
  const auto index = static_cast<uint32_t>(groups_.size());
  check(index < groups_max, "more kinds of fields than the rules have places");
  Group group;
  group.id = first_group_id_ + index;
  const SourceTable& table = rules_.sources();
  const SourceId of_header[headers] = {table.channel(), table.provider(), table.computer(), table.event_id()};
  for (const SourceId source : sources) {
    for (uint32_t seat = 0; seat < seats_.size(); ++seat)
      for (const Lane::Slot& slot : seats_[seat].lane->slots())
        if (slot.source == source) {
          group.readings.push_back({seat, &slot});
          group.folds = group.folds || !slot.literals.empty() || !slot.scanned.empty();
        }
    for (uint32_t i = 0; i < equals_.size(); ++i)
      if (equals_[i].source == source) group.equals.push_back(i);
    for (const RuleSet::LaneTest* test : openings_)
      if (deciding_field(*test) == source) group.openings.push_back(test);
    for (uint32_t part = 0; part < parts_.size(); ++part)
      if (parts_[part] == source) group.parts.push_back(part);
    for (size_t i = 0; i < headers; ++i)
      if (of_header[i] == source) group.headers |= static_cast<uint8_t>(1U << i);
    group.judged = group.judged || read_[source];
  }
  group.folds = group.folds || !group.equals.empty() || !group.openings.empty();
  group.sources = std::move(sources);
  groups_.push_back(std::move(group));
  return index;
}

}  // namespace yagura::detect
