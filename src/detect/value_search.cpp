#include "detect/value_search.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "detect/fold.hpp"

namespace yagura::detect {
namespace {

/// Sorts numbers that differ. A few of them are counted rather than compared: no branch that could be guessed wrong.
void put_in_order(std::vector<uint32_t>& numbers) {
  constexpr size_t few = 96;
  if (numbers.size() > few) {
    std::ranges::sort(numbers);
    return;
  }
  std::array<uint32_t, few> before{};
  std::ranges::copy(numbers, before.begin());
  const size_t count = numbers.size();
  for (size_t i = 0; i < count; ++i) {
    const uint32_t number = before[i];
    uint32_t smaller = 0;
    for (size_t other = 0; other < count; ++other) smaller += before[other] < number ? 1 : 0;
    numbers[smaller] = number;
  }
}

}  // namespace

bool ValueSearch::search(const Track& track, const Track::Group& group, const event::Value& value,
                         std::vector<uint32_t>& hits) {
  if (found_in_.size() < track.asks()) found_in_.resize(track.asks());
  ++run_;
  hits.clear();
  folded_size_ = 0;
  if (group.folds) {
    fold_case(value.text, folded_);
    folded_size_ = folded_.size();
    folded_.append(LiteralIndex::readable_behind, '\0');
  }
  if (!value.is_null()) {
    const Search now{track, group, value, hits};
    for (const Track::Reading& reading : group.readings)
      if (reading.slot->source != SourceTable::any_value) search_place(now, reading);
    search_keywords(now);
  }
  for (const uint32_t index : group.equals) {
    const Track::Equal& equal = track.equals()[index];
    if (std::ranges::find(*equal.values, folded()) != equal.values->end()) hits.push_back(equal.ask);
  }
  put_in_order(hits);
  return std::ranges::any_of(group.openings, [&](const RuleSet::LaneTest* test) {
    return test->equal.empty() ||
           std::ranges::find(*test->equal.front().second, folded()) != test->equal.front().second->end();
  });
}

void ValueSearch::search_place(const Search& now, const Track::Reading& reading) {
  const Track::Seat& seat = now.track.seats()[reading.seat];
  const Lane::Slot& slot = *reading.slot;
  if (!slot.literals.empty())
    slot.literals.search(folded(), [&](uint32_t ask, bool certain) { take(now, seat, ask, certain); });
  if (!slot.whole_numbers.empty()) search_number(now, seat, slot);
  for (const uint32_t ask : slot.scanned) take(now, seat, ask, false);
}

void ValueSearch::search_keywords(const Search& now) {
  bool asked = false;
  for (const Track::Reading& reading : now.group.readings) {
    if (reading.slot->source != SourceTable::any_value) continue;
    // Looking for all keywords at once, roughly, costs less than looking for those of one lane.
    if (!asked && now.track.keywords && !now.track.keywords->may_hold(folded())) return;
    asked = true;
    search_place(now, reading);
  }
}

void ValueSearch::take(const Search& now, const Track::Seat& seat, uint32_t ask, bool certain) {
  uint64_t& found_in = found_in_[seat.first_ask + ask];
  if (found_in == run_) return;
  found_in = run_;  // also when it does not hold: the answer would be the same the second time
  if (certain || holds_for(*seat.lane->asks()[ask].predicate, now.value, folded(), scratch_))
    now.hits.push_back(seat.first_ask + ask);
}

void ValueSearch::search_number(const Search& now, const Track::Seat& seat, const Lane::Slot& slot) {
  if (now.value.kind == event::Kind::boolean) return;
  const auto number = parse_number(now.value.text);
  if (!number) return;
  uint64_t magnitude = number->magnitude;
  if (!number->whole) {
    constexpr double whole_max = 18446744073709551615.0;
    if (std::fabs(number->real) >= whole_max) return;
    magnitude = static_cast<uint64_t>(std::fabs(number->real));
  }
  const auto found = slot.whole_numbers.find(magnitude);
  if (found == slot.whole_numbers.end()) return;
  for (const uint32_t ask : found->second) {
    uint64_t& found_in = found_in_[seat.first_ask + ask];
    if (found_in == run_ || *number != seat.lane->asks()[ask].predicate->number) continue;
    found_in = run_;
    now.hits.push_back(seat.first_ask + ask);
  }
}

}  // namespace yagura::detect
