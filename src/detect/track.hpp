// What events with one header go through: the lanes that may take them, side by side, and what these read of which
// field. Made once a header and kept by a matcher.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "detect/admission.hpp"
#include "detect/keyword_filter.hpp"
#include "detect/meter.hpp"
#include "detect/rule_set.hpp"
#include "detect/value_class.hpp"
#include "event/field.hpp"

namespace yagura::detect {

class Track {
 public:
  /// A lane's place in the track. Its asks and rules are counted on from those of the seats before it.
  struct Seat {
    const Lane* lane;
    uint32_t first_ask;
    uint32_t first_rule;
    bool surely;                           // takes every event; else one of its tests must hold
    std::span<const uint32_t> rules = {};  // RuleSet::rules_of the lane
  };

  /// `equal` of a test, asked like a predicate.
  struct Equal {
    uint32_t ask;
    SourceId source;
    const std::vector<std::string>* values;  // folded
  };
  struct Test {
    uint32_t seat;
    const RuleSet::LaneTest* test;
    uint32_t first_equal;  // in equals(), as many as the test has
  };

  struct Reading {
    uint32_t seat;
    const Lane::Slot* slot;
  };

  /// The value that a group saw last, when it is short: many fields repeat themselves.
  struct Last {
    static constexpr size_t bytes_max = 40;
    uint32_t generation = 0;  // of the matcher's classes; 0: none
    ClassId answer = 0;
    uint8_t size = 0;
    bool boolean = false;
    std::array<char, bytes_max> bytes;
  };

  /// Fields that feed the same places: their values are judged alike.
  struct Group {
    uint32_t id = 0;      // among all groups of the matcher
    uint8_t headers = 0;  // bit n: feeds header place n
    bool judged = false;  // read for itself, not only as a part
    bool folds = false;   // somebody looks at the folded text
    Last last;
    std::vector<SourceId> sources;
    std::vector<Reading> readings;
    std::vector<uint32_t> equals;
    std::vector<const RuleSet::LaneTest*> openings;  // tests that any header passes, with a field of this group first
    std::vector<uint32_t> parts;                     // of joined places
    Meter meter{30, 45};
  };

  /// A place whose value is made of others.
  struct Joined {
    const SourceTable::Place* place;
    std::vector<uint32_t> parts;
    uint32_t group;
  };

  /// Places that the header speaks for when no field does; in this order.
  enum Header : uint8_t { channel, provider, computer, event_id };
  static constexpr size_t headers = 4;

  /// `lanes` take every event, those of `tests` the events that pass one; a value that passes the first field of one
  /// of `openings` is told of, no more. Without `keywords` no rule finds any.
  Track(const RuleSet& rules, std::vector<uint32_t> lanes, std::span<const OpenTest> tests,
        std::span<const OpenTest> openings, bool keywords, uint32_t first_group_id);

  /// The group that a field feeds, 0 when nobody reads it. Cost: one load, but for a field met the first time.
  uint32_t group_of(event::FieldId field) {
    const auto at = static_cast<size_t>(field);
    if (at < by_field_.size() && by_field_[at] != unknown) return by_field_[at];
    return find_group(field);
  }
  Group& group(uint32_t index) { return groups_[index]; }
  const Group& group_with_id(uint32_t id) const { return groups_[id - first_group_id_]; }
  size_t groups() const { return groups_.size(); }
  uint32_t next_group_id() const { return first_group_id_ + groups_max; }

  const std::vector<Seat>& seats() const { return seats_; }
  const std::vector<Test>& tests() const { return tests_; }
  const std::vector<Equal>& equals() const { return equals_; }
  const std::vector<Joined>& joined() const { return joined_; }
  /// The group that the raw text feeds where keywords look at it; 0 when no lane has keywords.
  uint32_t text_group() const { return text_group_; }
  /// The group that a header value feeds; 0 when nobody reads it.
  uint32_t header_group(Header header) const { return header_groups_[header]; }
  uint32_t asks() const { return asks_; }
  uint32_t rules() const { return rule_count_; }
  uint32_t parts() const { return static_cast<uint32_t>(parts_.size()); }

  Meter verdicts{10, 20};  // whether remembering verdicts is worth it here
  /// Tells that no keyword stands in a value; null when nothing can.
  std::shared_ptr<const KeywordFilter> keywords;

  static constexpr uint32_t groups_max = 16'384;

 private:
  static constexpr uint16_t unknown = UINT16_MAX;

  bool reads(SourceId source) const;
  void add_place(SourceId source);
  uint32_t part_index(SourceId source);
  uint32_t find_group(event::FieldId field);
  uint32_t group_for(std::vector<SourceId> sources);

  const RuleSet& rules_;
  uint32_t first_group_id_;
  std::vector<Seat> seats_;
  std::vector<Test> tests_;
  std::vector<Equal> equals_;
  std::vector<const RuleSet::LaneTest*> openings_;
  std::vector<Joined> joined_;
  std::vector<SourceId> parts_;
  std::deque<Group> groups_;  // stay in place
  std::vector<bool> read_;    // by source
  std::vector<uint16_t> by_field_;
  uint32_t text_group_ = 0;
  uint32_t header_groups_[headers] = {};
  uint32_t asks_ = 0;
  uint32_t rule_count_ = 0;
};

}  // namespace yagura::detect
