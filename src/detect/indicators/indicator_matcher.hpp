#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/counters.hpp"
#include "detect/finding.hpp"
#include "detect/indicators/field_classes.hpp"
#include "detect/indicators/field_shapes.hpp"
#include "detect/indicators/observe.hpp"
#include "detect/indicators/snapshot.hpp"
#include "detect/indicators/value_memo.hpp"
#include "event/batch.hpp"

namespace yagura::detect {

/// An indicator that an event holds, with everybody who lists it and whose word is valid then.
struct IndicatorMatch {
  uint32_t event = 0;  // of the batch
  event::FieldId field{};
  std::string found;  // the field's value
  IndicatorType type = IndicatorType::ip;
  std::string value;                // in its normal form, for people
  std::vector<Listing> listings{};  // the surest first, then by source
};

/// Values that are looked at together, so that they wait for memory together.
constexpr size_t looks_together = 256;

struct IndicatorMatchOptions {
  bool any_time = false;  // validity is not asked: old evidence against a young list
};

/// Looks for the indicators of a snapshot in the events of batches. One a thread; snapshot and classes are shared.
///
/// Validity is asked of the event's own time: what was bad last year is found in last year's logs and not in today's.
class IndicatorMatcher {
 public:
  explicit IndicatorMatcher(std::shared_ptr<const FieldClasses> classes, IndicatorMatchOptions options = {});

  /// Adds what holds to `matches`, by event; each value once an event, in the first field that has it. A snapshot may
  /// be another each time.
  void match(const event::Batch& batch, const std::shared_ptr<const Snapshot>& snapshot,
             std::vector<IndicatorMatch>& matches);

 private:
  struct Look {  // one value of one field
    std::string_view value;
    uint64_t memo_key;
    uint32_t event;
    event::FieldId field;
    uint32_t first_probe;
    uint32_t probes;
    FieldHolds holds;
  };
  struct Candidate {  // a probe that the filter did not refuse
    uint32_t look;
    uint32_t probe;
  };
  /// Parts of a URL that stand in several fields.
  struct UrlParts {
    std::string_view host, path, query;
    event::FieldId field{};
  };

  void look(uint32_t event, event::FieldId field, FieldHolds holds, std::string_view value) {
    __builtin_prefetch(value.data());
    __builtin_prefetch(value.data() + value.size() - 1);
    looks_.push_back({value, 0, event, field, 0, 0, holds});
  }
  /// Takes the values of an event that are worth it.
  void look_at(uint32_t index, const event::Batch& batch, const event::Event& event);
  void look_at_parts(uint32_t event, const UrlParts& parts);
  /// Answers what waits.
  void settle();
  void ask_the_filter();
  void ask_the_parts();
  bool confirm(const Look& look, const Observer::Probe& probe);

  std::shared_ptr<const FieldClasses> classes_;
  FieldShapes shapes_;
  IndicatorMatchOptions options_;
  bool urls_ = false;  // there are such indicators
  std::shared_ptr<const Snapshot> snapshot_;
  Observer observer_;
  ValueMemo memo_;
  std::vector<Look> looks_;
  std::vector<Observer::Probe> probes_;
  std::vector<Candidate> candidates_;
  std::vector<Snapshot::Standing> standing_;
  std::deque<std::string> made_;  // URLs put together, as long as their looks wait
  const event::Batch* batch_ = nullptr;
  std::vector<IndicatorMatch>* matches_ = nullptr;
};

/// What triage is told. The level is the highest that a listing's confidence gives; sources whose listing is TLP:RED
/// are not named, since more people read alerts than may read those.
Finding make_finding(const IndicatorMatch& match, const event::Batch& batch, std::string_view event_uid);

}  // namespace yagura::detect
