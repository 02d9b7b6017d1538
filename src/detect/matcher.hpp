#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/counters.hpp"
#include "detect/event_view.hpp"
#include "detect/finding.hpp"
#include "detect/rule_set.hpp"
#include "event/batch.hpp"

namespace yagura::detect {

/// Indexes into the rule set and the batch.
struct Match {
  uint32_t rule;
  uint32_t event;

  auto operator<=>(const Match&) const = default;
};

/// Channels seen so far that lanes are remembered for; past it the memory starts anew.
constexpr size_t remembered_routes_max = 4096;

/// One detection item that held, for a person who asks why a rule fired.
struct Evidence {
  std::string selection;  // the search identifier
  std::string item;       // "CommandLine|contains"
  std::string expected;   // the rule's value
  std::string value;      // the event's; empty for a field that is missing
};

/// Matches batches against a set. One a thread; the set is shared.
class Matcher {
 public:
  /// `counters`, when given, must outlive the matcher: detect.regex_limit counts searches given up.
  explicit Matcher(std::shared_ptr<const RuleSet> rules, Counters* counters = nullptr);

  /// Adds what holds to `matches`, by event and then by rule; each pair once.
  void match(const event::Batch& batch, std::vector<Match>& matches);

  /// The finding of a match: the event's coordinates and the fields that the rule read.
  Finding make_finding(const Match& match, const event::Batch& batch, std::string_view event_uid);

  /// Which detection items held, in the order of the rule. Cost: a slow evaluation of one rule.
  std::vector<Evidence> explain(const Match& match, const event::Batch& batch);

  const RuleSet& rules() const { return *rules_; }

 private:
  /// What the header of an event decides: lanes that take it, and tests that its fields must pass, by one
  /// field that each of them needs (most events have none of these fields).
  struct FieldTest {
    uint32_t lane;
    const RuleSet::LaneTest* test;
  };
  struct Known {
    std::string channel;
    std::string provider;
    std::string_view format;
    int64_t event_id;
    std::vector<uint32_t> lanes;
    std::vector<std::pair<SourceId, std::vector<FieldTest>>> tests;
  };

  const Known& known_for(const event::Event& event);
  Known find_lanes(const event::Event& event) const;
  /// The lanes of the event that view_ reads, into lanes_.
  void choose_lanes(const event::Event& event);
  bool passes(const RuleSet::LaneTest& test);
  void run(const Lane& lane);
  void search(const Lane& lane, const Lane::Slot& slot, FoldedValues values);
  void search_number(const Lane& lane, const Lane::Slot& slot, const event::Value& value);
  void hit(const Lane& lane, uint32_t ask);
  void wake(uint32_t lane_rule);
  bool eval(const Lane& lane, uint32_t node);
  bool asked(const Lane& lane, uint32_t ask);
  void count_given_up();
  /// The lane by which a rule holds for the event that view_ reads; null when it holds by none.
  const Lane* lane_of(uint32_t rule, const event::Event& event);
  FoldedValues values_for(const Lane& lane, const std::string& field);

  std::shared_ptr<const RuleSet> rules_;
  EventView view_;
  RegexScratch scratch_;
  std::atomic<uint64_t>* given_up_ = nullptr;
  uint64_t given_up_counted_ = 0;
  std::unordered_multimap<uint64_t, Known> known_;
  uint64_t run_ = 0;                   // number of the current (event, lane)
  std::vector<uint64_t> hit_in_;       // ask -> run in which it was found
  std::vector<uint64_t> answered_in_;  // ask -> 2 * run + answer
  std::vector<uint64_t> woken_in_;     // lane rule -> run
  std::vector<uint32_t> awake_;
  std::vector<uint32_t> lanes_;  // of the current event
  std::vector<uint32_t> found_;  // rules that hold for the current event
};

}  // namespace yagura::detect
