// registers: whole registers going out of the house and coming in, as CSV, JSON and XLSX. Not a backup (app): a
// record comes in through the same door as one that is typed, with the same rules. Above it stands the API; below it
// the ledger.
//
// A sheet is what CSV and XLSX have in common: a header and rows of cells. Every sheet from outside is hostile.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "ledger/refusal.hpp"

namespace yagura::registers {

constexpr size_t import_bytes_max = size_t{64} << 20;  // of one file as sent
constexpr int64_t sheet_rows_max = 50'000;             // of one import, empty ones included
constexpr size_t sheet_columns_max = 2000;
constexpr size_t cell_bytes_max = size_t{1} << 20;
/// What a spreadsheet program keeps in a cell, in UTF-16 units: longer values go on in columns "<heading>#2", "#3".
constexpr size_t cell_units_max = 32'000;
constexpr size_t faults_kept_max = 200;

enum class CellKind { text, number, boolean, date, time };

struct Cell {
  std::string text;  // as CSV has it: "12.5", "true", "2026-04-08", RFC 3339
  CellKind kind = CellKind::text;
};

struct SheetRow {
  int64_t number = 0;  // as a spreadsheet program counts: the header is row 1
  std::vector<Cell> cells;
};

/// What is wrong with one cell, row or file. The reason's field names the place within the record.
struct ImportFault {
  int64_t row = 0;     // 0: the file itself
  std::string column;  // its heading, or in a workbook without one its letters; empty: the row itself
  std::string value;   // what stands there, cut at fault_value_bytes_max
  ledger::Reason reason;
};

constexpr size_t fault_value_bytes_max = 200;

/// Counts every fault and keeps the first faults_kept_max.
struct ImportFaults {
  int64_t count = 0;
  std::vector<ImportFault> kept;

  void add(ImportFault fault);
  void add(int64_t row, std::string column, std::string_view value, std::string code, std::string message,
           std::string hint = {}, std::map<std::string, std::string> args = {});
};

struct Sheet {
  SheetRow header;
  std::vector<SheetRow> rows;  // without those that are empty
  bool epoch_1904 = false;     // numbers that are dates count from 1904-01-01
};

/// RFC 4180 with a byte order mark and CRLF. A text that a spreadsheet would take for a formula gets an apostrophe
/// in front, and so does one that begins with an apostrophe before such a character: read_csv() undoes exactly that.
std::string write_csv(const Sheet& sheet);

/// Reads comma-, semicolon- or tab-separated UTF-8; which, the header says. Quotes that do not close, too many rows
/// and the like are faults; with a fault the sheet is not to be used.
Sheet read_csv(std::string_view bytes, ImportFaults& faults);

/// A workbook of one sheet called `name` (a record type's id) with the header frozen.
Result<std::string> write_xlsx(const Sheet& sheet, std::string_view name);

/// Reads the sheet called `name`, else the first. Refuses, as faults: formulas, merged cells, macros, embedded objects,
/// external links, encryption, document types (XML entities), and whatever passes a limit of registers/workbook.hpp.
Sheet read_xlsx(std::string_view bytes, std::string_view name, ImportFaults& faults);

}  // namespace yagura::registers
