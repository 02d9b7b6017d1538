#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "detect/predicate.hpp"
#include "detect/track.hpp"
#include "event/value.hpp"

namespace yagura::detect {

/// Finds out which questions of a track's lanes hold for a value. One a thread.
class ValueSearch {
 public:
  explicit ValueSearch(RegexScratch& scratch) : scratch_(scratch) {}

  /// Adds the asks of the track that hold for this value of the group's field to `hits`, in ascending order; says
  /// whether the value passes the first field of a test that any header passes (Track::Group::openings).
  bool search(const Track& track, const Track::Group& group, const event::Value& value, std::vector<uint32_t>& hits);

 private:
  void search_slot(const Track::Seat& seat, const Lane::Slot& slot, const event::Value& value,
                   std::vector<uint32_t>& hits);
  void search_number(const Track::Seat& seat, const Lane::Slot& slot, const event::Value& value,
                     std::vector<uint32_t>& hits);

  RegexScratch& scratch_;
  std::string folded_;
  uint64_t run_ = 0;                // number of the current value
  std::vector<uint64_t> found_in_;  // ask of the track -> run in which it was found
};

}  // namespace yagura::detect
