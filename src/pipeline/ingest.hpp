// One batch of events from its source to "stored": detection, the lake, findings. Whoever acknowledges a
// source (HTTP 200, file checkpoint) does so only after take() gave a receipt.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "base/counters.hpp"
#include "base/result.hpp"
#include "detect/finding.hpp"
#include "event/batch.hpp"
#include "pipeline/correlator.hpp"
#include "pipeline/event_sink.hpp"
#include "pipeline/indicator_watch.hpp"

namespace yagura::detect {
class RuleSet;
}  // namespace yagura::detect
namespace yagura::lake {
class EventStore;
}  // namespace yagura::lake

namespace yagura::pipeline {

/// The rule set in force; asked once a batch, so a new set takes effect at the next batch.
using RuleSource = std::function<std::shared_ptr<const detect::RuleSet>()>;

/// Records findings; must be idempotent by finding id, since a batch may be taken twice after a failure.
using FindingSink = std::function<Status(std::span<const detect::Finding>)>;

struct Receipt {
  uint64_t events = 0;
  uint64_t dirty = 0;  // events marked with any dirt
  uint64_t findings = 0;
};

/// What was found in events, before they are stored: it stays with them until then, so that no retry judges them again.
struct Judgement {
  std::vector<detect::Finding> findings;            // of rules and indicators
  std::vector<detect::correlation::Offers> offers;  // to correlations: one for each rule set that judged
  uint64_t indicator_matches = 0;

  /// Nothing that anybody waits for.
  bool empty() const { return findings.empty() && offers.empty(); }
};

/// Thread-safe.
class Ingest {
 public:
  /// `correlator`, when given, outlives it; without one the rules' correlations find nothing.
  Ingest(lake::EventStore& store, RuleSource rules, FindingSink findings, Counters& counters,
         Correlator* correlator = nullptr);
  Ingest(std::unique_ptr<EventSink> store, RuleSource rules, FindingSink findings, Counters& counters,
         Correlator* correlator = nullptr);
  ~Ingest();

  /// Looks for indicators too, from now on. Call it before the first take().
  void watch_for(std::shared_ptr<const detect::FieldClasses> classes, detect::IndicatorSource indicators);

  /// Stores `batch` and records what rules and indicators find in it. `source_token` names the input that the batch's
  /// offsets count in: the same token and offsets are the same events, stored once however often they are
  /// taken. On failure nothing may be acknowledged; take the same events again. Whenever an earlier try of any of
  /// them may have come through (a failure, a source that goes on after a crash, a request sent again) the attempt
  /// is Attempt::again: it asks the lake first what it has. Thread-safe.
  Result<Receipt> take(const event::Batch& batch, std::string_view source_token, lake::Attempt attempt);

  /// The two halves of take(), for whoever gathers events before they are stored. judge() adds to `into` what the rule
  /// set in force finds in `batch`, once for each event; store() takes the same events, in one batch or more joined,
  /// with all that was judged of them, and may be tried again as take() says. Events keep their offsets in between.
  void judge(const event::Batch& batch, std::string_view source_token, Judgement& into);
  Result<Receipt> store(const event::Batch& batch, const Judgement& judged, std::string_view source_token,
                        lake::Attempt attempt);

  /// Records what correlations found before the program ended, if that may have been in vain. Once, at the start.
  Status record_pending();

 private:
  class Lease;
  struct Worker;

  /// What correlations make of the offers; on failure whatever was handed out is waiting again.
  Result<std::vector<detect::Finding>> correlate(const std::vector<detect::correlation::Offers>& offers);
  Status record(std::vector<detect::Finding> findings, const std::vector<detect::Finding>& correlated);

  std::unique_ptr<EventSink> store_;
  RuleSource rules_;
  FindingSink findings_;
  Counters& counters_;
  std::unique_ptr<IndicatorWatch> indicators_;  // null: nobody asked for it
  Correlator* correlator_;
  std::mutex mutex_;                               // guards what follows
  std::shared_ptr<const detect::RuleSet> in_use_;  // the newest that anybody judged by
  std::vector<std::unique_ptr<Worker>> idle_;      // of that set; they keep scratch memory worth reusing
};

}  // namespace yagura::pipeline
