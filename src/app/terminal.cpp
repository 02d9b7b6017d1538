#include "app/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "app/say.hpp"

namespace yagura::app {
namespace {

constexpr size_t gap = 2;  // between columns

}  // namespace

size_t terminal_columns(std::FILE* stream) {
  const int fd = ::fileno(stream);
  if (::isatty(fd) != 1) return 0;
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

bool coloured(std::FILE* stream) {
  const char* term = std::getenv("TERM");         // NOLINT(concurrency-mt-unsafe): nothing here sets the environment
  const char* refused = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe)
  return terminal_columns(stream) > 0 && !(refused && *refused) && !(term && std::string_view(term) == "dumb");
}

TableLayout::TableLayout(std::vector<TableColumn> columns, size_t width)
    : columns_(std::move(columns)), widths_(columns_.size(), 0) {
  std::vector<size_t> order(columns_.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::sort(order, [&](size_t a, size_t b) {
    return columns_[a].rank != columns_[b].rank ? columns_[a].rank < columns_[b].rank : a < b;
  });
  size_t used = 0;
  for (const size_t i : order) {
    const size_t more = columns_[i].least + (used > 0 ? gap : 0);
    if (used > 0 && used + more > width) continue;
    widths_[i] = columns_[i].least;
    used += more;
  }
  // What is left goes to those that wish for it, evenly, one column at a time.
  for (bool gave = true; gave && used < width;) {
    gave = false;
    for (const size_t i : order)
      if (widths_[i] > 0 && widths_[i] < columns_[i].wished && used < width) {
        ++widths_[i];
        ++used;
        gave = true;
      }
  }
}

std::string TableLayout::header() const {
  std::vector<std::string> titles;
  for (const TableColumn& column : columns_) titles.push_back(column.title);
  return line(titles);
}

std::string TableLayout::line(const std::vector<std::string>& cells, size_t marked, const std::string& start,
                              const std::string& stop) const {
  std::string out;
  size_t owed = 0;  // blanks that something must still follow
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (widths_[i] == 0) continue;
    const std::string text = clip(printable(cells[i]), widths_[i], columns_[i].from_end);
    const size_t blanks = widths_[i] - std::min(widths_[i], columns(text));
    out.append(owed + (columns_[i].right ? blanks : 0), ' ');
    out += i == marked ? start + text + stop : text;
    owed = gap + (columns_[i].right ? 0 : blanks);
  }
  return out;
}

std::string table_text(std::vector<TableColumn> columns, const std::vector<std::vector<std::string>>& rows,
                       size_t width) {
  size_t total = 0;
  for (size_t i = 0; i < columns.size(); ++i) {
    size_t widest = app::columns(columns[i].title);
    for (const auto& row : rows) widest = std::max(widest, app::columns(printable(row[i])));
    columns[i].wished = widest;
    columns[i].least = std::min(columns[i].least, widest);
    total += widest + gap;
  }
  const TableLayout layout(std::move(columns), width == 0 ? total : width);
  std::string out = layout.header() + '\n';
  for (const auto& row : rows) out += layout.line(row) + '\n';
  return out;
}

}  // namespace yagura::app
