#include "detect/correlation/live_group.hpp"

#include <algorithm>
#include <bit>

namespace yagura::detect::correlation {
namespace {

/// How far the window's beginning is looked for step by step before it is searched.
constexpr size_t steps_max = 16;

}  // namespace

Added LiveGroup::add(const Terms& terms, const Occurrence& occurrence, std::vector<Hold>& holds) {
  Added added;
  forget(terms, occurrence.arrival);
  last_arrival_ = std::max(last_arrival_, occurrence.arrival);
  const Definition& definition = *terms.definition;
  added.late = !ring_.empty() && occurrence.time < ring_.back().time;
  added.too_late = forgotten_ > occurrence.time - definition.timespan_ns;
  if (!place(terms, occurrence, added)) {
    added.repeated = true;
    return added;
  }
  const int64_t last_end = occurrence.time + definition.timespan_ns;  // exclusive
  for (size_t at = ring_.after(occurrence.time); at > 0;) {
    const int64_t end = ring_[at - 1].time;
    if (end >= last_end) break;
    const bool resting = !definition.asks_share() && rests(terms, end);
    if (!resting || terms.tells_holding) {
      seek(end, end - definition.timespan_ns);
      const Occurrence& newest = ring_[high_ - 1];
      const Measured measured = window_.measure(high_ - low_, end - definition.timespan_ns, newest);
      if (measured.holds) {
        Hold hold{end, false, measured.value, high_ - low_, ring_[low_].time, {}};
        if (!resting && !rests(terms, end)) fire(terms, end, occurrence.arrival, hold);
        if (hold.fired || terms.tells_holding) holds.push_back(std::move(hold));
      }
    }
    if (at == ring_.size()) break;
    at = ring_.after(ring_[at].time);
  }
  return added;
}

void LiveGroup::forget(const Terms& terms, uint32_t now) {
  while (!ring_.empty() && uint64_t{ring_.front().arrival} + terms.keep_seconds < now) drop_oldest();
  if (now != last_arrival_)
    std::erase_if(fires_, [&](const Fire& fire) { return uint64_t{fire.arrival} + terms.keep_seconds < now; });
}

void LiveGroup::drop_oldest() {
  forgotten_ = std::max(forgotten_, ring_.front().time);
  if (low_ > 0) {
    --low_;
    --high_;
  } else if (high_ > 0) {
    window_.remove(ring_.front());
    --high_;
    stale_ = stale_ || window_.in_order_only();
  }
  ring_.pop_front();
}

/// False when it stands there already.
bool LiveGroup::place(const Terms& terms, const Occurrence& occurrence, Added& added) {
  size_t at = ring_.empty() || occurrence.time >= ring_.back().time ? ring_.size() : ring_.after(occurrence.time);
  for (size_t same = at; same > 0 && ring_[same - 1].time == occurrence.time; --same)
    if (ring_[same - 1].uid == occurrence.uid) return join(terms, same - 1, occurrence);
  while (ring_.size() >= occurrences_per_group_max) {
    drop_oldest();
    ++added.dropped;
    at = at > 0 ? at - 1 : 0;
  }
  ring_.insert(at, occurrence);
  if (at < low_) {
    ++low_;
    ++high_;
  } else if (at < high_) {
    ++high_;
    if (window_.in_order_only())
      stale_ = true;
    else
      window_.add(occurrence);
  }
  return true;
}

/// The same event again: of a temporal one it may have matched another rule.
bool LiveGroup::join(const Terms& terms, size_t at, const Occurrence& occurrence) {
  Occurrence& known = ring_[at];
  if (!is_temporal(terms.definition->type) || (occurrence.value & ~known.value) == 0) return false;
  const bool inside = at >= low_ && at < high_;
  if (inside) window_.remove(known);
  known.value |= occurrence.value;
  if (inside && !window_.in_order_only()) window_.add(known);
  stale_ = stale_ || (inside && window_.in_order_only());
  return true;
}

/// Makes the window that of (start, end].
void LiveGroup::seek(int64_t end, int64_t start) {
  const size_t high = end == ring_.back().time ? ring_.size() : ring_.after(end);
  size_t low = low_;
  size_t steps = 0;
  if (low > high || (low > 0 && ring_[low - 1].time > start)) {
    low = ring_.after(start);
  } else {
    while (low < high && ring_[low].time <= start && steps++ < steps_max) ++low;
    if (low < high && ring_[low].time <= start) low = ring_.after(start);
  }
  if (window_.counts_only()) {
    low_ = low;
    high_ = high;
    return;
  }
  const auto apart = [](size_t a, size_t b) { return a < b ? b - a : a - b; };
  const bool back = low < low_ || high < high_;
  const size_t cost = apart(low, low_) + apart(high, high_);
  if (stale_ || low >= high_ || high <= low_ || (back && window_.in_order_only()) || cost > high - low)
    refill(low, high);
  else
    move(low, high);
}

void LiveGroup::move(size_t low, size_t high) {
  while (high_ < high) window_.add(ring_[high_++]);
  while (low_ > low) window_.add(ring_[--low_]);
  while (low_ < low) window_.remove(ring_[low_++]);
  while (high_ > high) window_.remove(ring_[--high_]);
}

void LiveGroup::refill(size_t low, size_t high) {
  window_.clear();
  for (size_t at = low; at < high; ++at) window_.add(ring_[at]);
  low_ = low;
  high_ = high;
  stale_ = false;
}

/// Whether a window that fired shares events with the one that ends at `end`. A share is of one value: each rests for
/// itself. The window must be that of `end` then.
bool LiveGroup::rests(const Terms& terms, int64_t end) const {
  const Definition& definition = *terms.definition;
  const int64_t span = definition.timespan_ns;
  const auto first = std::ranges::upper_bound(fires_, end - span, {}, &Fire::end);
  for (auto it = first; it != fires_.end() && it->end < end + span; ++it)
    if (!definition.asks_share() || it->value == ring_[high_ - 1].value) return true;
  return false;
}

void LiveGroup::fire(const Terms& terms, int64_t end, uint32_t arrival, Hold& hold) {
  hold.fired = true;
  if (fires_.size() >= fires_per_group_max) fires_.erase(fires_.begin());
  const uint64_t value = terms.definition->asks_share() ? ring_[high_ - 1].value : 0;
  fires_.insert(std::ranges::upper_bound(fires_, end, {}, &Fire::end), {end, arrival, value});
  collect_evidence(*terms.definition, hold.evidence);
}

/// The newest of the window; of rules the newest event of each in any case.
void LiveGroup::collect_evidence(const Definition& definition, std::vector<Uid>& out) const {
  const bool rules = is_temporal(definition.type);
  std::vector<size_t> firsts;  // going back in time
  uint64_t seen = 0;
  for (size_t at = high_; rules && at-- > low_;) {
    if ((ring_[at].value & ~seen) != 0) firsts.push_back(at);
    seen |= ring_[at].value;
  }
  size_t room = evidence_max - std::min(evidence_max, firsts.size());
  auto first = firsts.begin();
  for (size_t at = high_; at-- > low_ && (room > 0 || first != firsts.end());) {
    if (first != firsts.end() && *first == at)
      ++first;
    else if (room == 0)
      continue;
    else
      --room;
    out.push_back(ring_[at].uid);
  }
  std::ranges::reverse(out);
}

void LiveGroup::restore(const Occurrence& occurrence) {
  ring_.insert(ring_.size(), occurrence);
}

}  // namespace yagura::detect::correlation
