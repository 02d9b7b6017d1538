#include <gtest/gtest.h>

#include <chrono>

#include "registers/sheet.hpp"

namespace yagura::registers {
namespace {

Sheet one_cell(std::string text) {
  Sheet sheet;
  sheet.header = {1, {{"見出し"}}};
  sheet.rows.push_back({2, {{std::move(text)}}});
  return sheet;
}

TEST(Csv, guards_what_a_spreadsheet_takes_for_a_formula_and_undoes_exactly_that) {
  for (const std::string text : {"=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=x", "''=x", "'''", "'x", "x", "＝1", "－x",
                                 "'", "\"", "a\"b", " =x", "\n=x"}) {
    const std::string file = write_csv(one_cell(text));
    ImportFaults faults;
    const Sheet again = read_csv(file, faults);
    ASSERT_EQ(again.rows.size(), 1U) << text;
    EXPECT_EQ(again.rows[0].cells[0].text, text);
    EXPECT_EQ(faults.count, 0);
    const std::string cell = file.substr(file.find("\r\n") + 2);
    for (const char start : {'=', '+', '-', '@', '\t', '\r'}) {
      EXPECT_NE(cell.front(), start) << text;
      if (cell.front() == '"') EXPECT_NE(cell[1], start) << text;
    }
  }
}

TEST(Csv, leaves_numbers_as_numbers) {
  Sheet sheet = one_cell("-5");
  sheet.rows[0].cells[0].kind = CellKind::number;
  EXPECT_TRUE(write_csv(sheet).ends_with("\r\n-5\r\n"));
}

TEST(Csv, begins_with_a_byte_order_mark_and_ends_lines_as_rfc_4180_has_it) {
  EXPECT_EQ(write_csv(one_cell("値")), "\xEF\xBB\xBF見出し\r\n値\r\n");
}

TEST(Csv, counts_rows_as_a_spreadsheet_does) {
  ImportFaults faults;
  const Sheet sheet = read_csv("a,b\n\"x\ny\",1\n\n,,\nz,2\n", faults);
  ASSERT_EQ(sheet.rows.size(), 2U);
  EXPECT_EQ(sheet.rows[0].number, 2);
  EXPECT_EQ(sheet.rows[1].number, 5);
  EXPECT_EQ(sheet.rows[0].cells[0].text, "x\ny");
}

TEST(Csv, knows_semicolons_tabs_and_every_line_end) {
  for (const std::string text : {"a;b\r\n1;2\r\n", "a\tb\r1\t2\r", "a,b\n1,2"}) {
    ImportFaults faults;
    const Sheet sheet = read_csv(text, faults);
    ASSERT_EQ(sheet.header.cells.size(), 2U) << text;
    ASSERT_EQ(sheet.rows.size(), 1U) << text;
    EXPECT_EQ(sheet.rows[0].cells[1].text, "2");
  }
}

TEST(Csv, names_the_row_where_quotes_go_wrong) {
  for (const auto& [text, row] : {std::pair{"a\n\"x\n", 2}, std::pair{"a\n1\n\"x\"y\n", 3}}) {
    ImportFaults faults;
    read_csv(text, faults);
    ASSERT_EQ(faults.count, 1) << text;
    EXPECT_EQ(faults.kept[0].row, row);
    EXPECT_EQ(faults.kept[0].reason.code, "import.quote");
  }
}

TEST(Csv, refuses_more_rows_than_may_be_empty_ones_too) {
  std::string text = "a,b\n";
  for (int64_t i = 0; i < sheet_rows_max + 10; ++i) text += ",\n";
  ImportFaults faults;
  read_csv(text, faults);
  ASSERT_EQ(faults.count, 1);
  EXPECT_EQ(faults.kept[0].reason.code, "import.too_many_rows");
}

TEST(Csv, of_many_short_rows_takes_no_longer_for_what_follows_them) {
  // Ten million line ends: each row looks for its own end, not for the last of the file.
  const std::string bytes = "名称,種類\n" + std::string(10'000'000, '\n');
  ImportFaults faults;
  const auto start = std::chrono::steady_clock::now();
  read_csv(bytes, faults);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5)) << "it took 22 s when it looked on";
  EXPECT_EQ(faults.kept.at(0).reason.code, "import.too_many_rows");
}

TEST(Csv, refuses_bytes_that_are_no_utf8) {
  ImportFaults faults;
  read_csv("a\n\xFF\xFE\n", faults);
  ASSERT_EQ(faults.count, 1);
  EXPECT_EQ(faults.kept[0].reason.code, "import.not_utf8");
}

}  // namespace
}  // namespace yagura::registers
