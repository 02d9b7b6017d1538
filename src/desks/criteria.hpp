// Incident criteria as triage and response read them: attack type x progress x asset importance -> class and
// priority, or "not an incident". Governance proposes, checks and approves them; the record in force is read
// through the ledger, so no desk calls another.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "desks/decision_table.hpp"

namespace yagura::desks {

constexpr size_t importance_rules_max = 10'000;  // host patterns
constexpr int64_t alert_window_minutes_max = 7 * 24 * 60;

inline constexpr TableShape incident_shape{
    {"attack_types", "progress", "importance"}, {"attack_type", "progress", "importance"}, "not_incident"};

struct CriteriaInput {
  std::string attack_type;
  std::string progress;
  std::string importance;
};

struct ImportanceRule {
  std::string pattern;  // host name with * and ?; ASCII case is ignored
  std::string importance;
};

struct Criteria : DecisionTable {
  std::vector<ImportanceRule> importance_rules;  // the first that matches decides
  std::string importance_default;
  int64_t alert_window_minutes = 60;

  const std::vector<NamedValue>& attack_types() const { return dimensions[0]; }
  const std::vector<NamedValue>& progress() const { return dimensions[1]; }
  const std::vector<NamedValue>& importance() const { return dimensions[2]; }
};

/// Reads the body of an `incident_criteria` record; read_table() says how it fails.
Diagnosed<Criteria> read_criteria(const boost::json::object& body);

Decision decide(const Criteria& criteria, const CriteriaInput& input);

/// Importance of a host by the first matching pattern, else the criteria's explicit default.
std::string_view importance_of(const Criteria& criteria, std::string_view host);

/// Whether `text` matches a pattern with * (any run) and ? (one byte); ASCII case is ignored. Linear for
/// one *, at worst |pattern| x |text|.
bool matches_host(std::string_view pattern, std::string_view text);

}  // namespace yagura::desks
