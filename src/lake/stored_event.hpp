#pragma once

#include <boost/json/object.hpp>

#include "event/batch.hpp"

namespace yagura::lake {

/// Adds an event of EventStore::search() or get() to the batch, as it was when it was stored, but for what the lake
/// does not keep: values are texts whatever kind they were, fields that were null are missing, the order of fields of
/// different names may differ, and the host may be the one that the mappings found. A row that is none of the lake's
/// gives an event with what could be read.
void add_stored_event(event::Batch& batch, const boost::json::object& row);

}  // namespace yagura::lake
