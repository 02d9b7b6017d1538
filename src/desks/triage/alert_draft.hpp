// Findings folded into alerts, before anything is written: which alert a finding belongs to, what is kept
// of it, and what the alert's fields become.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "detect/finding.hpp"
#include "ledger/record.hpp"

namespace yagura::desks::triage {

// An alert keeps the first findings as evidence and counts the others; each is in the lake in full.
constexpr size_t evidence_max = 20;
constexpr size_t evidence_fields_max = 24;
constexpr size_t evidence_events_max = 50;  // of one finding of a correlation, the newest; each is in the lake
constexpr size_t evidence_value_bytes_max = 512;
constexpr size_t evidence_bytes_max = 256 << 10;
constexpr size_t alert_text_bytes_max = 480;  // title, host, user: what is longer is cut

/// The same rule on the same host and user: a SHA-256 over rule id, host and user, the two latter without
/// regard to ASCII case. Of a correlation: over its id and group.
std::string entity_key(const detect::Finding& finding);

/// One line of valid UTF-8 without control characters, at most `bytes_max` long, cut between code points.
std::string one_line(std::string_view text, size_t bytes_max = alert_text_bytes_max);

/// An alert that exists or is about to.
class AlertDraft {
 public:
  explicit AlertDraft(const detect::Finding& finding);
  explicit AlertDraft(ledger::Record alert);

  /// Whether a finding of the same entity at `time` lies within `window_ns` of what the alert has seen.
  bool reaches(Timestamp time, int64_t window_ns) const;
  void add(const detect::Finding& finding);

  bool changed() const { return !added_.empty(); }
  /// The findings that came by add(), in that order.
  const std::vector<const detect::Finding*>& added() const { return added_; }
  const std::optional<ledger::Record>& stored() const { return stored_; }  // empty: a new alert
  Timestamp last_seen() const { return last_seen_; }

  /// The fields that findings decide: times, counts, evidence; for a new alert its description too.
  boost::json::object fields() const;

 private:
  std::optional<ledger::Record> stored_;
  const detect::Finding* first_ = nullptr;
  Timestamp first_seen_;
  Timestamp last_seen_;
  int64_t findings_ = 0;
  std::vector<const detect::Finding*> added_;
  int64_t omitted_ = 0;
  size_t evidence_bytes_ = 0;
  boost::json::array evidence_;
};

}  // namespace yagura::desks::triage
