#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/counters.hpp"
#include "detect/event_view.hpp"
#include "detect/finding.hpp"
#include "detect/judge.hpp"
#include "detect/keyword_filter.hpp"
#include "detect/matcher_options.hpp"
#include "detect/memo_table.hpp"
#include "detect/memo_use.hpp"
#include "detect/rule_set.hpp"
#include "detect/track.hpp"
#include "detect/value_class.hpp"
#include "detect/value_search.hpp"
#include "event/batch.hpp"

namespace yagura::detect {

/// Indexes into the rule set and the batch.
struct Match {
  uint32_t rule;
  uint32_t event;

  auto operator<=>(const Match&) const = default;
};

/// One detection item that held, for a person who asks why a rule fired.
struct Evidence {
  std::string selection;  // the search identifier
  std::string item;       // "CommandLine|contains"
  std::string expected;   // the rule's value
  std::string value;      // the event's; empty for a field that is missing
};

/// Matches batches against a set. One a thread; the set is shared.
///
/// An event's values are classified (what holds for this value?), then the classes together decide the rules. Both
/// answers are remembered as long as that pays.
class Matcher {
 public:
  /// `counters`, when given, must outlive the matcher: detect.regex_limit counts searches given up, detect.memo_* how
  /// the memories of values and of verdicts are used.
  explicit Matcher(std::shared_ptr<const RuleSet> rules, Counters* counters = nullptr, MatcherOptions options = {});

  /// Adds what holds to `matches`, by event and then by rule; each pair once.
  void match(const event::Batch& batch, std::vector<Match>& matches);

  /// The finding of a match: the event's coordinates and the fields that the rule read.
  Finding make_finding(const Match& match, const event::Batch& batch, std::string_view event_uid);

  /// Which detection items held, in the order of the rule. Cost: a slow evaluation of one rule.
  std::vector<Evidence> explain(const Match& match, const event::Batch& batch);

  const RuleSet& rules() const { return *rules_; }

 private:
  /// What is known of a header.
  struct Known {
    std::string channel;
    std::string provider;
    std::string_view format;
    int64_t event_id;
    Admission admission;             // tests: those that depend on the header
    std::vector<OpenTest> openings;  // tests that any header passes
    Track* track;
    Track* quiet = nullptr;  // for events of whose text `keywords` says that no keyword stands in it; may be null
    std::shared_ptr<const KeywordFilter> keywords;
  };
  using TrackKey = std::tuple<std::vector<uint32_t>, std::vector<const RuleSet::LaneTest*>, bool>;

  Known& known_for(const event::Event& event);
  Known& remember(const event::Event& event, uint64_t hash);
  /// What tells from a text that no rule of these lanes finds a keyword in it; null when nothing can.
  std::shared_ptr<const KeywordFilter> keywords_of(std::vector<uint32_t> lanes);
  Track* track_for(std::vector<uint32_t> lanes, const std::vector<OpenTest>& tests, std::span<const OpenTest> openings,
                   bool keywords = true);
  void forget_headers();
  void forget_values();

  /// Asks the event's JSON text where looking at every value would cost more.
  static bool says_no_keyword(const Known& known, const event::Batch& batch, const event::Event& event);
  void match_event(const event::Batch& batch, const event::Event& event);
  /// Classifies every value that the track reads into signature_, or into judge_ when `remember` is false. True when a
  /// value opens lanes.
  bool classify(Track& track, const event::Batch& batch, const event::Event& event, bool remember);
  void feed(Track& track, uint32_t group, const event::Value& value, bool remember);
  void feed_header(Track& track, Track::Header header, const event::Value& value, bool remember);
  void feed_joined(Track& track, bool remember);
  ClassId class_of(Track& track, Track::Group& group, const event::Value& value);
  ClassId remembered_class(Track& track, Track::Group& group, const event::Value& value);
  ClassId search(const Track& track, const Track::Group& group, const event::Value& value);
  void decide_by_memo(Track& track);
  void show_signature(const Track& track);
  /// Adds the rules whose rest of a condition (again_) holds for this event.
  void decide_again();
  Track* opened_track(const Known& known);
  bool passes(const RuleSet::LaneTest& test);

  void tell_counters();
  /// The lane by which a rule holds for the event that view_ reads; null when it holds by none.
  const Lane* lane_of(uint32_t rule, const event::Event& event);
  bool holds_by(const Lane& lane, const Rule& rule, const Expr& expr);
  FoldedValues values_for(const Lane& lane, const std::string& field);

  std::shared_ptr<const RuleSet> rules_;
  MatcherOptions options_;
  EventView view_;
  RegexScratch scratch_;
  ValueSearch search_;
  Judge judge_;
  std::atomic<uint64_t>* given_up_ = nullptr;
  uint64_t given_up_counted_ = 0;

  std::unordered_multimap<uint64_t, Known> known_;
  std::array<Known*, 256> recent_{};  // by hash
  std::map<TrackKey, std::unique_ptr<Track>> tracks_;
  std::map<std::vector<uint32_t>, std::shared_ptr<const KeywordFilter>> filters_;  // by lanes
  uint32_t next_group_id_ = 0;

  uint32_t generation_ = 1;  // of the classes
  ValueClasses classes_;
  MemoTable values_;
  MemoTable verdicts_;
  MemoUse value_use_;
  MemoUse verdict_use_;

  // Of the current event.
  uint64_t event_number_ = 0;
  uint8_t headers_fed_ = 0;
  bool opens_ = false;
  std::vector<event::Value> parts_;  // first values of parts of joined places
  std::vector<uint64_t> part_in_;    // part -> event in which it was seen
  std::string joined_;
  std::string event_id_text_;
  std::vector<ClassId> signature_;
  std::vector<uint32_t> hits_;
  std::vector<uint32_t> found_;  // rules that hold
  std::vector<uint32_t> found_now_;
  std::vector<Judge::Step> again_;
};

}  // namespace yagura::detect
