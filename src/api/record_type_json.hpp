#pragma once

#include <boost/json/object.hpp>

#include "api/schema.hpp"
#include "ledger/record_type.hpp"

namespace yagura::api {

/// A record type as forms and tables need it: fields, states, moves, clocks, titles in ja and en.
boost::json::object record_type_json(const ledger::RecordType& type);
schema::Value record_type_schema();

}  // namespace yagura::api
