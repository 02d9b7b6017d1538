// One question to one field of an event: the leaves of every rule.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/cidr.hpp"
#include "detect/number.hpp"
#include "detect/pattern.hpp"
#include "detect/regex.hpp"
#include "event/value.hpp"

namespace yagura::detect {

enum class TimePart : uint8_t { none, minute, hour, day, week, month, year };

struct Predicate {
  enum class Kind : uint8_t {
    pattern,  // `pattern` fits the whole value (`cased`: byte for byte, else both folded)
    number,   // the value is a number and equals `number`
    less,     // the value is a number and stands so to `number`
    less_equal,
    greater,
    greater_equal,
    regex,      // `regex` is found in the value
    cidr,       // the value is an address of `network`
    null,       // the field is missing or null
    exists,     // the field is there (null and empty are there too), when `expected`; else it is missing
    field_ref,  // the value equals one of `other_field`, or holds it where open_start or open_end let more stand
  };
  Kind kind = Kind::pattern;
  bool cased = false;
  bool expected = true;
  /// For number and comparisons: compare this part of the date that the value is. The date's own digits
  /// count; no zone is applied (specification 2.1, time modifiers).
  TimePart part = TimePart::none;
  std::string field;  // as the rule names it; empty: a keyword, asked of every value and of the raw message
  Pattern pattern;    // folded already unless `cased`
  Number number;
  std::shared_ptr<const Regex> regex;
  Cidr network;
  std::string other_field;  // field_ref
  bool open_start = false;  // field_ref
  bool open_end = false;    // field_ref
  std::string written;      // the item as the rule has it ("CommandLine|contains"), for explanations

  bool is_keyword() const { return field.empty(); }
};

/// A tree over predicates. `any` of nothing is false, `all` of nothing is true.
struct Expr {
  enum class Op : uint8_t { leaf, all, any, negate };
  Op op = Op::all;
  uint32_t predicate = 0;  // leaf: index into the rule's predicates
  std::vector<Expr> children;
};

/// A value with its folded text, made on first use. Made to be used again for the next event: the memory of
/// the folded text stays. Not shared between threads.
class FoldedValue {
 public:
  FoldedValue() = default;
  explicit FoldedValue(event::Value value) { set(value); }

  void set(event::Value value);
  const event::Value& value() const { return value_; }
  std::string_view folded();

 private:
  event::Value value_;
  std::string folded_;
  bool made_ = false;
};

/// The values of one field of one event.
using FoldedValues = std::span<FoldedValue* const>;

/// Whether the predicate holds for one value that is there. Not for null, exists and field_ref, which ask
/// about the field as a whole. Null values hold for nothing here.
bool holds_for(const Predicate& predicate, const event::Value& value, std::string_view folded, RegexScratch& scratch);

/// Whether the predicate holds for a field with these values (none: the field is missing). A field that
/// occurs several times holds when one of its values does. `others` are the values of other_field.
bool holds(const Predicate& predicate, FoldedValues values, FoldedValues others, RegexScratch& scratch);

/// The named part of a date as its digits stand in `text` (RFC 3339 / ISO 8601); nothing when it is no date.
/// Weeks are those of ISO 8601, 1 to 53.
std::optional<int64_t> time_part(TimePart part, std::string_view text);

}  // namespace yagura::detect
