// What kinds of closed work a quality review samples, and how each is judged again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ledger/record.hpp"

namespace yagura::desks::governance {

/// How one kind of work is sampled and judged again.
struct QualityKind {
  std::string_view id;
  std::vector<std::string_view> types;  // registers that it is drawn from
  std::vector<std::string> states;      // in which it is closed
  std::string_view verdict;             // the field that was decided
  std::vector<std::string> decided_by;  // fields that may name who decided
  std::vector<std::string> verdicts;    // what may be said; empty: a class of the criteria in force, or not_incident
  std::vector<std::string> shown;       // to the reviewer
  std::string_view function;            // of a corrective item
};

/// Null when there is no such kind.
const QualityKind* quality_kind(std::string_view id);

/// The account that decided: the first of the kind's fields that names one, else who last changed the record.
std::string decider_of(const QualityKind& kind, const ledger::Record& record);

}  // namespace yagura::desks::governance
