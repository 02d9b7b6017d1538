#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "detect/event_view.hpp"
#include "detect/track.hpp"

namespace yagura::detect {

/// Tells which rules hold for an event, from what holds for its values. One a thread.
class Judge {
 public:
  /// A rule whose answer does not follow from the classes of the event's values alone: it compares two fields, or its
  /// condition asked something that is not asked of every value.
  struct Again {
    uint32_t seat;
    uint32_t rule;  // of the lane
  };

  /// `view` shows the current event to questions that need its text.
  Judge(const RuleSet& rules, EventView& view, RegexScratch& scratch);

  /// A new event, which goes through this track.
  void begin(const Track& track);

  /// A value of a field of this group, for which these asks of the track hold.
  void see(const Track::Group& group, bool null, std::span<const uint32_t> hits);

  /// After all values were seen: adds the indexes of the rules that hold for every event with such values to `holds`,
  /// those of the others that hold for this event to `holds_now`, and the others themselves to `again`.
  void decide(std::vector<uint32_t>& holds, std::vector<uint32_t>& holds_now, std::vector<Again>& again);

  /// After all values were seen: whether the rule holds for this event.
  bool holds(const Again& rule);

 private:
  struct Seen {
    const Track::Group* group;
    bool null;
  };

  bool open(uint32_t seat) const;
  void wake(const Track::Seat& seat, uint32_t rule);
  void wake_by_hits();
  bool eval(const Track::Seat& seat, uint32_t node);
  bool asked(const Track::Seat& seat, uint32_t ask);

  EventView& view_;
  RegexScratch& scratch_;
  const Track* track_ = nullptr;
  uint64_t run_ = 0;  // number of the current event
  bool lazy_ = false;
  std::vector<uint64_t> present_in_;   // source -> run
  std::vector<uint64_t> null_in_;      // source -> run in which one of its values was null
  std::vector<uint64_t> hit_in_;       // ask of the track -> run
  std::vector<uint64_t> answered_in_;  // ask of the track -> 2 * run + answer
  std::vector<uint64_t> woken_in_;     // rule of the track -> run
  std::vector<Seen> seen_;
  std::vector<uint32_t> hits_;
  std::vector<uint8_t> open_;  // by seat
  std::vector<Again> awake_;
};

}  // namespace yagura::detect
