// The SQL that differs between databases. Everything else in this room is SQL that both speak.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "ledger/database.hpp"
#include "ledger/record_types.hpp"

namespace yagura::ledger {

constexpr int64_t schema_version = 1;

/// Brings the database to schema_version step by step, each in a transaction of its own; `refused` when a
/// newer program wrote it.
Status migrate(Database& db);

/// So many records of one type are looked through without an index on their fields: a few milliseconds. An index costs
/// every write of every type, and most of a catalogue's registers stay small.
constexpr int64_t unindexed_records_max = 200;

/// Makes the indexes that the fields of grown registers ask for, and takes away those that none asks for any more.
Status index_fields(Database& db, const RecordTypes& types);
/// Those of one type; inside a transaction that writes, when the register has grown past unindexed_records_max.
Status index_fields(Database& db, const RecordType& type);

/// A scalar field of records.body as a value; '' when it is empty. Numbers sort before texts.
std::string field_expression(std::string_view field);

/// Restricts `records` joined with `search` to the parameter with that number.
std::string search_condition(int parameter);

/// Begins a transaction that may write (waits for other writers) or only reads one consistent state.
Status begin_write(Database& db);
Status begin_read(Database& db);

}  // namespace yagura::ledger
