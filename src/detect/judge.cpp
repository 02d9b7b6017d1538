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
  hits_.clear();
  if (hit_in_.size() < track.asks()) {
    hit_in_.resize(track.asks());
    answered_in_.resize(track.asks());
  }
  if (woken_in_.size() < track.rules()) woken_in_.resize(track.rules());
}

void Judge::see(const Track::Group& group, bool null, std::span<const uint32_t> hits) {
  for (const SourceId source : group.sources) {
    if (null && source == SourceTable::any_value) continue;  // keywords don't look at nulls
    present_in_[source] = run_;
    if (null) null_in_[source] = run_;
  }
  for (const uint32_t hit : hits) {
    if (hit_in_[hit] == run_) continue;
    hit_in_[hit] = run_;
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
      if (hit_in_[track_->equals()[test.first_equal + i].ask] != run_) return false;
    return true;
  });
}

void Judge::wake(const Track::Seat& seat, uint32_t rule) {
  uint64_t& woken_in = woken_in_[seat.first_rule + rule];
  if (woken_in == run_) return;
  woken_in = run_;
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

void Judge::decide(std::vector<uint32_t>& holds, std::vector<uint32_t>& holds_now, std::vector<Again>& again) {
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
  for (const Again& rule : awake_) {
    const uint32_t index = seats[rule.seat].rules[seats[rule.seat].lane->rules()[rule.rule].index];
    if (index == RuleSet::no_rule) continue;
    lazy_ = false;
    const bool answer = this->holds(rule);
    if (lazy_) again.push_back(rule);
    if (answer) (lazy_ ? holds_now : holds).push_back(index);
  }
}

bool Judge::holds(const Again& rule) {
  const Track::Seat& seat = track_->seats()[rule.seat];
  return eval(seat, seat.lane->rules()[rule.rule].root);
}

bool Judge::asked(const Track::Seat& seat, uint32_t ask) {
  const Lane::Ask& question = seat.lane->asks()[ask];
  if (question.by_value) return hit_in_[seat.first_ask + ask] == run_;
  const SourceId source = seat.lane->slots()[question.slot].source;
  const Predicate& predicate = *question.predicate;
  if (predicate.kind == Kind::exists) return (present_in_[source] == run_) == predicate.expected;
  if (predicate.kind == Kind::null) return present_in_[source] != run_ || null_in_[source] == run_;
  lazy_ = true;
  uint64_t& answered = answered_in_[seat.first_ask + ask];
  if (answered >> 1 != run_) {
    const bool answer = yagura::detect::holds(predicate, view_.values(source),
                                              view_.values(seat.lane->slots()[question.other_slot].source), scratch_);
    answered = run_ << 1 | static_cast<uint64_t>(answer);
  }
  return (answered & 1) != 0;
}

bool Judge::eval(const Track::Seat& seat, uint32_t at) {
  const Lane::Node& node = seat.lane->nodes()[at];
  switch (node.op) {
    case Expr::Op::leaf:
      return asked(seat, node.first);
    case Expr::Op::negate:
      return !eval(seat, node.first);
    case Expr::Op::all:
      for (uint32_t i = 0; i < node.count; ++i)
        if (!eval(seat, node.first + i)) return false;
      return true;
    case Expr::Op::any:
      for (uint32_t i = 0; i < node.count; ++i)
        if (eval(seat, node.first + i)) return true;
      return false;
  }
  return false;
}

}  // namespace yagura::detect
