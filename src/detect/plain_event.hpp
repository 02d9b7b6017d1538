// An event as a list of names and texts, and a rule read to the letter over it: slow, obvious, nothing shared with
// lanes, indexes or memos. What generated samples are judged by.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "detect/rule.hpp"
#include "detect/taxonomy.hpp"
#include "event/batch.hpp"

namespace yagura::detect {

struct PlainField {
  std::string name;
  std::string text;
  event::Kind kind = event::Kind::string;

  bool operator==(const PlainField&) const = default;
};

struct PlainEvent {
  std::string format = "json";
  std::string channel;
  std::string provider;
  int64_t event_id = 0;
  std::vector<PlainField> fields;
  std::string host = "sample";
  std::string text;  // the raw message where keywords look at it, too; else empty

  bool operator==(const PlainEvent&) const = default;
};

/// Adds the event to the batch, with a fixed time.
void add_to(event::Batch& batch, const PlainEvent& event);

/// The same the other way; `structured_formats` are those of the taxonomy.
PlainEvent plain_event(const event::Batch& batch, const event::Event& event,
                       const std::vector<std::string>& structured_formats);

/// Every name under which rules may ask for an event's field: its own, those of the objects that it stands in, and with
/// blanks left out or replaced.
std::vector<std::string> names_asked_for(const std::string& field);

/// Not thread-safe.
class PlainJudge {
 public:
  /// Whether the rule holds, by any of the routes of its log source that lets the event in.
  bool holds(const Rule& rule, const std::vector<Route>& routes, const PlainEvent& event);

  /// The values of the rule's field (empty: of every field) where `map` names the event's fields.
  std::vector<PlainField> values(const std::string& field, const FieldMap& map, const PlainEvent& event) const;

  /// Whether the predicate holds for a field with these values; `others` are those of its other field.
  bool predicate_holds(const Predicate& predicate, std::span<const PlainField> values,
                       std::span<const PlainField> others);

  /// Whether an event of the log source that the test describes looks so.
  bool lets_in(const EventTest& test, const PlainEvent& event) const;

 private:
  bool expr_holds(const Rule& rule, const Expr& expr, const FieldMap& map, const PlainEvent& event);
  bool value_holds(const Predicate& predicate, const PlainField& value);

  RegexScratch scratch_;
};

/// Whether `value` fits the pattern, by trying every way. Bytes are compared.
bool fits_plainly(std::span<const PatternPart> parts, std::string_view value);

}  // namespace yagura::detect
