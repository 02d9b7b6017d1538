#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "ledger/fact.hpp"
#include "ledger/record.hpp"

namespace yagura::ledger {

constexpr int64_t page_records_max = 1000;
constexpr int64_t page_facts_max = 10'000;
constexpr size_t filter_terms_max = 32;
constexpr size_t filter_values_max = 1000;
constexpr size_t search_text_bytes_max = 512;

/// A value to compare with; times and dates as the text that the record holds (RFC 3339 UTC, "2026-04-08").
using FilterValue = std::variant<std::string, int64_t, double, bool>;

enum class FilterOp {
  equals,
  not_equals,  // true for an empty field too
  in,          // one of `values`
  at_least,
  at_most,
  empty,
  filled,
  contains,  // a list holds the value
};

/// One condition on a field of the type, or on "id", "state", "version", "created_at", "created_by",
/// "updated_at", "updated_by" (times as RFC 3339 text).
struct Filter {
  std::string field;
  FilterOp op = FilterOp::equals;
  std::vector<FilterValue> values;
};

/// All conditions hold together. Without `sort` the newest record comes first.
struct RecordQuery {
  std::string type;
  std::vector<std::string> states;  // any of them; empty: every state
  std::vector<Filter> filters;
  std::string text;  // words that all occur, each as a substring; width, case and kana folded
  std::string sort;  // a scalar field or one of the names above; empty: order of creation
  bool descending = true;
  int64_t limit = 50;
  std::string cursor;  // from the page before; belongs to the same query
};

struct RecordPage {
  std::vector<Record> records;
  std::string next_cursor;  // empty on the last page
};

/// Facts in order of seq. Empty members do not restrict.
struct FactQuery {
  std::string subject;
  std::vector<std::string> kinds;  // "incident.moved", or "incident.*" for every kind that starts so
  std::string actor;               // "user:sato", or "user:*" for every actor that starts so
  std::string desk;
  std::optional<Timestamp> from;   // included
  std::optional<Timestamp> until;  // excluded
  int64_t after_seq = 0;           // for a live stream: the last seq seen
  int64_t before_seq = 0;          // 0: no bound; for paging backwards
  bool descending = false;
  int64_t limit = 100;
};

}  // namespace yagura::ledger
