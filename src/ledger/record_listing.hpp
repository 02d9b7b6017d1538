#pragma once

#include <cstdint>

#include "ledger/database.hpp"
#include "ledger/query.hpp"
#include "ledger/record_types.hpp"
#include "ledger/refusal.hpp"

namespace yagura::ledger {

/// One page of a type's records. `invalid` with a Reason for each part of the query that can't be honoured:
/// "query.no_such_type", "query.field", "query.op", "query.value", "query.state", "query.cursor", "query.limit".
Outcome<RecordPage> list_records(Database& db, const RecordTypes& types, const RecordQuery& query);

/// How many records the query finds in all.
Outcome<int64_t> count_records(Database& db, const RecordTypes& types, const RecordQuery& query);

}  // namespace yagura::ledger
