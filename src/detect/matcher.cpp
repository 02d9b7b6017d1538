#include "detect/matcher.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "detect/admission.hpp"
#include "detect/fold.hpp"

namespace yagura::detect {

Matcher::Matcher(std::shared_ptr<const RuleSet> rules, Counters* counters)
    : rules_(std::move(rules)), view_(rules_->sources(), rules_->structured_formats()) {
  if (counters) given_up_ = &counters->at("detect.regex_limit");
  size_t asks = 0;
  size_t lane_rules = 0;
  for (const Lane& lane : rules_->lanes()) {
    asks = std::max(asks, lane.asks().size());
    lane_rules = std::max(lane_rules, lane.rules().size());
  }
  hit_in_.resize(asks);
  answered_in_.resize(asks);
  woken_in_.resize(lane_rules);
}

const Matcher::Known& Matcher::known_for(const event::Event& event) {
  const std::hash<std::string_view> hash;
  const uint64_t key = hash(event.channel) * 31 + hash(event.provider) * 17 + hash(event.format) * 7 +
                       static_cast<uint64_t>(event.event_id);
  const auto [first, last] = known_.equal_range(key);
  for (auto it = first; it != last; ++it) {
    const Known& known = it->second;
    if (known.event_id == event.event_id && known.channel == event.channel && known.provider == event.provider &&
        known.format == event.format)
      return known;
  }
  if (known_.size() >= remembered_routes_max) known_.clear();
  return known_.emplace(key, find_lanes(event))->second;
}

Matcher::Known Matcher::find_lanes(const event::Event& event) const {
  const Admission admission = admit(*rules_, event);
  Known out{std::string(event.channel), std::string(event.provider), event.format, event.event_id, admission.lanes, {}};
  for (const OpenTest& open : admission.tests) {
    const RuleSet::LaneTest& test = *open.test;
    const SourceId needed = test.equal.empty() ? test.present.front() : test.equal.front().first;
    auto group = std::ranges::find(out.tests, needed, [](const auto& entry) { return entry.first; });
    if (group == out.tests.end()) group = out.tests.insert(out.tests.end(), {needed, {}});
    group->second.push_back({open.lane, open.test});
  }
  return out;
}

void Matcher::choose_lanes(const event::Event& event) {
  const Known& known = known_for(event);
  lanes_ = known.lanes;
  for (const auto& [needed, tests] : known.tests) {
    if (view_.values(needed).empty()) continue;
    for (const FieldTest& test : tests)
      if (std::ranges::find(lanes_, test.lane) == lanes_.end() && passes(*test.test)) lanes_.push_back(test.lane);
  }
}

bool Matcher::passes(const RuleSet::LaneTest& test) {
  return std::ranges::all_of(test.present, [&](SourceId source) { return !view_.values(source).empty(); }) &&
         std::ranges::all_of(test.equal, [&](const auto& entry) {
           return std::ranges::any_of(view_.values(entry.first), [&](FoldedValue* value) {
             return std::ranges::find(*entry.second, value->folded()) != entry.second->end();
           });
         });
}

void Matcher::match(const event::Batch& batch, std::vector<Match>& matches) {
  uint32_t index = 0;
  for (const event::Event& event : batch.events()) {
    found_.clear();
    view_.read(batch, event);
    choose_lanes(event);
    for (const uint32_t lane : lanes_) run(rules_->lanes()[lane]);
    std::ranges::sort(found_);
    const auto repeated = std::ranges::unique(found_);
    found_.erase(repeated.begin(), repeated.end());
    for (const uint32_t rule : found_) matches.push_back({rule, index});
    ++index;
  }
  count_given_up();
}

void Matcher::count_given_up() {
  if (given_up_) given_up_->fetch_add(scratch_.over_limit - given_up_counted_, std::memory_order_relaxed);
  given_up_counted_ = scratch_.over_limit;
}

void Matcher::run(const Lane& lane) {
  ++run_;
  awake_.clear();
  for (const uint32_t rule : lane.always()) awake_.push_back(rule);
  for (const Lane::Slot& slot : lane.slots()) {
    const auto values = view_.values(slot.source);
    if (values.empty()) continue;
    for (const uint32_t rule : slot.rules_when_present) wake(rule);
    search(lane, slot, values);
  }
  for (const uint32_t rule : awake_)
    if (eval(lane, lane.rules()[rule].root)) found_.push_back(lane.rules()[rule].index);
}

void Matcher::search(const Lane& lane, const Lane::Slot& slot, FoldedValues values) {
  for (FoldedValue* value : values) {
    if (value->value().is_null()) continue;
    if (!slot.literals.empty()) {
      const std::string_view folded = value->folded();
      slot.literals.search(folded, [&](uint32_t ask, bool certain) {
        if (hit_in_[ask] == run_) return;
        const Predicate& predicate = *lane.asks()[ask].predicate;
        if ((certain && !predicate.cased) || holds_for(predicate, value->value(), folded, scratch_)) hit(lane, ask);
      });
    }
    if (!slot.whole_numbers.empty()) search_number(lane, slot, value->value());
  }
}

void Matcher::search_number(const Lane& lane, const Lane::Slot& slot, const event::Value& value) {
  if (value.kind == event::Kind::boolean) return;
  const auto number = parse_number(value.text);
  if (!number) return;
  uint64_t magnitude = number->magnitude;
  if (!number->whole) {
    constexpr double whole_max = 18446744073709551615.0;
    if (std::fabs(number->real) >= whole_max) return;
    magnitude = static_cast<uint64_t>(std::fabs(number->real));
  }
  const auto found = slot.whole_numbers.find(magnitude);
  if (found == slot.whole_numbers.end()) return;
  for (const uint32_t ask : found->second)
    if (hit_in_[ask] != run_ && *number == lane.asks()[ask].predicate->number) hit(lane, ask);
}

void Matcher::hit(const Lane& lane, uint32_t ask) {
  hit_in_[ask] = run_;
  for (const uint32_t rule : lane.woken_by(ask)) wake(rule);
}

void Matcher::wake(uint32_t rule) {
  if (woken_in_[rule] == run_) return;
  woken_in_[rule] = run_;
  awake_.push_back(rule);
}

bool Matcher::asked(const Lane& lane, uint32_t ask) {
  if (lane.asks()[ask].indexed) return hit_in_[ask] == run_;
  if (answered_in_[ask] >> 1 == run_) return (answered_in_[ask] & 1) != 0;
  const Lane::Ask& question = lane.asks()[ask];
  const bool answer = holds(*question.predicate, view_.values(lane.slots()[question.slot].source),
                            view_.values(lane.slots()[question.other_slot].source), scratch_);
  answered_in_[ask] = run_ << 1 | static_cast<uint64_t>(answer);
  return answer;
}

bool Matcher::eval(const Lane& lane, uint32_t at) {
  const Lane::Node& node = lane.nodes()[at];
  switch (node.op) {
    case Expr::Op::leaf:
      return asked(lane, node.first);
    case Expr::Op::negate:
      return !eval(lane, node.first);
    case Expr::Op::all:
      for (uint32_t i = 0; i < node.count; ++i)
        if (!eval(lane, node.first + i)) return false;
      return true;
    case Expr::Op::any:
      for (uint32_t i = 0; i < node.count; ++i)
        if (eval(lane, node.first + i)) return true;
      return false;
  }
  return false;
}

}  // namespace yagura::detect
