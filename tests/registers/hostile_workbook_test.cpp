// Workbooks that somebody made to do harm, and those that spreadsheet programs make in good faith.
#include <fmt/format.h>

#include "fixture.hpp"
#include "registers/serial_date.hpp"
#include "registers/workbook.hpp"
#include "registers/xlsx_text.hpp"

namespace yagura::registers::testing {
namespace {

constexpr std::string_view space = R"(xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main")";

/// A workbook around the given sheet, with more parts.
std::string workbook(const std::string& sheet, std::vector<WorkbookPart> more = {}, std::string_view properties = "") {
  std::vector<WorkbookPart> parts{
      {"xl/workbook.xml",
       fmt::format(
           R"(<workbook {} xmlns:r="r">{}<sheets><sheet name="notes" sheetId="1" r:id="rId1"/></sheets></workbook>)",
           space, properties)},
      {"xl/_rels/workbook.xml.rels",
       R"(<Relationships><Relationship Id="rId1" Target="worksheets/s.xml"/></Relationships>)"},
      {"xl/worksheets/s.xml", sheet}};
  std::ranges::move(more, std::back_inserter(parts));
  auto bytes = write_parts(parts);
  EXPECT_TRUE(bytes.has_value());
  return bytes ? *bytes : "";
}

std::string sheet_of(std::string_view rows, std::string_view after = "") {
  return fmt::format("<worksheet {}><sheetData>{}</sheetData>{}</worksheet>", space, rows, after);
}

std::string first_fault(const std::string& bytes) {
  ImportFaults faults;
  const Sheet sheet = read_xlsx(bytes, "asset", faults);
  if (faults.count == 0) return fmt::format("taken with {} rows", sheet.rows.size());
  const ImportFault& fault = faults.kept.front();
  return fmt::format("{}{} {}", fault.row, fault.column, fault.reason.code);
}

TEST(HostileWorkbook, with_a_formula_is_refused_and_the_cell_named) {
  const std::string rows =
      R"(<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row>)"
      R"(<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>HYPERLINK("http://x")</f><v>2</v></c></row>)";
  EXPECT_EQ(first_fault(workbook(sheet_of(rows))), "2B import.formula");
}

TEST(HostileWorkbook, with_ten_million_empty_rows_is_refused) {
  std::string rows;
  for (int i = 0; i < 10'000'000; ++i) rows += "<row/>";
  EXPECT_EQ(first_fault(workbook(sheet_of(rows))), "0 import.too_large");
  rows.resize(static_cast<size_t>(sheet_rows_max + 2) * 6);
  EXPECT_EQ(first_fault(workbook(sheet_of(rows))), fmt::format("{} import.too_many_rows", sheet_rows_max + 1));
}

TEST(HostileWorkbook, that_unpacks_without_end_is_refused) {
  EXPECT_EQ(first_fault(workbook(sheet_of(std::string(workbook_part_bytes_max + 1000, ' ')))), "0 import.too_large");
}

TEST(HostileWorkbook, with_entities_or_any_document_type_is_refused) {
  const std::string laughs = R"(<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>)";
  EXPECT_EQ(first_fault(workbook(laughs + sheet_of("<row><c t=\"str\"><v>&b;</v></c></row>"))), "0 import.doctype");
  EXPECT_EQ(first_fault(workbook(R"(<!DOCTYPE x SYSTEM "file:///etc/passwd">)" + sheet_of(""))), "0 import.doctype");
}

TEST(HostileWorkbook, with_more_shared_texts_than_may_be_is_refused) {
  std::string texts = "<sst>";
  for (size_t i = 0; i < shared_texts_max + 1; ++i) texts += "<si/>";
  EXPECT_EQ(first_fault(workbook(sheet_of(""), {{"xl/sharedStrings.xml", texts + "</sst>"}})), "0 import.too_large");
}

TEST(HostileWorkbook, with_merged_cells_macros_or_links_is_refused) {
  EXPECT_EQ(first_fault(workbook(sheet_of("", R"(<mergeCells><mergeCell ref="A1:B2"/></mergeCells>)"))),
            "0A1:B2 import.merged_cells");
  for (const char* part : {"xl/vbaProject.bin", "xl/externalLinks/externalLink1.xml", "xl/embeddings/oleObject1.bin",
                           "xl/activeX/activeX1.xml", "xl/connections.xml", "xl/macrosheets/sheet1.xml"})
    EXPECT_EQ(first_fault(workbook(sheet_of(""), {{part, "x"}})), "0 import.unwanted_part") << part;
}

TEST(HostileWorkbook, that_is_encrypted_no_zip_or_broken_is_refused) {
  EXPECT_EQ(first_fault("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "0 import.encrypted");
  EXPECT_EQ(first_fault("PK\x03\x04 nonsense"), "0 import.workbook");
  EXPECT_EQ(first_fault(workbook("<worksheet><sheetData>")), "0 import.workbook");
  const std::string whole = workbook(sheet_of("<row/>"));
  for (size_t length = 0; length < whole.size(); length += 7)
    EXPECT_NE(first_fault(whole.substr(0, length)).substr(0, 5), "taken") << length;
}

TEST(HostileWorkbook, with_cells_where_none_can_be_is_refused) {
  for (const char* rows :
       {R"(<row r="2"><c r="A2"><v>1</v></c></row><row r="2"/>)",
        R"(<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>)",
        R"(<row r="1"><c r="A7"><v>1</v></c></row>)", R"(<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>)",
        R"(<row r="1"><c t="s"><v>5</v></c></row>)", R"(<row r="1"><c><v>NaN</v></c></row>)"})
    EXPECT_TRUE(first_fault(workbook(sheet_of(rows))).ends_with("import.workbook")) << rows;
  EXPECT_EQ(first_fault(workbook(sheet_of(R"(<row r="1"><c r="A1" t="e"><v>#REF!</v></c></row>)"))),
            "1A import.error_value");
}

TEST(Workbook, of_a_spreadsheet_program_is_read_with_shared_texts_runs_and_readings) {
  const std::string texts =
      "<sst><si><t>name</t></si><si><r><t>東</t></r><r><rPr/><t xml:space=\"preserve\">京 </t></r>"
      "<rPh sb=\"0\" eb=\"2\"><t>トウキョウ</t></rPh></si></sst>";
  const std::string rows =
      R"(<x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="C1" t="inlineStr"><x:is><x:t>kind</x:t></x:is></x:c></x:row>)"
      R"(<x:row r="4"><x:c r="A4" t="s"><x:v>1</x:v></x:c><x:c r="B4" t="b"><x:v>1</x:v></x:c><x:c r="C4"><x:v>46120.5</x:v></x:c></x:row>)";
  const std::string sheet = R"(<x:worksheet xmlns:x="m"><x:sheetData>)" + rows + "</x:sheetData></x:worksheet>";
  ImportFaults faults;
  const Sheet read =
      read_xlsx(workbook(sheet, {{"xl/sharedStrings.xml", texts}}, R"(<workbookPr date1904="1"/>)"), "", faults);
  ASSERT_EQ(faults.count, 0);
  EXPECT_TRUE(read.epoch_1904);
  ASSERT_EQ(read.rows.size(), 1U);
  EXPECT_EQ(read.rows[0].number, 4);
  EXPECT_EQ(read.rows[0].cells[0].text, "東京 ");
  EXPECT_EQ(read.rows[0].cells[1].text, "true");
  EXPECT_EQ(read.rows[0].cells[2].text, "46120.5");
  EXPECT_EQ(read.header.cells[2].text, "kind");
}

TEST(Workbook, counts_days_as_spreadsheets_do) {
  EXPECT_EQ(to_serial("2026-04-08", false), "46120");
  EXPECT_EQ(from_serial(46120, false, false), "2026-04-08");
  EXPECT_EQ(from_serial(46120 - 1462, false, true), "2026-04-08");
  EXPECT_EQ(to_serial("2026-04-08T12:00:00Z", true), "46120.5");
  EXPECT_EQ(from_serial(46120.5, true, false), "2026-04-08T12:00:00.000000Z");
  EXPECT_FALSE(to_serial("1900-02-28", false).has_value());
  EXPECT_FALSE(to_serial("2026-04-08T12:00:00.000001Z", true).has_value());
  EXPECT_FALSE(from_serial(1e18, false, false).has_value());
}

TEST(Workbook, names_columns_by_letters) {
  EXPECT_EQ(column_letters(0), "A");
  EXPECT_EQ(column_letters(25), "Z");
  EXPECT_EQ(column_letters(26), "AA");
  EXPECT_EQ(column_letters(16383), "XFD");
  EXPECT_EQ(parse_place("XFD1048576"), (std::pair<size_t, int64_t>{16383, 1048576}));
  EXPECT_FALSE(parse_place("XFE1").has_value());
  EXPECT_FALSE(parse_place("A0").has_value());
  EXPECT_FALSE(parse_place("1").has_value());
}

}  // namespace
}  // namespace yagura::registers::testing
