#pragma once

#include "api/message.hpp"
#include "api/route.hpp"
#include "ledger/ledger.hpp"

namespace yagura::api {

/// The 409 to somebody whose change came second: both versions and, field by field, what stood there when they read it,
/// what stands there now and what they wanted, so that nothing has to be typed again. Only what they may see.
/// `read_version` is the version that they read, `wanted` their changes.
Response stale_record(ledger::Ledger& ledger, const Request& request, const ledger::Refusal& refusal,
                      const std::string& id, int64_t read_version, const boost::json::object& wanted);

/// The answer's schema: a problem with "conflict".
schema::Value conflict_schema();

}  // namespace yagura::api
