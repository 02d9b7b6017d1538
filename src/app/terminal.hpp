// Tables that fit a terminal.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

namespace yagura::app {

/// Columns of the terminal that the stream is; 0 when it is none.
size_t terminal_columns(std::FILE* stream);

/// Whether to colour what goes to the stream: a terminal, unless NO_COLOR is set or TERM is "dumb".
bool coloured(std::FILE* stream);

struct TableColumn {
  std::string title;
  size_t least = 1;       // narrower than this it is left out
  size_t wished = 1;      // wider than this it need not be
  int rank = 0;           // the highest ranks go first when room is short
  bool right = false;     // numbers
  bool from_end = false;  // what does not fit is cut off in front: paths
};

/// Lays columns out for a width once, then makes lines. Cells are made printable.
class TableLayout {
 public:
  TableLayout(std::vector<TableColumn> columns, size_t width);

  std::string header() const;
  /// One line without its end; `cells` are those of all columns. `start` and `stop` (escape sequences) are put around
  /// the cell of the column `marked`.
  std::string line(const std::vector<std::string>& cells, size_t marked = SIZE_MAX, const std::string& start = {},
                   const std::string& stop = {}) const;
  bool shows(size_t column) const { return widths_[column] > 0; }
  size_t width(size_t column) const { return widths_[column]; }

 private:
  std::vector<TableColumn> columns_;
  std::vector<size_t> widths_;  // 0: left out
};

/// A whole small table, as wide as its cells and at most `width` (0: any).
std::string table_text(std::vector<TableColumn> columns, const std::vector<std::vector<std::string>>& rows,
                       size_t width);

}  // namespace yagura::app
