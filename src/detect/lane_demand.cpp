#include "detect/lane_demand.hpp"

#include <algorithm>
#include <mutex>
#include <utility>

#include "detect/admission.hpp"

namespace yagura::detect {
namespace {

using Want = event::FieldSet::Want;

/// The fields that a test asks about.
std::vector<SourceId> fields_of(const RuleSet::LaneTest& test) {
  std::vector<SourceId> out = test.present;
  for (const auto& [source, values] : test.equal) out.push_back(source);
  return out;
}

}  // namespace

LaneDemand::LaneDemand(std::shared_ptr<const RuleSet> rules, std::span<const std::string_view> also)
    : rules_(std::move(rules)), also_(also.begin(), also.end()) {
  for (uint32_t lane = 0; lane < rules_->lanes().size(); ++lane)
    for (const RuleSet::LaneTest& test : rules_->tests_of(lane))
      // All of its fields must be there, so the presence of one of them is enough to know of.
      if (any_header(*test.test) && test.test->needs_fields()) deciding_.insert(deciding_field(test));
}

const event::FieldSet* LaneDemand::wanted(const event::Event& header) const {
  Header key{header.format, header.channel, header.provider, header.event_id};
  {
    const std::shared_lock lock(mutex_);
    if (const auto it = known_.find(key); it != known_.end()) return it->second;
  }
  const event::FieldSet* out = find(header);
  const std::unique_lock lock(mutex_);
  if (known_.size() < remembered_headers_max) known_.emplace(std::move(key), out);
  return out;
}

const event::FieldSet* LaneDemand::find(const event::Event& header) const {
  const Admission admission = admit(*rules_, header);
  const SourceTable& table = rules_->sources();
  Sources sources{table.event_id(), table.channel(), table.provider(), table.computer()};
  std::vector<uint32_t> lanes = admission.lanes;
  for (const OpenTest& open : admission.tests) {
    if (any_header(*open.test->test)) continue;  // deciding_ sees to them
    lanes.push_back(open.lane);
    for (const SourceId source : fields_of(*open.test)) sources.insert(source);
  }
  std::ranges::sort(lanes);
  lanes.erase(std::ranges::unique(lanes).begin(), lanes.end());
  for (const uint32_t lane : lanes) add_lane(lane, sources);
  SetKey key{std::move(lanes), std::move(sources)};
  {
    const std::shared_lock lock(mutex_);
    if (const auto it = sets_.find(key); it != sets_.end()) return it->second.get();
  }
  bool all = false;
  auto filter = keyword_filter(*rules_, key.first, all);
  if (all) return nullptr;
  const std::unique_lock lock(mutex_);
  auto& set = sets_[key];
  if (set) return set.get();
  event::FieldSet::Suspicion suspicion;
  if (filter) suspicion = [filter = std::move(filter)](std::string_view json) { return filter->may_hold(json); };
  set = std::make_unique<event::FieldSet>(
      [this, wanted = std::move(key.second)](std::string_view name) { return judge(wanted, name); },
      std::move(suspicion));
  return set.get();
}

std::shared_ptr<const KeywordFilter> keyword_filter(const RuleSet& rules, std::span<const uint32_t> lanes, bool& all) {
  std::shared_ptr<KeywordFilter> out;
  for (const uint32_t index : lanes) {
    const Lane& lane = rules.lanes()[index];
    for (const Lane::Ask& ask : lane.asks()) {
      if (lane.slots()[ask.slot].source != SourceTable::any_value) continue;
      if (!out) out = std::make_shared<KeywordFilter>();
      const Predicate& predicate = *ask.predicate;
      all = all || predicate.kind != Predicate::Kind::pattern ||
            !out->add(predicate.cased ? predicate.pattern.folded() : predicate.pattern);
    }
  }
  if (out) out->build();
  return out;
}

void LaneDemand::add_lane(uint32_t lane, Sources& into) const {
  for (const Lane::Slot& slot : rules_->lanes()[lane].slots()) add_place(slot.source, into);
}

void LaneDemand::add_place(SourceId source, Sources& into) const {
  const SourceTable::Place& place = rules_->sources().at(source);
  if (place.parts.empty()) into.insert(source);
  for (const SourceId part : place.parts) into.insert(part);
}

Want LaneDemand::judge(const Sources& sources, std::string_view name) const {
  bool wanted = false;
  for (const SourceId source : rules_->sources().fed_by(name)) {
    if (source == SourceTable::any_value) break;
    if (deciding_.contains(source)) return Want::everything;
    wanted = wanted || sources.contains(source);
  }
  for (size_t end = name.size(); !wanted && end != std::string_view::npos && end > 0; end = name.rfind('.', end - 1))
    wanted = also_.contains(name.substr(0, end));
  return wanted ? Want::yes : Want::no;
}

}  // namespace yagura::detect
