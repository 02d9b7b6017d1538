// Reading a workbook that anybody may have made. pugixml knows no entities but XML's own five, so a document type can
// neither read files nor multiply; it is refused all the same, for no spreadsheet program writes one.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <pugixml.hpp>

#include "base/text.hpp"
#include "registers/sheet.hpp"
#include "registers/workbook.hpp"
#include "registers/xlsx_text.hpp"

namespace yagura::registers {
namespace {

constexpr std::string_view compound_file_start = "\xD0\xCF\x11\xE0";
constexpr size_t sheets_max = 1000;

/// Parts that carry what we do not take, by how their path begins or ends.
struct UnwantedPart {
  std::string_view path;
  std::string_view what;
};
constexpr UnwantedPart unwanted_parts[] = {{"xl/vbaProject", "macros"},
                                           {"xl/macrosheets/", "macros"},
                                           {"xl/dialogsheets/", "dialogs"},
                                           {"xl/externalLinks/", "links to other files"},
                                           {"xl/embeddings/", "embedded objects"},
                                           {"xl/activeX/", "ActiveX controls"},
                                           {"xl/ctrlProps/", "controls"},
                                           {"xl/connections.xml", "connections to data"},
                                           {"xl/queryTables/", "queries"},
                                           {"xl/customData/", "custom data"}};

std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

pugi::xml_node child(const pugi::xml_node& parent, std::string_view name) {
  for (const pugi::xml_node& node : parent.children())
    if (local_name(node) == name) return node;
  return {};
}

/// Where one part's tree is read; what is wrong with it becomes a fault of the file.
class PartReader {
 public:
  PartReader(std::string_view zip, ImportFaults& faults) : zip_(zip), faults_(faults) {}

  /// The root element of the part, null when it is not there or can't be read.
  pugi::xml_node read(const std::string& name) {
    auto bytes = read_part(zip_, name);
    if (!bytes)
      return refuse(bytes.error().kind == ErrorKind::limit ? "import.too_large" : "import.workbook",
                    bytes.error().message);
    bytes_ = std::move(*bytes);
    if (bytes_.empty()) return {};
    const auto tags = static_cast<size_t>(std::ranges::count(bytes_, '<'));
    const auto quotes =
        static_cast<size_t>(std::ranges::count_if(bytes_, [](char c) { return c == '"' || c == '\''; }));
    if (tags + quotes / 2 > workbook_tokens_max)
      return refuse("import.too_large", fmt::format("the part {} holds more than {} tags", name, workbook_tokens_max));
    constexpr unsigned flags = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_wconv_attribute |
                               pugi::parse_ws_pcdata_single | pugi::parse_doctype;
    const auto parsed = document_.load_buffer_inplace(bytes_.data(), bytes_.size(), flags);
    if (!parsed) return refuse("import.workbook", fmt::format("the part {} is no XML: {}", name, parsed.description()));
    for (const pugi::xml_node& node : document_.children())
      if (node.type() == pugi::node_doctype)
        return refuse("import.doctype", fmt::format("the part {} declares a document type", name));
    return document_.document_element();
  }

 private:
  pugi::xml_node refuse(std::string code, std::string message) {
    faults_.add(0, "", "", std::move(code), std::move(message));
    return {};
  }

  std::string_view zip_;
  ImportFaults& faults_;
  std::string bytes_;  // the tree stands in it
  pugi::xml_document document_;
};

/// The text of <si> or <is>: its runs joined, without the readings that stand above kanji.
std::string rich_text(const pugi::xml_node& holder) {
  std::string out;
  for (const pugi::xml_node& node : holder.children()) {
    if (local_name(node) == "t") out += node.text().get();
    if (local_name(node) == "r")
      for (const pugi::xml_node& piece : node.children())
        if (local_name(piece) == "t") out += piece.text().get();
  }
  return undo_xlsx_escapes(out);
}

struct WorkbookPlan {
  std::string sheet_part;
  bool epoch_1904 = false;
};

/// Which part holds the sheet called `name`, else the first one.
std::optional<WorkbookPlan> plan(std::string_view zip, std::string_view name, ImportFaults& faults) {
  WorkbookPlan out;
  std::string link;
  {
    PartReader reader(zip, faults);
    const pugi::xml_node root = reader.read("xl/workbook.xml");
    const pugi::xml_node date_mode = child(root, "workbookPr");
    out.epoch_1904 = date_mode.attribute("date1904").as_bool();
    size_t seen = 0;
    for (const pugi::xml_node& sheet : child(root, "sheets").children()) {
      if (++seen > sheets_max) break;
      const bool wanted = std::string_view(sheet.attribute("name").value()) == name;
      if (!link.empty() && !wanted) continue;
      for (const pugi::xml_attribute& attribute : sheet.attributes())
        if (std::string_view(attribute.name()).ends_with(":id")) link = attribute.value();
      if (wanted) break;
    }
  }
  if (faults.count > 0) return std::nullopt;
  PartReader reader(zip, faults);
  for (const pugi::xml_node& relation : reader.read("xl/_rels/workbook.xml.rels").children())
    if (!link.empty() && link == relation.attribute("Id").value()) {
      const std::string_view target = relation.attribute("Target").value();
      out.sheet_part = target.starts_with('/') ? std::string(target.substr(1)) : "xl/" + std::string(target);
    }
  if (out.sheet_part.empty() && faults.count == 0)
    faults.add(0, "", "", "import.workbook", "this is no workbook with a sheet", "save it as .xlsx");
  if (faults.count > 0) return std::nullopt;
  return out;
}

std::vector<std::string> shared_texts(std::string_view zip, ImportFaults& faults) {
  std::vector<std::string> out;
  PartReader reader(zip, faults);
  const pugi::xml_node root = reader.read("xl/sharedStrings.xml");
  for (const pugi::xml_node& item : root.children()) {
    if (local_name(item) != "si") continue;
    if (out.size() >= shared_texts_max) {
      faults.add(0, "", "", "import.too_large", "the workbook holds too many texts");
      break;
    }
    out.push_back(rich_text(item));
  }
  return out;
}

/// A number as CSV would have it: whole ones without a point, others with what a double holds.
std::optional<std::string> number_text(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  constexpr double whole_max = 9'007'199'254'740'992.0;
  if (number == std::floor(number) && std::abs(number) < whole_max)
    return fmt::format("{}", static_cast<int64_t>(number));
  return fmt::format("{:.15g}", number);
}

class SheetReader {
 public:
  SheetReader(const std::vector<std::string>& texts, ImportFaults& faults) : texts_(texts), faults_(faults) {}

  Sheet read(const pugi::xml_node& root) {
    if (const pugi::xml_node merged = child(root, "mergeCells")) {
      const pugi::xml_node first = child(merged, "mergeCell");
      faults_.add(0, first.attribute("ref").value(), "", "import.merged_cells", "cells are merged",
                  "separate them: each record has a row of its own");
    }
    for (const pugi::xml_node& row : child(root, "sheetData").children()) {
      if (local_name(row) != "row") continue;
      if (++rows_seen_ > sheet_rows_max + 1) {
        faults_.add(number_, "", "", "import.too_many_rows",
                    fmt::format("one import takes at most {} rows, empty ones included", sheet_rows_max),
                    "take empty rows away, or split the file", {{"max", fmt::format("{}", sheet_rows_max)}});
        break;
      }
      read_row(row);
    }
    return std::move(sheet_);
  }

 private:
  void read_row(const pugi::xml_node& node) {
    const int64_t number = node.attribute("r").as_llong(number_ + 1);
    if (number <= number_) {
      faults_.add(number, "", "", "import.workbook", "rows are not in their order");
      return;
    }
    number_ = number;
    SheetRow row;
    row.number = number;
    bool filled = false;
    for (const pugi::xml_node& cell : node.children())
      if (local_name(cell) == "c") filled |= read_cell(cell, row);
    if (!filled) return;
    (sheet_.header.number == 0 ? sheet_.header : sheet_.rows.emplace_back()) = std::move(row);
  }

  /// Puts the cell into its column; true when there is something in it.
  bool read_cell(const pugi::xml_node& node, SheetRow& row) {
    size_t column = row.cells.size();
    if (const pugi::xml_attribute place = node.attribute("r")) {
      const auto parsed = parse_place(place.value());
      if (!parsed || parsed->second != row.number || parsed->first < row.cells.size()) {
        faults_.add(row.number, place.value(), "", "import.workbook", "a cell stands where it can't");
        return false;
      }
      column = parsed->first;
    }
    const std::string letters = column_letters(column);
    if (const pugi::xml_node formula = child(node, "f")) {
      faults_.add(row.number, letters, formula.text().get(), "import.formula", "a formula stands here",
                  "paste its value instead");
      return false;
    }
    Cell cell = value_of(node, row.number, letters);
    if (cell.text.empty()) return false;
    if (column >= sheet_columns_max || cell.text.size() > cell_bytes_max) {
      faults_.add(row.number, letters, cell.text, "import.too_large", "more columns or text than may be");
      return false;
    }
    row.cells.resize(column);
    row.cells.push_back(std::move(cell));
    return !trim(row.cells.back().text).empty();
  }

  Cell value_of(const pugi::xml_node& node, int64_t row, const std::string& letters) {
    const std::string_view type = node.attribute("t").value();
    const std::string_view value = child(node, "v").text().get();
    if (type == "inlineStr") return {rich_text(child(node, "is")), CellKind::text};
    if (type == "s") {
      size_t index = 0;
      const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), index);
      if (error == std::errc() && end == value.data() + value.size() && index < texts_.size())
        return {texts_[index], CellKind::text};
      faults_.add(row, letters, value, "import.workbook", "a cell names a text that is not there");
      return {};
    }
    if (type == "b") return {value == "1" || value == "true" ? "true" : "false", CellKind::boolean};
    if (type == "e") {
      faults_.add(row, letters, value, "import.error_value", "the spreadsheet shows an error here", "give a value");
      return {};
    }
    if (type == "str" || type == "d") return {undo_xlsx_escapes(value), CellKind::text};
    if (value.empty()) return {};
    if (auto number = number_text(trim(value))) return {std::move(*number), CellKind::number};
    faults_.add(row, letters, value, "import.workbook", "a cell says it is a number and is none");
    return {};
  }

  const std::vector<std::string>& texts_;
  ImportFaults& faults_;
  Sheet sheet_;
  int64_t number_ = 0;
  int64_t rows_seen_ = 0;
};

bool is_wanted(std::string_view zip, ImportFaults& faults) {
  if (zip.starts_with(compound_file_start)) {
    faults.add(0, "", "", "import.encrypted", "the file is encrypted, or of an old format",
               "save it as .xlsx without a password");
    return false;
  }
  const auto parts = list_parts(zip);
  if (!parts) {
    faults.add(0, "", "", parts.error().kind == ErrorKind::limit ? "import.too_large" : "import.workbook",
               parts.error().message);
    return false;
  }
  for (const std::string& part : *parts)
    for (const UnwantedPart& unwanted : unwanted_parts)
      if (part.starts_with(unwanted.path))
        faults.add(0, "", part, "import.unwanted_part", fmt::format("the workbook holds {}", unwanted.what),
                   "save it as a plain .xlsx with values only", {{"what", std::string(unwanted.what)}});
  return faults.count == 0;
}

}  // namespace

Sheet read_xlsx(std::string_view bytes, std::string_view name, ImportFaults& faults) {
  if (!is_wanted(bytes, faults)) return {};
  const auto where = plan(bytes, name, faults);
  if (!where) return {};
  const std::vector<std::string> texts = shared_texts(bytes, faults);
  if (faults.count > 0) return {};
  PartReader reader(bytes, faults);
  const pugi::xml_node root = reader.read(where->sheet_part);
  if (!root) {
    if (faults.count == 0) faults.add(0, "", "", "import.workbook", "the workbook's sheet is missing");
    return {};
  }
  Sheet sheet = SheetReader(texts, faults).read(root);
  sheet.epoch_1904 = where->epoch_1904;
  return sheet;
}

}  // namespace yagura::registers
