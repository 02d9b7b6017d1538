#pragma once

#include <boost/json/object.hpp>

#include "ledger/actor.hpp"
#include "ledger/record_type.hpp"

namespace yagura::ledger {

/// True when the actor holds the type's read permission.
bool may_read(const RecordType& type, const Actor& actor);

/// True when the actor may see a field of that sensitivity in a record of that type.
bool may_read(const RecordType& type, Sensitivity sensitivity, const Actor& actor);

/// The body without the fields that the actor may not see; columns of tables included. Empty when the actor
/// may not read the type at all.
boost::json::object visible_body(const RecordType& type, const boost::json::object& body, const Actor& actor);

}  // namespace yagura::ledger
