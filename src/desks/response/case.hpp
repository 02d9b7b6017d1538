// What people hand to the response desk about a case. Texts may be "unknown" (不明) where the record type
// allows it; an empty member leaves the field as it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace yagura::desks::response {

/// A report that somebody typed in: from inside, from outside, on paper, by telephone.
struct Intake {
  std::string title;
  std::string summary;
  std::string origin;   // "internal_report" or "external_report"
  std::string channel;  // "mail", "phone", "web", "other", "monitoring"; may be empty
  std::string reporter;
  std::string reporter_contact;
  std::string occurred_at;  // RFC 3339 or unknown
  std::string detected_at;
  std::vector<std::string> hosts;
  std::vector<std::string> users;
};

/// The decision on class and priority. Without `class_id` the criteria decide; with one that differs from
/// theirs the judgement departs from the criteria, which needs its reason and goes back to governance.
struct Judgement {
  std::string attack_type;
  std::string progress;
  std::string importance;
  std::string class_id;
  int64_t priority = 0;  // 0: that of the criteria
  std::string reason;
};

/// What the analysis brought to light.
struct Analysis {
  std::string summary;
  std::string picture;
  std::string cause;
  std::string leak;  // "none", "suspected", "confirmed" or unknown
  std::string direct_impact;
  std::optional<int64_t> direct_cost;  // in whole units of `cost_currency`
  bool direct_cost_unknown = false;
  std::string cost_currency;  // ISO 4217; JPY when a cost is given without one
  std::string indirect_impact;
  std::string occurred_at;
  std::string detected_at;
  std::string contained_at;
  std::string recovered_at;
  std::string title;  // of the incident, when the first one misleads
};

struct Measure {
  std::string kind;  // "interim" or "lasting"
  std::string what;
  std::string owner;
  std::string due;  // "2026-12-31"; may be empty
  bool done = false;
  bool is_long = false;  // outlives the incident: is handed over to governance
};

struct TimelineEntry {
  std::string at;  // RFC 3339
  std::string what;
  bool is_public = false;  // may stand in the external report
};

/// What the outside is told, in words written for it.
struct PublicStatement {
  std::string overview;
  std::string impact;
  std::string cause;
  std::string actions;
  std::string prevention;
  std::string contact;
  std::string title;  // the incident's own title stays inside
};

struct NewTask {
  std::string what_ja;
  std::string what_en;
  std::string role;
  Timestamp due_at;
};

/// What triage learns from the case.
struct Feedback {
  std::string verdict;  // "correct", "partly_correct" or "false_alarm"
  std::string actions;  // what was done
  bool resolved = false;
  std::string lessons;
};

enum class Edition { internal, external };

}  // namespace yagura::desks::response
