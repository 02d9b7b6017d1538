#include <fmt/format.h>

#include <algorithm>

#include "registers/serial_date.hpp"
#include "registers/sheet.hpp"
#include "registers/workbook.hpp"
#include "registers/xlsx_text.hpp"

namespace yagura::registers {
namespace {

constexpr std::string_view xml_head = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)"
                                      "\n";
constexpr std::string_view main_space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view link_space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
constexpr std::string_view package_links = "http://schemas.openxmlformats.org/package/2006/relationships";

// Styles of styles_part(), in its order.
constexpr int style_date = 1;
constexpr int style_time = 2;
constexpr int style_head = 3;
constexpr int style_text = 4;

constexpr size_t width_min = 8;
constexpr size_t width_max = 60;

std::string styles_part() {
  return fmt::format(
      R"({}<styleSheet xmlns="{}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/>)"
      R"(<numFmt numFmtId="165" formatCode="yyyy\-mm\-dd\ hh:mm:ss"/></numFmts>)"
      R"(<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>)"
      R"(<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>)"
      R"(<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>)"
      R"(<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>)"
      R"(<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>)"
      R"(<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>)"
      R"(<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>)"
      R"(<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>)"
      R"(<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">)"
      R"(<alignment vertical="top" wrapText="1"/></xf></cellXfs>)"
      R"(<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>)",
      xml_head, main_space);
}

/// Columns of a terminal, roughly: what is not ASCII is wide.
size_t width_of(std::string_view text) {
  size_t widest = 0;
  size_t width = 0;
  for (const char c : text) {
    if (c == '\n') {
      widest = std::max(widest, width);
      width = 0;
    } else if ((static_cast<unsigned char>(c) & 0xC0) != 0x80) {
      width += static_cast<unsigned char>(c) < 0x80 ? 1 : 2;
    }
  }
  return std::max(widest, width);
}

std::string columns_part(const Sheet& sheet) {
  constexpr size_t rows_looked_at = 200;
  std::string out = "<cols>";
  for (size_t i = 0; i < sheet.header.cells.size(); ++i) {
    size_t width = width_of(sheet.header.cells[i].text);
    for (size_t row = 0; row < std::min(sheet.rows.size(), rows_looked_at); ++row)
      if (i < sheet.rows[row].cells.size()) width = std::max(width, width_of(sheet.rows[row].cells[i].text));
    out += fmt::format(R"(<col min="{0}" max="{0}" width="{1}" customWidth="1"/>)", i + 1,
                       std::clamp(width + 2, width_min, width_max));
  }
  return out + "</cols>";
}

void append_text_cell(std::string& out, const std::string& place, std::string_view text, int style) {
  out += fmt::format(R"(<c r="{}" s="{}" t="inlineStr"><is><t xml:space="preserve">)", place, style);
  append_xlsx_text(text, out);
  out += "</t></is></c>";
}

void append_cell(std::string& out, const std::string& place, const Cell& cell) {
  if (cell.text.empty()) return;
  switch (cell.kind) {
    case CellKind::number:
      out += fmt::format(R"(<c r="{}"><v>{}</v></c>)", place, cell.text);
      return;
    case CellKind::boolean:
      out += fmt::format(R"(<c r="{}" t="b"><v>{}</v></c>)", place, cell.text == "true" ? 1 : 0);
      return;
    case CellKind::date:
    case CellKind::time:
      if (const auto serial = to_serial(cell.text, cell.kind == CellKind::time)) {
        out += fmt::format(R"(<c r="{}" s="{}"><v>{}</v></c>)", place,
                           cell.kind == CellKind::time ? style_time : style_date, *serial);
        return;
      }
      break;
    case CellKind::text:
      break;
  }
  append_text_cell(out, place, cell.text, style_text);
}

std::string sheet_part(const Sheet& sheet) {
  const size_t columns = std::max<size_t>(sheet.header.cells.size(), 1);
  std::string out = fmt::format(
      R"({}<worksheet xmlns="{}"><dimension ref="A1:{}{}"/><sheetViews><sheetView workbookViewId="0">)"
      R"(<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>)",
      xml_head, main_space, column_letters(columns - 1), sheet.rows.size() + 1);
  out += columns_part(sheet) + R"(<sheetData><row r="1">)";
  for (size_t i = 0; i < sheet.header.cells.size(); ++i)
    append_text_cell(out, column_letters(i) + "1", sheet.header.cells[i].text, style_head);
  out += "</row>";
  size_t number = 1;
  for (const SheetRow& row : sheet.rows) {
    out += fmt::format(R"(<row r="{}">)", ++number);
    for (size_t i = 0; i < row.cells.size(); ++i)
      append_cell(out, fmt::format("{}{}", column_letters(i), number), row.cells[i]);
    out += "</row>";
  }
  out += fmt::format(R"(</sheetData><autoFilter ref="A1:{}{}"/></worksheet>)", column_letters(columns - 1),
                     sheet.rows.size() + 1);
  return out;
}

}  // namespace

Result<std::string> write_xlsx(const Sheet& sheet, std::string_view name) {
  constexpr size_t sheet_name_max = 31;
  const std::string_view office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
  const auto parts_of = [&](std::string_view body) { return fmt::format("{}{}", xml_head, body); };
  return write_parts(
      {{"[Content_Types].xml",
        parts_of(
            R"(<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">)"
            R"(<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>)"
            R"(<Default Extension="xml" ContentType="application/xml"/>)"
            R"(<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>)"
            R"(<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>)"
            R"(<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>)")},
       {"_rels/.rels",
        parts_of(fmt::format(
            R"(<Relationships xmlns="{}"><Relationship Id="rId1" Type="{}/officeDocument" Target="xl/workbook.xml"/></Relationships>)",
            package_links, office))},
       {"xl/workbook.xml",
        parts_of(fmt::format(
            R"(<workbook xmlns="{}" xmlns:r="{}"><bookViews><workbookView/></bookViews><sheets><sheet name="{}" sheetId="1" r:id="rId1"/></sheets></workbook>)",
            main_space, link_space, name.substr(0, sheet_name_max)))},
       {"xl/_rels/workbook.xml.rels",
        parts_of(fmt::format(
            R"(<Relationships xmlns="{0}"><Relationship Id="rId1" Type="{1}/worksheet" Target="worksheets/sheet1.xml"/>)"
            R"(<Relationship Id="rId2" Type="{1}/styles" Target="styles.xml"/></Relationships>)",
            package_links, office))},
       {"xl/styles.xml", styles_part()},
       {"xl/worksheets/sheet1.xml", sheet_part(sheet)}});
}

}  // namespace yagura::registers
