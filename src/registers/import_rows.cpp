#include "registers/import_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <set>

#include "base/text.hpp"
#include "registers/cells.hpp"
#include "registers/columns.hpp"
#include "registers/export.hpp"

namespace yagura::registers {
namespace {

namespace json = boost::json;

std::optional<int64_t> whole(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 1) return std::nullopt;
  return number;
}

/// "resume#2" as "resume" and 2; the heading itself and 1 when it has no such end.
std::pair<std::string_view, int> heading_piece(std::string_view heading) {
  const size_t hash = heading.rfind('#');
  if (hash == std::string_view::npos) return {heading, 1};
  const auto number = whole(heading.substr(hash + 1));
  if (!number || *number < 2 || *number > 1000) return {heading, 1};
  return {heading.substr(0, hash), static_cast<int>(*number)};
}

/// One column of the register and where its pieces stand in the sheet, in order.
struct Place {
  const Column* column = nullptr;
  std::map<int, size_t> pieces;
};

std::vector<Place> find_places(const Sheet& sheet, const Columns& columns, ImportFaults& faults,
                               std::map<std::string, std::string>& headings) {
  std::vector<Place> places;
  for (size_t i = 0; i < sheet.header.cells.size(); ++i) {
    const std::string_view heading = trim(sheet.header.cells[i].text);
    if (heading.empty()) {
      const bool used = std::ranges::any_of(
          sheet.rows, [&](const SheetRow& row) { return i < row.cells.size() && !trim(row.cells[i].text).empty(); });
      if (used)
        faults.add(sheet.header.number, fmt::format("{}", i + 1), "", "import.heading_missing",
                   "a column with values has no heading", "name a field or take the column away");
      continue;
    }
    auto column = columns.resolve(heading);
    int piece = 1;
    if (!column) {
      const auto [base, number] = heading_piece(heading);
      if (number > 1) {
        column = columns.resolve(base);
        piece = number;
      }
    }
    if (!column) {
      const bool ambiguous = column.error() == Columns::Unresolved::ambiguous;
      faults.add(sheet.header.number, std::string(heading), heading,
                 ambiguous ? "import.heading_ambiguous" : "import.heading_unknown",
                 ambiguous ? "several fields have this title" : "the register has no such field",
                 ambiguous ? "use the field's id" : "use a field's id or title");
      continue;
    }
    auto place = std::ranges::find(places, *column, &Place::column);
    if (place == places.end()) place = places.insert(places.end(), Place{*column, {}});
    if (!place->pieces.emplace(piece, i).second)
      faults.add(sheet.header.number, std::string(heading), heading, "import.heading_twice",
                 "the column stands here twice", "keep one of them");
    headings.emplace((*column)->name, heading);
  }
  return places;
}

Cell cell_at(const SheetRow& row, const Place& place) {
  Cell out;
  for (const auto& [piece, at] : place.pieces) {
    if (at >= row.cells.size()) continue;
    if (out.text.empty()) out.kind = row.cells[at].kind;
    out.text += row.cells[at].text;
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> read_links(std::string_view text, int64_t row, ImportFaults& faults,
                                                            const std::string& heading) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string_view line : split(text, '\n')) {
    const std::string_view link = trim(line);
    if (link.empty()) continue;
    const size_t space = link.find(' ');
    if (space == std::string_view::npos)
      faults.add(row, heading, link, "import.link", "a link is its kind, a space and a record's id");
    else
      out.emplace_back(link.substr(0, space), trim(link.substr(space + 1)));
  }
  return out;
}

void take_cell(const Place& place, const Cell& cell, bool epoch_1904, ImportRow& row, ImportFaults& faults,
               const std::string& heading) {
  const std::string_view text = trim(cell.text);
  switch (place.column->role) {
    case ColumnRole::id:
      row.id = text;
      return;
    case ColumnRole::version:
      row.version = whole(text);
      if (!text.empty() && !row.version)
        faults.add(row.number, heading, text, "import.version", "a version is a number from 1");
      return;
    case ColumnRole::state:
      row.state = text;
      return;
    case ColumnRole::links:
      row.links = read_links(text, row.number, faults, heading);
      return;
    case ColumnRole::about:
      return;
    case ColumnRole::field:
      row.fields[place.column->name] = from_cell(*place.column->field, cell, epoch_1904);
  }
}

std::string text_member(const json::object& record, std::string_view name) {
  const json::value* value = record.if_contains(json::string_view(name.data(), name.size()));
  return value != nullptr && value->is_string() ? json::value_to<std::string>(*value) : "";
}

void take_record(const json::object& record, ImportRow& row, ImportFaults& faults) {
  const json::value* body = record.if_contains("body");
  if (body == nullptr) {  // a plain body, for files that people write themselves
    row.fields = record;
    return;
  }
  if (!body->is_object()) {
    faults.add(row.number, "body", "", "import.json", "the record's body is no object");
    return;
  }
  row.fields = body->get_object();
  row.id = text_member(record, "id");
  row.state = text_member(record, "state");
  if (const json::value* version = record.if_contains("version"); version != nullptr && !version->is_null()) {
    if (version->is_int64() && version->get_int64() > 0)
      row.version = version->get_int64();
    else
      faults.add(row.number, "version", json::serialize(*version), "import.version", "a version is a number from 1");
  }
  const json::value* links = record.if_contains("links");
  if (links == nullptr || !links->is_array()) return;
  row.links.emplace();
  for (const json::value& link : links->get_array()) {
    const json::object* pair = link.if_object();
    if (pair == nullptr || text_member(*pair, "kind").empty() || text_member(*pair, "to").empty())
      faults.add(row.number, "links", json::serialize(link), "import.link", "a link has a kind and a record in \"to\"");
    else
      row.links->emplace_back(text_member(*pair, "kind"), text_member(*pair, "to"));
  }
}

}  // namespace

ImportFile rows_of_sheet(const Sheet& sheet, const ledger::RecordType& type, const ledger::Actor& actor,
                         const Texts& texts, ImportFaults& faults) {
  ImportFile out;
  if (sheet.header.number == 0) {
    faults.add(0, "", "", "import.empty", "the file holds no header", "export the register to see its columns");
    return out;
  }
  // Columns that the actor may not see are known too: the ledger then says what is missing.
  ledger::Actor everybody = actor;
  everybody.system = true;
  const Columns columns(type, everybody, texts);
  const std::vector<Place> places = find_places(sheet, columns, faults, out.headings);
  for (const SheetRow& from : sheet.rows) {
    ImportRow row;
    row.number = from.number;
    for (const Place& place : places)
      take_cell(place, cell_at(from, place), sheet.epoch_1904, row, faults, out.headings[place.column->name]);
    for (size_t i = sheet.header.cells.size(); i < from.cells.size(); ++i)
      if (!trim(from.cells[i].text).empty())
        faults.add(from.number, fmt::format("{}", i + 1), from.cells[i].text, "import.heading_missing",
                   "a column with values has no heading", "name a field or take the column away");
    out.rows.push_back(std::move(row));
  }
  return out;
}

ImportFile rows_of_json(std::string_view bytes, const ledger::RecordType& type, ImportFaults& faults) {
  ImportFile out;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  boost::system::error_code error;
  const json::value parsed = json::parse(json::string_view(bytes.data(), bytes.size()), error);
  if (error) {
    faults.add(0, "", "", "import.json", "the file is no JSON: " + error.message());
    return out;
  }
  const json::value* records = &parsed;
  if (const json::object* document = parsed.if_object()) {
    const std::string given = text_member(*document, "type");
    if (text_member(*document, "format") != export_document || (!given.empty() && given != type.id)) {
      faults.add(0, "", given, "import.json_document",
                 fmt::format("the file is no export of the register '{}'", type.id),
                 "give a list of records, or what an export wrote");
      return out;
    }
    records = document->if_contains("records");
  }
  if (records == nullptr || !records->is_array()) {
    faults.add(0, "", "", "import.json", "the file holds no list of records");
    return out;
  }
  for (const json::value& record : records->get_array()) {
    ImportRow row;
    row.number = static_cast<int64_t>(out.rows.size()) + 1;
    if (row.number > sheet_rows_max) {
      faults.add(row.number, "", "", "import.too_many_rows",
                 fmt::format("one import takes at most {} rows", sheet_rows_max), "split the file",
                 {{"max", fmt::format("{}", sheet_rows_max)}});
      break;
    }
    if (record.is_object())
      take_record(record.get_object(), row, faults);
    else
      faults.add(row.number, "", "", "import.json", "the record is no object");
    out.rows.push_back(std::move(row));
  }
  return out;
}

}  // namespace yagura::registers
