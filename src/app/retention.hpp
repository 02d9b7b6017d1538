// Lets go of events past their retention, and leaves a record of it.
#pragma once

#include "base/counters.hpp"
#include "lake/event_store.hpp"
#include "ledger/ledger.hpp"

namespace yagura::app {

/// One look: what went is the fact "lake.events_expired" (days, events) in the journal and the counter
/// "lake.events_expired".
Status expire_events(lake::EventStore& store, ledger::Ledger& ledger, Counters& counters, Timestamp now);

}  // namespace yagura::app
