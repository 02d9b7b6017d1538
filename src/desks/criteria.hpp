// Incident criteria as triage and response read them: attack type x progress x asset importance -> class and
// priority, or "not an incident". Governance proposes, checks and approves them; the record in force is read
// through the ledger, so no desk calls another.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/time.hpp"

namespace yagura::desks {

constexpr size_t criteria_values_max = 64;       // of one dimension, and classes
constexpr size_t criteria_id_bytes_max = 64;     // of a value, class or row
constexpr size_t criteria_rows_max = 2'000;      // of one table
constexpr size_t importance_rules_max = 10'000;  // host patterns
constexpr int64_t priority_highest = 1;
constexpr int64_t priority_lowest = 5;
constexpr int64_t alert_window_minutes_max = 7 * 24 * 60;

/// A value of a dimension, or a class: its stable id and what people call it.
struct NamedValue {
  std::string id;
  std::string ja;
  std::string en;
};

struct CriteriaInput {
  std::string attack_type;
  std::string progress;
  std::string importance;
};

/// One row: every combination of the listed values. An empty list was written as "any".
struct CriteriaRow {
  std::string id;
  std::vector<std::string> attack_types;
  std::vector<std::string> progress;
  std::vector<std::string> importance;
  bool not_incident = false;
  std::string class_id;  // empty when not_incident
  int64_t priority = 0;  // 0 when not_incident
  std::string reason_ja;
  std::string reason_en;
};

struct ImportanceRule {
  std::string pattern;  // host name with * and ?; ASCII case is ignored
  std::string importance;
};

struct Criteria {
  std::string record_id;  // empty until stored
  int64_t edition = 0;
  std::vector<NamedValue> attack_types;
  std::vector<NamedValue> progress;
  std::vector<NamedValue> importance;
  std::vector<NamedValue> classes;
  std::vector<CriteriaRow> rows;
  std::vector<ImportanceRule> importance_rules;  // the first that matches decides
  std::string importance_default;
  int64_t off_criteria_priority = priority_lowest;
  int64_t alert_window_minutes = 60;
};

enum class Ruling { incident, not_incident, off_criteria };

std::string_view to_text(Ruling ruling);

/// What the criteria say of one input, and which row said so.
struct Decision {
  Ruling ruling = Ruling::off_criteria;
  std::string class_id;  // only for an incident
  int64_t priority = 0;  // never 0 for an incident or off the criteria
  std::string row;       // empty off the criteria
};

/// Reads the body of an `incident_criteria` record. A Diagnostic names the first field that has the wrong
/// shape; whether the table is complete is governance's check, not this one's.
Diagnosed<Criteria> read_criteria(const boost::json::object& body);

/// The one row that covers `input`; off the criteria when none does. Cost: linear in rows, no allocation
/// beyond the answer.
Decision decide(const Criteria& criteria, const CriteriaInput& input);

/// Importance of a host by the first matching pattern, else the criteria's explicit default.
std::string_view importance_of(const Criteria& criteria, std::string_view host);

/// True when `row` covers the value, "any" included.
bool covers(const std::vector<std::string>& values, std::string_view value);

/// The name of `id` among `values` in the given language ("ja" or "en"); the id itself when it is unknown.
std::string name_of(const std::vector<NamedValue>& values, std::string_view id, std::string_view lang);

/// Whether `text` matches a pattern with * (any run) and ? (one byte); ASCII case is ignored. Linear for
/// one *, at worst |pattern| x |text|.
bool matches_host(std::string_view pattern, std::string_view text);

}  // namespace yagura::desks
