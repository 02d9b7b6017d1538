// Every record of a register that a query finds, page by page.
#pragma once

#include <string>
#include <vector>

#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

/// All records of `query`; its own limit and cursor are not read. `limit` when there are more than `records_max`.
ledger::Outcome<std::vector<ledger::Record>> all_records(ledger::Ledger& ledger, ledger::RecordQuery query,
                                                         int64_t records_max);

}  // namespace yagura::desks::governance
