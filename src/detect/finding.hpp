// What detection says about one event. It knows no alert: triage makes alerts of findings.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.hpp"

namespace yagura::detect {

enum class Level { informational, low, medium, high, critical };

std::string_view to_text(Level level);

/// Which engine says so.
enum class FindingKind { rule, correlation, indicator };

/// One rule held for one event; or a correlation for several, an indicator for one. Self-contained: it outlives the
/// batch.
struct Finding {
  std::string id;  // a digest of what found it and where: the same events always give the same finding
  std::string rule_id;
  std::string rule_title;
  Level level = Level::medium;
  std::vector<std::string> tags;  // "attack.t1059.001", as the rule has them
  std::string event_uid;          // the lake's id of the event
  Timestamp time;                 // of the event
  std::string host;
  std::string user;  // empty when the event names none
  std::string channel;
  int64_t event_id = 0;
  FindingKind kind = FindingKind::rule;
  std::vector<std::string> event_uids;  // correlation: the events that it stands on, oldest first; else empty
  std::string group;                    // correlation: what these have in common, "User=jo"; else empty
  std::vector<std::pair<std::string, std::string>> fields;  // the event's fields that the rule read
  std::string rule_digest;  // of what the rule asked at that time (rule_digest.hpp); empty when nobody noted it
};

}  // namespace yagura::detect
