#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/texts.hpp"
#include "ledger/ledger.hpp"
#include "registers/columns.hpp"

namespace yagura::registers {

enum class FileFormat { csv, json, xlsx };

std::string_view to_text(FileFormat format);
std::optional<FileFormat> parse_file_format(std::string_view text);
std::string_view media_type_of(FileFormat format);
/// By its first bytes: a zip is a workbook, what begins with a bracket is JSON.
FileFormat recognise(std::string_view bytes);

constexpr int64_t export_records_max = 200'000;
constexpr size_t export_bytes_max = size_t{240} << 20;

/// The document that JSON exports begin with.
constexpr std::string_view export_document = "yagura.records/1";

struct ExportOptions {
  FileFormat format = FileFormat::csv;
  Heading heading = Heading::id;
  ledger::RecordQuery query;  // type and conditions; sort, limit and cursor are not looked at
};

struct ExportedFile {
  std::string bytes;
  int64_t records = 0;
  std::string name;  // "asset.csv"
};

/// The records that the query means, in order of creation, as far as `actor` may see them; what was erased is left
/// out. The fact "register.exported" tells who took how many of which register out of the house, before a byte is
/// handed over. `forbidden` without the type's read permission, `limit` past export_records_max or export_bytes_max.
ledger::Outcome<ExportedFile> export_records(ledger::Ledger& ledger, const ledger::Actor& actor,
                                             const ExportOptions& options, const Texts& texts);

}  // namespace yagura::registers
