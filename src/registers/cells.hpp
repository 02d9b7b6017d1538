// Values of fields as cells, and cells as values. What a cell does not hold rightly stays text: the ledger says what
// is wrong with it, as it says to everybody.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "ledger/record_type.hpp"
#include "registers/sheet.hpp"

namespace yagura::registers {

/// The value as one cell: a list has an item a line (as JSON where an item would not survive that), a table and JSON
/// are JSON. from_cell() gives an equal value back.
Cell to_cell(const ledger::Field& field, const boost::json::value& value);

/// The value that stands in a cell; null for an empty one. Choices by id or title, dates as "2026-04-08", "2026/4/8" or
/// a spreadsheet's number, times likewise (UTC without an offset), booleans also as yes, no, 1, 0, はい, いいえ.
boost::json::value from_cell(const ledger::Field& field, const Cell& cell, bool epoch_1904);

}  // namespace yagura::registers
