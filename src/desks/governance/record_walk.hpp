// Every record that a query means, page by page: for what looks at a whole register.
#pragma once

#include <functional>
#include <string_view>

#include "base/time.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

/// Records of the query in its order, each once, though they change meanwhile; false when there were more than `max`.
/// Limit and cursor of the query are not looked at. What `look` refuses ends the walk.
ledger::Outcome<bool> each_record(ledger::Ledger& ledger, ledger::RecordQuery query, int64_t max,
                                  const std::function<ledger::Outcome<void>(const ledger::Record&)>& look);

/// Records of `type` last changed at or after `from`, those first that were left alone soonest after it.
ledger::RecordQuery changed_since(std::string_view type, Timestamp from);

}  // namespace yagura::desks::governance
