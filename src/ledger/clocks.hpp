#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "ledger/record.hpp"

namespace yagura::ledger {

enum class DueKind {
  clock,      // a clock of the type
  review,     // nobody touched the record for the type's review cadence
  retention,  // the record is in a final state for longer than it is kept
};

/// Something that runs out at `due_at`.
struct Due {
  RecordId record;
  std::string type;
  DueKind kind = DueKind::clock;
  std::string clock;  // the clock's id; empty for review and retention
  Timestamp since;    // when it began to run
  Timestamp due_at;
  bool overdue = false;  // due_at is before the moment asked for
};

struct DueQuery {
  std::string type;  // empty: all types
  std::optional<RecordId> record;
  bool overdue_only = false;
  int64_t limit = 1000;
};

/// Soonest first.
struct DueList {
  std::vector<Due> items;
  bool more = false;  // cut at the limit
};

}  // namespace yagura::ledger
