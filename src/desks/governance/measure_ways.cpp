#include "desks/governance/measure_ways.hpp"

#include <set>
#include <string>

#include "desks/governance/record_walk.hpp"

namespace yagura::desks::governance {
namespace {

using ledger::FilterOp;
using ledger::RecordQuery;

/// By what a record is placed: the ways that lead to it.
struct Ways {
  bool created = false;          // when it was made
  std::set<std::string> fields;  // what its own fields of time say
  bool moved = false;            // when it entered a state, or that it was waiting
  bool others = false;           // what other records say, which may be older than itself
};

Ways ways_of(const std::vector<const MeasureDefinition*>& definitions) {
  Ways out;
  for (const MeasureDefinition* one : definitions) {
    if (one->kind == MeasureKind::late) {
      out.moved = true;
      continue;
    }
    // What does not know its moment is placed by when it was made.
    out.created = true;
    switch (one->placed.of) {
      case Moment::Of::created:
        break;
      case Moment::Of::field:
        out.fields.insert(one->placed.field);
        break;
      case Moment::Of::state:
      case Moment::Of::last_state:
        out.moved = true;
        break;
      case Moment::Of::alerts_field:
      case Moment::Of::alerts_created:
        out.others = true;
        break;
    }
  }
  return out;
}

RecordQuery between(const std::string& type, const std::string& field, Timestamp from, Timestamp last) {
  RecordQuery out;
  out.type = type;
  out.filters = {{field, FilterOp::at_least, {format_time(from)}}, {field, FilterOp::at_most, {format_time(last)}}};
  out.sort = field;
  out.descending = false;
  return out;
}

}  // namespace

std::vector<RecordQuery> ways_into(const ledger::RecordType& type,
                                   const std::vector<const MeasureDefinition*>& definitions, Timestamp since,
                                   Timestamp until) {
  const Ways ways = ways_of(definitions);
  std::vector<RecordQuery> out;
  if (ways.others || ways.moved) {
    out.push_back(changed_since(type.id, since));
    if (!ways.others) out.back().filters.push_back({"created_at", FilterOp::at_most, {format_time({until.ns - 1})}});
  } else if (ways.created) {
    out.push_back(between(type.id, "created_at", since, {until.ns - 1}));
  }
  // A field is compared as text, in which fractions of a second sort before it: a second more on both sides.
  for (const std::string& field : ways.fields)
    if (const ledger::Field* known = type.field(field); known != nullptr && known->kind == ledger::FieldKind::time)
      out.push_back(between(type.id, field, {since.ns - ns_per_second}, {until.ns + ns_per_second}));
  return out;
}

}  // namespace yagura::desks::governance
