#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "registers/sheet.hpp"

namespace yagura::registers {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// How a text may begin that a spreadsheet program takes for a formula; the full-width forms included.
constexpr std::array<std::string_view, 11> formula_starts{"=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"};

bool starts_formula(std::string_view text) {
  return std::ranges::any_of(formula_starts, [&](std::string_view start) { return text.starts_with(start); });
}

/// What needs an apostrophe in front: a formula, and what would lose one of its own when the guard is undone.
bool wants_guard(std::string_view text) {
  if (starts_formula(text)) return true;
  return text.starts_with('\'') && (text.substr(1).starts_with('\'') || starts_formula(text.substr(1)));
}

void append_cell(std::string& out, const Cell& cell) {
  const bool guarded = cell.kind == CellKind::text && wants_guard(cell.text);
  const bool quoted =
      guarded || cell.text.find_first_of("\",\r\n;\t") != std::string::npos || trim(cell.text) != cell.text;
  if (!quoted) {
    out += cell.text;
    return;
  }
  out += '"';
  if (guarded) out += '\'';
  for (const char c : cell.text) {
    out += c;
    if (c == '"') out += '"';
  }
  out += '"';
}

void append_row(std::string& out, const SheetRow& row) {
  for (size_t i = 0; i < row.cells.size(); ++i) {
    if (i > 0) out += ',';
    append_cell(out, row.cells[i]);
  }
  out += "\r\n";
}

/// The separator that the header line has most of, outside quotes.
char separator_of(std::string_view bytes) {
  std::array<size_t, 3> counts{};
  constexpr std::string_view separators = ",;\t";
  bool quoted = false;
  for (const char c : bytes) {
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '\n' || c == '\r') break;
    if (const size_t at = separators.find(c); at != std::string_view::npos) ++counts[at];
  }
  return separators[static_cast<size_t>(std::ranges::max_element(counts) - counts.begin())];
}

/// Cuts bytes into rows; each call of next() gives one.
class CsvReader {
 public:
  CsvReader(std::string_view bytes, ImportFaults& faults)
      : rest_(bytes), separator_(separator_of(bytes)), faults_(faults) {}

  /// False at the end, or when nothing more can be made of it (a fault says so).
  bool next(SheetRow& row) {
    row.cells.clear();
    if (rest_.empty() || broken_) return false;
    row.number = ++number_;
    for (;;) {
      Cell cell;
      if (!read_cell(cell)) return false;
      if (row.cells.size() >= sheet_columns_max || cell.text.size() > cell_bytes_max)
        return stop("import.too_large", "a row holds more columns or a cell more text than may be");
      row.cells.push_back(std::move(cell));
      if (rest_.empty()) return true;
      const char end = rest_.front();
      rest_.remove_prefix(1);
      if (end == separator_) continue;
      if (end == '\r' && rest_.starts_with('\n')) rest_.remove_prefix(1);
      return true;
    }
  }

 private:
  bool stop(std::string code, std::string message) {
    broken_ = true;
    faults_.add(number_, "", rest_, std::move(code), std::move(message));
    return false;
  }

  bool read_cell(Cell& cell) {
    const bool quoted = rest_.starts_with('"');
    if (!quoted) {
      // All three at once: a search for one of them alone would run on to the end of the file for every cell.
      const std::array<char, 3> ends{'\r', '\n', separator_};
      const size_t end = rest_.find_first_of(std::string_view(ends.data(), ends.size()));
      cell.text = rest_.substr(0, end);
      rest_.remove_prefix(std::min(end, rest_.size()));
    } else {
      rest_.remove_prefix(1);
      for (;;) {
        const size_t quote = rest_.find('"');
        if (quote == std::string_view::npos)
          return stop("import.quote", "a quote is opened here and not closed before the file ends");
        cell.text += rest_.substr(0, quote);
        rest_.remove_prefix(quote + 1);
        if (!rest_.starts_with('"')) break;
        cell.text += '"';
        rest_.remove_prefix(1);
      }
      if (!rest_.empty() && rest_.front() != separator_ && rest_.front() != '\r' && rest_.front() != '\n')
        return stop("import.quote", "text follows a closing quote");
    }
    if (cell.text.starts_with('\'')) {
      const std::string_view bare = std::string_view(cell.text).substr(1);
      if (wants_guard(bare)) cell.text.erase(0, 1);
    }
    return true;
  }

  std::string_view rest_;
  char separator_;
  ImportFaults& faults_;
  int64_t number_ = 0;
  bool broken_ = false;
};

}  // namespace

std::string write_csv(const Sheet& sheet) {
  std::string out(byte_order_mark);
  append_row(out, sheet.header);
  for (const SheetRow& row : sheet.rows) append_row(out, row);
  return out;
}

Sheet read_csv(std::string_view bytes, ImportFaults& faults) {
  Sheet sheet;
  if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  if (!is_utf8(bytes)) {
    faults.add(0, "", "", "import.not_utf8", "the file is not UTF-8", "save it as CSV UTF-8");
    return sheet;
  }
  CsvReader reader(bytes, faults);
  for (SheetRow row; reader.next(row);) {
    if (row.number > sheet_rows_max + 1) {
      faults.add(row.number, "", "", "import.too_many_rows",
                 fmt::format("one import takes at most {} rows", sheet_rows_max), "split the file",
                 {{"max", fmt::format("{}", sheet_rows_max)}});
      break;
    }
    if (std::ranges::all_of(row.cells, [](const Cell& cell) { return trim(cell.text).empty(); })) continue;
    (sheet.header.number == 0 ? sheet.header : sheet.rows.emplace_back()) = std::move(row);
  }
  return sheet;
}

}  // namespace yagura::registers
