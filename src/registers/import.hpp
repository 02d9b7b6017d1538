#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/texts.hpp"
#include "ledger/ledger.hpp"
#include "registers/export.hpp"
#include "registers/sheet.hpp"

namespace yagura::registers {

struct ImportOptions {
  std::string type;
  std::optional<FileFormat> format;  // without: recognised by the first bytes
  bool check = false;                // say what would happen, change nothing
  /// Every row becomes a new record, whatever its id: for another house's file. Ids are new then, states the first
  /// ones; references and links within the file follow.
  bool as_new = false;
  /// A field (scalar) by whose value a row without id means a living record: for files that know no ids of ours. Its
  /// version need not be given then.
  std::string key;
  std::string name;  // of the file, for the journal
  /// Records are brought to the state that their row says, by the moves that this actor may make, each a fact of its
  /// own. Without it a row with another state than the record's is a fault; as_new begins at the first state and counts
  /// the rows that stood elsewhere.
  bool states = false;
};

enum class RowOutcome { created, changed, unchanged };

struct ImportedRow {
  int64_t row = 0;
  RowOutcome outcome = RowOutcome::unchanged;
  ledger::RecordId record;           // with `check` what it would be called
  std::string was;                   // its id in the file, where as_new gave another
  std::vector<std::string> changed;  // fields that differ from what the ledger held
};

constexpr size_t imported_rows_kept_max = 1000;

struct ImportReport {
  FileFormat format = FileFormat::csv;
  bool check = false;
  int64_t rows = 0;
  int64_t created = 0;
  int64_t changed = 0;
  int64_t unchanged = 0;
  int64_t moved = 0;                 // of the created and changed ones: to the state of their row
  int64_t states_left = 0;           // rows whose state was not followed, since as_new came without `states`
  std::vector<ImportedRow> touched;  // created and changed ones, the first imported_rows_kept_max
  ImportFaults faults;               // with one nothing was loaded
  bool conflict = false;             // somebody changed a record since the file was written
  bool forbidden = false;            // this actor lacks a permission

  bool loaded() const { return faults.count == 0 && !check; }
};

/// Reads `bytes` into the register: all rows in one transaction, or none. A row without id is a new record; one with id
/// and version changes that record where it differs, and is a fault when the record has another version and other
/// content by now. Columns that are missing stay as they are, an empty cell takes the field away. A state changes by
/// moves alone, and only with `states`. The fact "register.imported" sums up beside each record's own. A report with
/// faults is an answer too; a Refusal says that the type does not exist, the actor may not even read, or the disk
/// failed.
ledger::Outcome<ImportReport> import_records(ledger::Ledger& ledger, const ledger::Actor& actor, std::string_view bytes,
                                             const ImportOptions& options, const Texts& texts);

}  // namespace yagura::registers
