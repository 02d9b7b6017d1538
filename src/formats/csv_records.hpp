#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "event/arena.hpp"
#include "formats/line_splitter.hpp"

namespace yagura::formats {

/// A record whose quotes do not close within this is given up as a dirty piece, so that one stray quote can't
/// swallow a file.
constexpr size_t csv_record_bytes_max = 1 << 20;

/// Cuts blocks into the records of RFC 4180: lines, where a quoted field may hold line ends. Used as LineSplitter is.
class CsvRecords {
 public:
  /// A quote counts only at a field's start, so the delimiter must be known. Until it is set, records are plain lines.
  void set_delimiter(char delimiter) { delimiter_ = delimiter; }

  void feed(const Block& block, event::Batch& out);
  bool next(event::Batch& out, Line& line);
  bool last(event::Batch& out, Line& line);

 private:
  enum class State : uint8_t { start, plain, quoted, closing };

  void give(size_t length, bool too_long, event::Batch& out, Line& line);
  State step(char c) const;

  char delimiter_ = 0;
  State state_ = State::start;
  std::string held_;
  std::string_view rest_;
  uint64_t offset_ = 0;
  uint64_t number_ = 1;
  uint64_t ends_inside_ = 0;  // line ends within the current record
  bool inside_long_ = false;
};

/// The fields of one record; quoted ones without their quotes, doubled quotes undone (into `arena`).
void split_csv(std::string_view record, char delimiter, event::Arena& arena, std::vector<std::string_view>& out);

}  // namespace yagura::formats
