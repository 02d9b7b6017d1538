#pragma once

#include "api/services.hpp"
#include "base/texts.hpp"
#include "ledger/ledger.hpp"
#include "ledger/verify.hpp"

namespace yagura::api {

/// Records of every type, their types, history, links, clocks. A register that is written only through its desk's
/// commands is refused by its own permissions.
RouteSet record_routes(ledger::Ledger& ledger);

/// GET records/{type}/export and POST records/{type}/import: a register as CSV, JSON or XLSX. `texts` outlives them.
RouteSet register_file_routes(ledger::Ledger& ledger, const Texts& texts);

/// The journal, for auditors: needs journal.read.
RouteSet fact_routes(ledger::Ledger& ledger);

/// POST /api/v1/verify: whether everything in the ledger is as it was written. `verify` reads a ledger that holds
/// still (a copy, say) and may take minutes.
RouteSet verify_routes(std::function<Result<ledger::VerifyReport>()> verify);

/// A fact as the journal, a record's page and the stream show it; without its body when `with_body` is false.
boost::json::object fact_json(const ledger::Fact& fact, bool with_body);

}  // namespace yagura::api
