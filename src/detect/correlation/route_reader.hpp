// The values that a correlation asks of an event, under the names that the event's log source gives them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/taxonomy.hpp"
#include "event/batch.hpp"

namespace yagura::detect::correlation {

/// One field of one rule: where it stands in the events of each route of the rule's log source.
struct RoutedField {
  std::vector<FieldSource> by_route;  // as many as the rule has routes; at least one
  bool same = true;                   // the same place on every route
};

/// The place of `field` on each of the routes; on a log source that nobody knows, the field's own name.
RoutedField route_field(const std::vector<Route>& routes, const std::string& field);

/// Reads events of one batch after the other. Not thread-safe: it remembers which fields have which names, by the
/// addresses of the names that it is given, which must outlive it.
class RouteReader {
 public:
  /// The first route whose test lets the event in; 0 when none does (the rule matched it by another way).
  size_t route_of(const std::vector<Route>& routes, const event::Batch& batch, const event::Event& event);

  /// The first value that the event has there, into `out`; false when it has none, or null or an empty text. Joined
  /// and mapped as rules see it.
  bool read(const FieldSource& source, const event::Batch& batch, const event::Event& event, std::string& out);

 private:
  bool value_of(const std::string& name, const event::Batch& batch, const event::Event& event, std::string& out);
  bool passes(const EventTest& test, const event::Batch& batch, const event::Event& event);

  /// By the address of the asked name, which belongs to the rule set: FieldId -> 0 not asked, 1 no, 2 yes.
  std::unordered_map<const std::string*, std::vector<uint8_t>> names_;
  std::string part_;
};

}  // namespace yagura::detect::correlation
