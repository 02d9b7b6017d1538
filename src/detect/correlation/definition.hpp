// A correlation as it was written (Sigma 2.1, correlation rules specification): what people are shown, and what it
// counts, adds up or waits for. Rules are named as the author named them; Set finds them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "detect/correlation/exact.hpp"
#include "detect/finding.hpp"

namespace yagura::detect::correlation {

constexpr size_t rules_per_correlation_max = 64;
constexpr size_t group_fields_max = 16;
constexpr size_t terms_max = 256;  // of a boolean condition, once it is spelled out as alternatives
constexpr int64_t timespan_seconds_max = int64_t{366} * 86'400;
constexpr int64_t count_max = 1'000'000;  // the largest count that a condition may ask for

enum class Type : uint8_t {
  event_count,
  value_count,
  temporal,
  temporal_ordered,
  value_sum,
  value_avg,
  value_percentile,
};

std::string_view to_text(Type type);

constexpr bool is_temporal(Type type) {
  return type == Type::temporal || type == Type::temporal_ordered;
}

struct Comparison {
  enum class Op : uint8_t { gt, gte, lt, lte, eq, neq };
  Op op = Op::gte;
  Exact value = 0;

  bool holds(Exact measured) const;
};

/// One alternative of a boolean condition, as bits of Definition::rules: all of `present` occurred in the window and
/// none of `absent`.
struct Term {
  uint64_t present = 0;
  uint64_t absent = 0;
};

struct Definition {
  std::string id;  // as written; one without gets "unnamed-" and a digest of what it correlates
  std::string name;
  std::string title;
  Level level = Level::medium;
  std::string status;
  std::string description;
  std::string author;
  std::string date;
  std::string modified;
  std::vector<std::string> tags;
  std::vector<std::string> references;
  std::vector<std::string> falsepositives;
  std::string file;
  int line = 0;  // of the document in the file, from 1

  Type type = Type::event_count;
  std::vector<std::string> rules;  // ids or names, in the order that temporal_ordered asks for
  std::vector<std::string> group_by;
  std::map<std::string, std::map<std::string, std::string>> aliases;  // alias -> rule -> that rule's field
  int64_t timespan_ns = 0;
  std::vector<Comparison> comparisons;  // each must hold
  std::vector<Term> terms;              // temporal with a boolean condition: any must hold
  std::string condition;                // as shown: "gte 10", "a and (b or c)"
  std::vector<std::string> fields;      // value_*: what is counted, added up or ranked
  std::optional<double> percentile;     // value_percentile: 0 to 100; without it the share of the newest value
  bool generate = false;                // its rules make findings of their own, too

  /// value_percentile without `percentile`: how many of 100 events have the value of the newest.
  bool asks_share() const { return type == Type::value_percentile && !percentile; }
  /// The value is read as a number (else it is told from others by its folded text).
  bool reads_numbers() const {
    return type == Type::value_sum || type == Type::value_avg || (type == Type::value_percentile && percentile);
  }
};

}  // namespace yagura::detect::correlation
