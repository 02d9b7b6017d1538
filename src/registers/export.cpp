#include "registers/export.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <functional>
#include <optional>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "ledger/fact.hpp"
#include "ledger/visibility.hpp"
#include "registers/cells.hpp"
#include "registers/sheet.hpp"

namespace yagura::registers {
namespace {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Record;
using ledger::Refusal;

constexpr std::string_view desk = "registers";

/// Hands over each record that the query means, page by page, with its outgoing links.
Outcome<int64_t> for_each_record(ledger::Ledger& ledger, ledger::RecordQuery query,
                                 const std::function<Outcome<void>(const Record&, std::vector<ledger::Link>)>& take) {
  query.sort = "";
  query.descending = false;
  query.limit = ledger::page_records_max;
  query.cursor = "";
  int64_t seen = 0;
  for (;;) {
    auto page = ledger.list(query);
    if (!page) return std::unexpected(page.error());
    for (const Record& record : page->records) {
      if (record.erased) continue;
      if (++seen > export_records_max)
        return ledger::refuse(
            ErrorKind::limit,
            fmt::format("one export holds at most {} records; narrow it by a filter", export_records_max));
      auto links = ledger.links_from(record.id);
      if (!links) return std::unexpected(links.error());
      if (auto taken = take(record, std::move(*links)); !taken) return std::unexpected(taken.error());
    }
    if (page->next_cursor.empty()) return seen;
    query.cursor = page->next_cursor;
  }
}

std::string links_text(const std::vector<ledger::Link>& links) {
  std::string out;
  for (const ledger::Link& link : links) out += (out.empty() ? "" : "\n") + link.kind + " " + link.to.value;
  return out;
}

Cell cell_of(const Column& column, const Record& record, const json::object& body,
             const std::vector<ledger::Link>& links) {
  switch (column.role) {
    case ColumnRole::id:
      return {record.id.value};
    case ColumnRole::version:
      return {fmt::format("{}", record.version), CellKind::number};
    case ColumnRole::state:
      return {record.state};
    case ColumnRole::links:
      return {links_text(links)};
    case ColumnRole::about:
      if (column.name == "created_by") return {record.created_by};
      if (column.name == "updated_by") return {record.updated_by};
      return {format_time(column.name == "created_at" ? record.created_at : record.updated_at, 3), CellKind::time};
    case ColumnRole::field:
      break;
  }
  const json::value* value = body.if_contains(column.name);
  return value == nullptr ? Cell{} : to_cell(*column.field, *value);
}

/// UTF-16 units of UTF-8, and where to cut so that a piece holds at most cell_units_max.
size_t piece_length(std::string_view text) {
  size_t units = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if ((c & 0xC0) == 0x80) continue;
    units += c >= 0xF0 ? 2 : 1;
    if (units > cell_units_max) return i;
  }
  return text.size();
}

/// Cells longer than a spreadsheet program keeps go on in columns of their own, "<heading>#2" and so on, right of all
/// others.
void split_long_cells(Sheet& sheet) {
  const size_t columns = sheet.header.cells.size();
  for (size_t i = 0; i < columns; ++i) {
    std::vector<size_t> more;  // columns that hold the second, third, ... piece
    for (SheetRow& row : sheet.rows) {
      std::string rest = std::move(row.cells[i].text);
      const size_t first = piece_length(rest);
      row.cells[i].text = rest.substr(0, first);
      rest.erase(0, first);
      for (size_t piece = 0; !rest.empty(); ++piece) {
        if (piece == more.size()) {
          more.push_back(sheet.header.cells.size());
          sheet.header.cells.push_back({fmt::format("{}#{}", sheet.header.cells[i].text, piece + 2)});
        }
        row.cells.resize(std::max(row.cells.size(), more[piece] + 1));
        const size_t length = piece_length(rest);
        row.cells[more[piece]].text = rest.substr(0, length);
        rest.erase(0, length);
      }
    }
  }
}

Refusal too_long() {
  return {ErrorKind::limit,
          fmt::format("one export holds at most {} MiB; narrow it by a filter", export_bytes_max >> 20)};
}

Outcome<ExportedFile> export_sheet(ledger::Ledger& ledger, const ledger::RecordType& type, const ledger::Actor& actor,
                                   const ExportOptions& options, const Texts& texts) {
  const Columns columns(type, actor, texts);
  Sheet sheet;
  sheet.header.number = 1;
  for (const Column& column : columns.all()) sheet.header.cells.push_back({columns.heading(column, options.heading)});
  size_t bytes = 0;
  const auto seen = for_each_record(ledger, options.query,
                                    [&](const Record& record, const std::vector<ledger::Link>& links) -> Outcome<void> {
                                      const json::object body = ledger::visible_body(type, record.body, actor);
                                      SheetRow row;
                                      for (const Column& column : columns.all()) {
                                        row.cells.push_back(cell_of(column, record, body, links));
                                        bytes += row.cells.back().text.size() + 1;
                                      }
                                      if (bytes > export_bytes_max) return std::unexpected(too_long());
                                      sheet.rows.push_back(std::move(row));
                                      return {};
                                    });
  if (!seen) return std::unexpected(seen.error());
  split_long_cells(sheet);
  ExportedFile out;
  out.records = *seen;
  if (options.format == FileFormat::csv) {
    out.bytes = write_csv(sheet);
    return out;
  }
  auto workbook = write_xlsx(sheet, type.id);
  if (!workbook) return std::unexpected(Refusal(workbook.error()));
  out.bytes = std::move(*workbook);
  return out;
}

Outcome<ExportedFile> export_json(ledger::Ledger& ledger, const ledger::RecordType& type, const ledger::Actor& actor,
                                  const ExportOptions& options) {
  ExportedFile out;
  out.bytes = fmt::format("{{\"format\":\"{}\",\"type\":\"{}\",\"records\":[", export_document, type.id);
  bool first = true;
  const auto seen = for_each_record(
      ledger, options.query, [&](const Record& record, const std::vector<ledger::Link>& links) -> Outcome<void> {
        json::array linked;
        for (const ledger::Link& link : links) linked.push_back({{"kind", link.kind}, {"to", link.to.value}});
        json::object one{{"id", record.id.value},           {"version", record.version},
                         {"state", record.state},           {"body", ledger::visible_body(type, record.body, actor)},
                         {"links", std::move(linked)},      {"created_at", format_time(record.created_at, 3)},
                         {"created_by", record.created_by}, {"updated_at", format_time(record.updated_at, 3)},
                         {"updated_by", record.updated_by}};
        out.bytes += first ? "\n" : ",\n";
        out.bytes += ledger::canonical_json(one);
        first = false;
        if (out.bytes.size() > export_bytes_max) return std::unexpected(too_long());
        return {};
      });
  if (!seen) return std::unexpected(seen.error());
  out.bytes += "\n]}\n";
  out.records = *seen;
  return out;
}

}  // namespace

std::string_view to_text(FileFormat format) {
  switch (format) {
    case FileFormat::csv:
      return "csv";
    case FileFormat::json:
      return "json";
    case FileFormat::xlsx:
      break;
  }
  return "xlsx";
}

std::optional<FileFormat> parse_file_format(std::string_view text) {
  for (const FileFormat each : {FileFormat::csv, FileFormat::json, FileFormat::xlsx})
    if (text == to_text(each)) return each;
  return std::nullopt;
}

std::string_view media_type_of(FileFormat format) {
  switch (format) {
    case FileFormat::csv:
      return "text/csv";
    case FileFormat::json:
      return "application/json";
    case FileFormat::xlsx:
      break;
  }
  return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

FileFormat recognise(std::string_view bytes) {
  if (bytes.starts_with("PK") || bytes.starts_with("\xD0\xCF\x11\xE0")) return FileFormat::xlsx;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  bytes = trim(bytes.substr(0, 4096));
  return bytes.starts_with('{') || bytes.starts_with('[') ? FileFormat::json : FileFormat::csv;
}

Outcome<ExportedFile> export_records(ledger::Ledger& ledger, const ledger::Actor& actor, const ExportOptions& options,
                                     const Texts& texts) {
  const ledger::RecordType* type = ledger.types().find(options.query.type);
  if (type == nullptr) return ledger::refuse(ErrorKind::not_found, "there is no such record type");
  if (!ledger::may_read(*type, actor))
    return ledger::refuse(ErrorKind::forbidden, "needs the permission " + type->permissions.read);
  auto file = options.format == FileFormat::json ? export_json(ledger, *type, actor, options)
                                                 : export_sheet(ledger, *type, actor, options, texts);
  if (!file) return file;
  file->name = fmt::format("{}.{}", type->id, to_text(options.format));
  json::object about{{"type", type->id},
                     {"format", to_text(options.format)},
                     {"records", file->records},
                     {"bytes", file->bytes.size()},
                     {"sha256", sha256_hex(file->bytes)}};
  if (!options.query.states.empty()) about["states"] = json::value_from(options.query.states);
  if (!options.query.text.empty()) about["text"] = options.query.text;
  if (!options.query.filters.empty()) about["filters"] = options.query.filters.size();
  auto told = ledger.append_fact(actor, desk, "register.exported", "register:" + type->id, std::move(about));
  if (!told) return std::unexpected(told.error());
  return file;
}

}  // namespace yagura::registers
