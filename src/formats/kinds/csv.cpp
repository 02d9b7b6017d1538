// csv: delimited text with a header row (RFC 4180; comma, semicolon, tab or bar). Fields are called as the header says;
// time and host are looked for under the names that products use, else the first column that holds a time is it.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "formats/csv_records.hpp"
#include "formats/field_writer.hpp"
#include "formats/header_names.hpp"
#include "formats/line_events.hpp"
#include "formats/log_time.hpp"

namespace yagura::formats {
namespace {

constexpr std::string_view name = "csv";
constexpr std::array<char, 4> delimiters = {',', '\t', ';', '|'};

/// How often a delimiter stands in a line outside quotes.
size_t count_outside_quotes(std::string_view line, char delimiter) {
  size_t count = 0;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == delimiter && !quoted) ++count;
  }
  return count;
}

char likeliest_delimiter(std::string_view header) {
  return *std::ranges::max_element(delimiters, {}, [&](char d) { return count_outside_quotes(header, d); });
}

struct Column {
  std::string name;
  HeaderRole role;
};

class CsvDecoder : public LineEvents {
 public:
  explicit CsvDecoder(const DecoderOptions& options) : LineEvents(name, options) {}

  void feed(const Block& block, event::Batch& out) override {
    records_.feed(block, out);
    Line line;
    while (records_.next(out, line)) take(line, out);
  }

  void finish(event::Batch& out) override {
    Line line;
    if (records_.last(out, line)) take(line, out);
  }

 protected:
  Taken line(std::string_view text, event::Batch& out) override {
    if (columns_.empty()) {
      header(text, out);
      return Taken::nothing;
    }
    writer_.start(out);
    header_.start();
    split_csv(text, delimiter_, out.arena(), cells_);
    for (size_t i = 0; i < cells_.size(); ++i) {
      const std::string_view cell = cells_[i];
      if (i >= columns_.size()) {
        writer_.named("column_" + std::to_string(i + 1), event::Kind::string, cell);
        continue;
      }
      writer_.named_value(columns_[i].name, cell);
      header_.take(columns_[i].role, cell, options().zone_offset_seconds, out.current());
    }
    if (date_ < cells_.size() && clock_ < cells_.size())
      take_time(std::string(cells_[date_]) + " " + std::string(cells_[clock_]), out);
    for (size_t i = 0; i < cells_.size() && !header_.has_time() && out.current().time.ns == 0; ++i)
      take_time(cells_[i], out);
    return Taken::event;
  }

 private:
  static constexpr size_t time_bytes_min = 14;  // "2026/4/1 9:05"; shorter texts are numbers and dates

  void take_time(std::string_view text, event::Batch& out) {
    if (text.size() + 1 < time_bytes_min || all_digits(text)) return;
    if (const auto time = parse_log_time(text, options().zone_offset_seconds)) out.current().time = time->time;
  }

  void header(std::string_view text, event::Batch& out) {
    if (text.starts_with("sep=") && text.size() == 5) return;  // a line that spreadsheets put in front
    delimiter_ = likeliest_delimiter(text);
    records_.set_delimiter(delimiter_);
    split_csv(text, delimiter_, out.arena(), cells_);
    for (size_t i = 0; i < cells_.size() && i < event::fields_per_event_max; ++i) {
      std::string_view title = trim(cells_[i]);
      const std::string numbered = "column_" + std::to_string(i + 1);
      if (title.empty()) title = numbered;
      columns_.push_back({std::string(title), header_role(title)});
      const std::string lower = ascii_lower(title);
      if (lower == "date" || title == "日付") date_ = i;
      if (lower == "time" || title == "時刻" || title == "時間") clock_ = i;
    }
  }

  CsvRecords records_;
  FieldWriter writer_;
  HeaderFill header_;
  std::vector<Column> columns_;
  std::vector<std::string_view> cells_;
  size_t date_ = SIZE_MAX;
  size_t clock_ = SIZE_MAX;
  char delimiter_ = ',';
};

/// A header is a row of different titles that are no numbers, and the next rows have as many columns.
int sniff(std::string_view head, std::string_view file_name) {
  const bool titled = file_name.ends_with(".csv") || file_name.ends_with(".tsv");
  if (head.starts_with("\xEF\xBB\xBF")) head.remove_prefix(3);
  const std::string_view first = head.substr(0, head.find('\n'));
  const char delimiter = likeliest_delimiter(first);
  const size_t columns = count_outside_quotes(first, delimiter);
  if (columns == 0 || first.starts_with('{') || first.starts_with('[') || first.starts_with('<') ||
      first.starts_with('#'))
    return 0;
  if (titled) return 70;
  if (columns < 2 || first.size() == head.size()) return 0;
  for (const std::string_view title : split(first, delimiter)) {
    const std::string_view plain = trim(title);
    if (plain.empty() || plain.size() > 64 || (plain[0] >= '0' && plain[0] <= '9') || plain.contains('=')) return 0;
  }
  head.remove_prefix(first.size() + 1);
  int rows = 0;
  for (; rows < 3 && !head.empty(); ++rows) {
    const std::string_view row = head.substr(0, head.find('\n'));
    if (row.size() == head.size() && rows > 0) break;
    if (count_outside_quotes(row, delimiter) != columns) return 0;
    head.remove_prefix(std::min(head.size(), row.size() + 1));
  }
  return rows > 0 ? 50 : 0;
}

std::unique_ptr<Decoder> open(const DecoderOptions& options) {
  return std::make_unique<CsvDecoder>(options);
}

}  // namespace

extern const Format csv_format{name, "delimited text with a header row", sniff, open};

}  // namespace yagura::formats
