// References between the rows of one file.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "registers/import_rows.hpp"

namespace yagura::registers {

/// The rows as in the file, but those first to which others refer by the ids that the file gives them.
std::vector<const ImportRow*> in_order_of_reference(const std::vector<ImportRow>& rows, const ledger::RecordType& type);

/// Puts new ids in the place of the file's wherever a field of `body` refers to a record.
void rename_references(const ledger::RecordType& type, const std::map<std::string, std::string>& new_ids,
                       boost::json::object& body);

}  // namespace yagura::registers
