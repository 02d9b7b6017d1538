// A decision table of three dimensions: each combination of values -> a class and its priority, or explicitly nothing
// to do. What both sets of triage criteria (role A-2) have in common; criteria.hpp and vulnerability_criteria.hpp say
// what their dimensions are.
#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"

namespace yagura::desks {

constexpr size_t criteria_values_max = 64;    // of one dimension, and classes
constexpr size_t criteria_id_bytes_max = 64;  // of a value, class or row
constexpr size_t criteria_rows_max = 2'000;   // of one table
constexpr int64_t priority_highest = 1;
constexpr int64_t priority_lowest = 5;

/// A value of a dimension, or a class: its stable id and what people call it.
struct NamedValue {
  std::string id;
  std::string ja;
  std::string en;
};

/// One row: every combination of the listed values. An empty list was written as "any".
struct TableRow {
  std::string id;
  std::array<std::vector<std::string>, 3> cells;
  bool set_aside = false;  // explicitly not an incident, or nothing to do about a vulnerability
  std::string class_id;    // empty when set aside
  int64_t priority = 0;    // 0 when set aside
  std::string reason_ja;
  std::string reason_en;
};

/// The keys of a set of criteria as its records write them.
struct TableShape {
  std::array<std::string_view, 3> dimensions;  // "attack_types": the list of values
  std::array<std::string_view, 3> cells;       // "attack_type": of a row
  std::string_view set_aside;                  // "not_incident"
};

struct DecisionTable {
  std::string record_id;  // empty until stored
  int64_t edition = 0;
  std::array<std::vector<NamedValue>, 3> dimensions;
  std::vector<NamedValue> classes;
  std::vector<TableRow> rows;
  int64_t off_criteria_priority = priority_lowest;
};

enum class Ruling { incident, not_incident, off_criteria };

std::string_view to_text(Ruling ruling);

/// What the criteria say of one input, and which row said so.
struct Decision {
  Ruling ruling = Ruling::off_criteria;
  std::string class_id;  // only where something is to be done
  int64_t priority = 0;  // 0 only when set aside
  std::string row;       // empty off the criteria
};

/// Fills `out` from the body of a record. A Diagnostic ("criteria.shape") names the first field that has the wrong
/// shape; whether the table is complete is governance's check, not this one's.
Diagnosed<void> read_table(const boost::json::object& body, const TableShape& shape, DecisionTable& out);

/// The one row that covers the values, one for each dimension; off the criteria when none does or the table does not
/// know a value. Cost: linear in rows, no allocation beyond the answer.
Decision decide(const DecisionTable& table, const std::array<std::string_view, 3>& input);

/// Whether `now` calls for more than `before`: something instead of no incident, a higher priority, or at the same
/// priority a row where none covered it. Never true for less.
bool is_worse(const Decision& now, const Decision& before);

/// The decision that a record's body holds (decision, class, priority, criteria_row).
Decision decision_in(const boost::json::object& body);

/// True when `values` cover the value, "any" included.
bool covers(const std::vector<std::string>& values, std::string_view value);

bool knows(const std::vector<NamedValue>& values, std::string_view id);

/// The name of `id` among `values` in the given language ("ja" or "en"); the id itself when it is unknown.
std::string name_of(const std::vector<NamedValue>& values, std::string_view id, std::string_view lang);

/// A "criteria.shape" Diagnostic.
std::unexpected<Diagnostic> wrong_shape(std::string what, std::string hint);

}  // namespace yagura::desks
