#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/strong_id.hpp"
#include "base/time.hpp"

namespace yagura::ledger {

/// "INC-2026-0001": the type's prefix, the UTC year of creation, a number without gaps. Never reused.
using RecordId = StrongId<struct RecordTag>;

/// A record as it is now (or was, when it comes from a history).
struct Record {
  RecordId id;
  std::string type;
  int64_t version = 0;  // from 1; grows by one with each change of body or state
  std::string state;
  Timestamp state_since;
  boost::json::object body;
  std::string created_by;
  Timestamp created_at;
  std::string updated_by;
  Timestamp updated_at;
  bool erased = false;  // its content was removed after retention; the journal still tells of it
};

/// One version in a record's history.
struct RecordVersion {
  int64_t version = 0;
  std::string state;
  std::string move;  // the move that made it; empty for a change of the body alone
  boost::json::object body;
  std::string by;
  Timestamp at;
  int64_t fact_seq = 0;              // the fact that tells of it
  std::vector<std::string> changed;  // fields that differ from the version before, sorted
};

/// A typed link between two records.
struct Link {
  RecordId from;
  std::string kind;  // "caused_by", "evidence_of"; [a-z][a-z0-9_]*
  RecordId to;
  std::string by;
  Timestamp at;
};

}  // namespace yagura::ledger
