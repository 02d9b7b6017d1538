// The rows of a file as what they ask for, whatever its format.
#pragma once

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/texts.hpp"
#include "ledger/actor.hpp"
#include "ledger/record_type.hpp"
#include "registers/sheet.hpp"

namespace yagura::registers {

struct ImportRow {
  int64_t number = 0;  // of a sheet's row, or which record of a JSON file
  std::string id;
  std::optional<int64_t> version;
  std::string state;                                                      // empty: not said
  boost::json::object fields;                                             // null: to be taken away
  std::optional<std::vector<std::pair<std::string, std::string>>> links;  // kind and record; nothing: not said
};

struct ImportFile {
  std::vector<ImportRow> rows;
  std::map<std::string, std::string> headings;  // by field: what the file calls it
};

ImportFile rows_of_sheet(const Sheet& sheet, const ledger::RecordType& type, const ledger::Actor& actor,
                         const Texts& texts, ImportFaults& faults);

/// An export's document, or a plain array of records ({"body": ...}) or of bodies.
ImportFile rows_of_json(std::string_view bytes, const ledger::RecordType& type, ImportFaults& faults);

}  // namespace yagura::registers
