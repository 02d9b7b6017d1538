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
  /// A piece of what is left of a condition once the classes of the event's values have answered what they can: the
  /// condition compares two fields, say, or asks something that is not asked of every value. A piece stands before its
  /// own pieces.
  struct Step {
    enum Op : uint32_t { rule, ask, negate, all, any };
    uint32_t op : 4;
    uint32_t number : 28;  // rule: index in the set; ask: of the track
    uint32_t size;         // of the piece and all of its own
  };

  /// `view` shows the current event to questions that need its text.
  Judge(const RuleSet& rules, EventView& view, RegexScratch& scratch);

  /// A new event, which goes through this track.
  void begin(const Track& track);

  /// A value of a field of this group, for which these asks of the track hold.
  void see(const Track::Group& group, bool null, std::span<const uint32_t> hits);

  /// After all values were seen: adds the indexes of the rules that hold for every event with such values to `holds`,
  /// those of the others that hold for this event to `holds_now`, and what decides these others to `again`: for each a
  /// step `rule` with what is left of its condition.
  void decide(std::vector<uint32_t>& holds, std::vector<uint32_t>& holds_now, std::vector<Step>& again);

  /// Whether the rest of a condition, `again[at]`, holds for this event. Asks nothing of the values seen.
  bool holds(std::span<const Step> again, size_t at);

 private:
  struct Seen {
    const Track::Group* group;
    bool null;
  };

  /// Numbers that were noted, a bit for each: what is asked most stays in the first-level cache.
  class Noted {
   public:
    void make_room(size_t numbers) {
      if (words_.size() * 64 < numbers) words_.resize((numbers + 63) / 64);
    }
    bool has(uint32_t number) const { return (words_[number / 64] >> number % 64 & 1) != 0; }
    void add(uint32_t number) { words_[number / 64] |= uint64_t{1} << number % 64; }
    void remove(uint32_t number) { words_[number / 64] &= ~(uint64_t{1} << number % 64); }

   private:
    std::vector<uint64_t> words_;
  };

  bool open(uint32_t seat) const;
  void wake(const Track::Seat& seat, uint32_t rule);
  void wake_by_hits();
  enum class Answer : uint8_t { no, yes, open };
  /// The answer that the values seen give to a node; when it stays open, adds what is left of it to `rest`.
  Answer reduce(const Track::Seat& seat, uint32_t node, std::vector<Step>& rest);
  Answer reduce_ask(const Track::Seat& seat, uint32_t ask, std::vector<Step>& rest);
  Answer reduce_several(const Track::Seat& seat, const Lane::Node& node, std::vector<Step>& rest);
  bool asked(uint32_t ask);

  EventView& view_;
  RegexScratch& scratch_;
  const Track* track_ = nullptr;
  uint64_t run_ = 0;                   // number of the current event
  std::vector<uint64_t> present_in_;   // source -> run
  std::vector<uint64_t> null_in_;      // source -> run in which one of its values was null
  std::vector<uint64_t> answered_in_;  // ask of the track -> 2 * run + answer
  std::vector<Seen> seen_;
  std::vector<uint32_t> hits_;  // asks of the track, each once
  Noted hit_;                   // the same
  Noted woken_;                 // rules of the track, within decide()
  std::vector<uint8_t> open_;   // by seat
  struct Awake {
    uint32_t seat;
    uint32_t rule;  // of the lane
  };
  std::vector<Awake> awake_;
};

}  // namespace yagura::detect
