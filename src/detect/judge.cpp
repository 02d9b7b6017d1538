#include "detect/judge.hpp"

#include <algorithm>

namespace yagura::detect {

using Kind = Predicate::Kind;

Judge::Judge(const RuleSet& rules, EventView& view, RegexScratch& scratch)
    : view_(view), scratch_(scratch), present_in_(rules.sources().size()), null_in_(rules.sources().size()) {}

void Judge::begin(const Track& track) {
  track_ = &track;
  ++run_;
  seen_.clear();
  for (const uint32_t hit : hits_) hit_.remove(hit);
  hits_.clear();
  hit_.make_room(track.asks());
  woken_.make_room(track.rules());
  if (answered_in_.size() < track.asks()) answered_in_.resize(track.asks());
}

void Judge::see(const Track::Group& group, bool null, std::span<const uint32_t> hits) {
  for (const SourceId source : group.sources) {
    if (null && source == SourceTable::any_value) continue;  // keywords don't look at nulls
    present_in_[source] = run_;
    if (null) null_in_[source] = run_;
  }
  for (const uint32_t hit : hits) {
    if (hit_.has(hit)) continue;
    hit_.add(hit);
    hits_.push_back(hit);
  }
  seen_.push_back({&group, null});
}

bool Judge::open(uint32_t seat) const {
  if (track_->seats()[seat].surely) return true;
  return std::ranges::any_of(track_->tests(), [&](const Track::Test& test) {
    if (test.seat != seat) return false;
    for (const SourceId source : test.test->present)
      if (present_in_[source] != run_) return false;
    for (size_t i = 0; i < test.test->equal.size(); ++i)
      if (!hit_.has(track_->equals()[test.first_equal + i].ask)) return false;
    return true;
  });
}

void Judge::wake(const Track::Seat& seat, uint32_t rule) {
  if (woken_.has(seat.first_rule + rule)) return;
  woken_.add(seat.first_rule + rule);
  __builtin_prefetch(&seat.lane->rules()[rule]);
  awake_.push_back({static_cast<uint32_t>(&seat - track_->seats().data()), rule});
}

void Judge::wake_by_hits() {
  const auto& seats = track_->seats();
  size_t at = 0;
  for (const uint32_t hit : hits_) {
    // Hits of one value ascend, so the seat is mostly that of the hit before or a later one.
    if (hit < seats[at].first_ask) at = 0;
    while (at + 1 < seats.size() && hit >= seats[at + 1].first_ask) ++at;
    const uint32_t ask = hit - seats[at].first_ask;
    if (!open_[at] || ask >= seats[at].lane->asks().size()) continue;  // past the last seat: a test's
    for (const uint32_t rule : seats[at].lane->woken_by(ask)) wake(seats[at], rule);
  }
}

void Judge::decide(std::vector<uint32_t>& holds, std::vector<uint32_t>& holds_now, std::vector<Step>& again) {
  const auto& seats = track_->seats();
  awake_.clear();
  open_.resize(seats.size());
  for (uint32_t i = 0; i < seats.size(); ++i) {
    open_[i] = open(i) ? 1 : 0;
    if (!open_[i]) continue;
    for (const uint32_t rule : seats[i].lane->always()) wake(seats[i], rule);
  }
  for (const Seen& seen : seen_)
    for (const Track::Reading& reading : seen.group->readings) {
      if (!open_[reading.seat] || (seen.null && reading.slot->source == SourceTable::any_value)) continue;
      for (const uint32_t rule : reading.slot->rules_when_present) wake(seats[reading.seat], rule);
    }
  wake_by_hits();
  for (const Awake& rule : awake_) {
    woken_.remove(seats[rule.seat].first_rule + rule.rule);
    const Lane& lane = *seats[rule.seat].lane;
    const Lane::Node* const root = &lane.nodes()[lane.rules()[rule.rule].root];
    __builtin_prefetch(root);
    __builtin_prefetch(root + 64 / sizeof *root);
  }
  for (const Awake& rule : awake_) {
    const Track::Seat& seat = seats[rule.seat];
    const Lane::LaneRule& known = seat.lane->rules()[rule.rule];
    const uint32_t index = seat.rules[known.index];
    if (index == RuleSet::no_rule) continue;
    const size_t first = again.size();
    again.push_back({Step::rule, index, 0});
    const Answer answer = reduce(seat, known.root, again);
    if (answer == Answer::yes) holds.push_back(index);
    if (answer != Answer::open) {
      again.resize(first);
      continue;
    }
    again[first].size = static_cast<uint32_t>(again.size() - first);
    if (this->holds(again, first + 1)) holds_now.push_back(index);
  }
}

Judge::Answer Judge::reduce(const Track::Seat& seat, uint32_t at, std::vector<Step>& rest) {
  const Lane::Node& node = seat.lane->nodes()[at];
  if (node.op == Expr::Op::leaf) {
    if (node.by_value) return hit_.has(seat.first_ask + node.first) ? Answer::yes : Answer::no;
    return reduce_ask(seat, node.first, rest);
  }
  if (node.op != Expr::Op::negate) return reduce_several(seat, node, rest);
  const size_t first = rest.size();
  rest.push_back({Step::negate, 0, 0});
  const Answer answer = reduce(seat, node.first, rest);
  if (answer == Answer::open) {
    rest[first].size = static_cast<uint32_t>(rest.size() - first);
    return answer;
  }
  rest.resize(first);
  return answer == Answer::yes ? Answer::no : Answer::yes;
}

Judge::Answer Judge::reduce_several(const Track::Seat& seat, const Lane::Node& node, std::vector<Step>& rest) {
  const bool all = node.op == Expr::Op::all;
  const Answer decides = all ? Answer::no : Answer::yes;
  const size_t first = rest.size();
  size_t left = 0;
  rest.push_back({all ? Step::all : Step::any, 0, 0});
  for (uint32_t i = 0; i < node.count; ++i) {
    const Answer answer = reduce(seat, node.first + i, rest);
    if (answer == Answer::open) ++left;
    if (answer != decides) continue;
    rest.resize(first);
    return decides;
  }
  if (left == 0) {
    rest.resize(first);
    return all ? Answer::yes : Answer::no;
  }
  if (left == 1)
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(first));
  else
    rest[first].size = static_cast<uint32_t>(rest.size() - first);
  return Answer::open;
}

Judge::Answer Judge::reduce_ask(const Track::Seat& seat, uint32_t ask, std::vector<Step>& rest) {
  const auto known = [](bool answer) { return answer ? Answer::yes : Answer::no; };
  const Lane::Ask& question = seat.lane->asks()[ask];
  const SourceId source = seat.lane->slots()[question.slot].source;
  const Predicate& predicate = *question.predicate;
  if (predicate.kind == Kind::exists) return known((present_in_[source] == run_) == predicate.expected);
  if (predicate.kind == Kind::null) return known(present_in_[source] != run_ || null_in_[source] == run_);
  rest.push_back({Step::ask, seat.first_ask + ask, 1});
  return Answer::open;
}

bool Judge::asked(uint32_t ask) {
  uint64_t& answered = answered_in_[ask];
  if (answered >> 1 != run_) {
    const auto after = std::ranges::upper_bound(track_->seats(), ask, {}, &Track::Seat::first_ask);
    const Lane& lane = *std::prev(after)->lane;
    const Lane::Ask& question = lane.asks()[ask - std::prev(after)->first_ask];
    const FoldedValues values = view_.values(lane.slots()[question.slot].source);
    const FoldedValues others = view_.values(lane.slots()[question.other_slot].source);
    const bool answer = yagura::detect::holds(*question.predicate, values, others, scratch_);
    answered = run_ << 1 | static_cast<uint64_t>(answer);
  }
  return (answered & 1) != 0;
}

bool Judge::holds(std::span<const Step> again, size_t at) {
  const Step& step = again[at];
  if (step.op == Step::ask) return asked(step.number);
  if (step.op == Step::negate) return !holds(again, at + 1);
  const bool all = step.op == Step::all;
  for (size_t i = at + 1; i < at + step.size; i += again[i].size)
    if (holds(again, i) != all) return !all;
  return all;
}

}  // namespace yagura::detect
