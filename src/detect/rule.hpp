// A rule as it was written: what people are shown, and what it asks of an event.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "detect/finding.hpp"
#include "detect/predicate.hpp"

namespace yagura::detect {

/// Empty parts were not given.
struct LogSource {
  std::string product;
  std::string category;
  std::string service;

  bool operator==(const LogSource&) const = default;
};

/// "product=windows category=process_creation"
std::string to_text(const LogSource& source);

/// A named search identifier of `detection:`.
struct Selection {
  std::string name;
  Expr expr;
};

struct Rule {
  std::string id;  // as written; a rule without one gets "unnamed-" and a digest of what it detects
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
  std::vector<std::string> fields;
  std::vector<std::string> conditions;  // as written; a match of any is a match
  LogSource logsource;
  std::string file;
  int line = 0;  // of the document in the file, from 1

  std::vector<Predicate> predicates;
  std::vector<Selection> selections;
  Expr condition;  // over predicates: the selections are spelled out
};

}  // namespace yagura::detect
