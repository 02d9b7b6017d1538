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

  /// Makes `hits` the asks of the track that hold for this value of the group's field, in ascending order; says
  /// whether the value passes the first field of a test that any header passes (Track::Group::openings).
  bool search(const Track& track, const Track::Group& group, const event::Value& value, std::vector<uint32_t>& hits);

 private:
  /// What is looked at now.
  struct Search {
    const Track& track;
    const Track::Group& group;
    const event::Value& value;
    std::vector<uint32_t>& hits;
  };

  void search_place(const Search& now, const Track::Reading& reading);
  void search_keywords(const Search& now);
  void search_number(const Search& now, const Track::Seat& seat, const Lane::Slot& slot);
  /// Adds an ask of the seat's lane for which a literal was found, if it holds.
  void take(const Search& now, const Track::Seat& seat, uint32_t ask, bool certain);
  std::string_view folded() const { return {folded_.data(), folded_size_}; }

  RegexScratch& scratch_;
  std::string folded_;  // with LiteralIndex::readable_behind more
  size_t folded_size_ = 0;
  uint64_t run_ = 0;                // number of the current value
  std::vector<uint64_t> found_in_;  // ask of the track -> run in which it was found
};

}  // namespace yagura::detect
