#include "detect/value_search.hpp"

#include <algorithm>
#include <cmath>

#include "detect/fold.hpp"

namespace yagura::detect {

bool ValueSearch::search(const Track& track, const Track::Group& group, const event::Value& value,
                         std::vector<uint32_t>& hits) {
  if (found_in_.size() < track.asks()) found_in_.resize(track.asks());
  ++run_;
  const size_t first = hits.size();
  if (group.folds) fold_case(value.text, folded_);
  if (!value.is_null())
    for (const Track::Reading& reading : group.readings)
      search_slot(track.seats()[reading.seat], *reading.slot, value, hits);
  for (const uint32_t index : group.equals) {
    const Track::Equal& equal = track.equals()[index];
    if (std::ranges::find(*equal.values, folded_) != equal.values->end()) hits.push_back(equal.ask);
  }
  if (hits.size() > first + 1) {
    const auto added = hits.begin() + static_cast<std::ptrdiff_t>(first);
    std::sort(added, hits.end());
    hits.erase(std::unique(added, hits.end()), hits.end());
  }
  return std::ranges::any_of(group.openings, [&](const RuleSet::LaneTest* test) {
    return test->equal.empty() ||
           std::ranges::find(*test->equal.front().second, folded_) != test->equal.front().second->end();
  });
}

void ValueSearch::search_slot(const Track::Seat& seat, const Lane::Slot& slot, const event::Value& value,
                              std::vector<uint32_t>& hits) {
  const Lane& lane = *seat.lane;
  if (!slot.literals.empty())
    slot.literals.search(std::string_view(folded_), [&](uint32_t ask, bool certain) {
      uint64_t& found_in = found_in_[seat.first_ask + ask];
      if (found_in == run_) return;
      const Predicate& predicate = *lane.asks()[ask].predicate;
      found_in = run_;  // also when it does not hold: the answer would be the same the second time
      if ((certain && !predicate.cased) || holds_for(predicate, value, folded_, scratch_))
        hits.push_back(seat.first_ask + ask);
    });
  if (!slot.whole_numbers.empty()) search_number(seat, slot, value, hits);
  for (const uint32_t ask : slot.scanned)
    if (holds_for(*lane.asks()[ask].predicate, value, folded_, scratch_)) hits.push_back(seat.first_ask + ask);
}

void ValueSearch::search_number(const Track::Seat& seat, const Lane::Slot& slot, const event::Value& value,
                                std::vector<uint32_t>& hits) {
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
    if (*number == seat.lane->asks()[ask].predicate->number) hits.push_back(seat.first_ask + ask);
}

}  // namespace yagura::detect
