#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "event/batch.hpp"
#include "formats/decoder.hpp"

namespace yagura::formats {

/// One line without its end (LF or CRLF). The bytes live as long as the batch handed to next(), and
/// block_padding_bytes after them may be read.
struct Line {
  std::string_view text;
  uint64_t offset = 0;    // of its first byte in the decoded input
  uint64_t number = 0;    // from 1
  bool too_long = false;  // a piece of a line longer than record_bytes_max
};

/// Cuts blocks into lines. A line within one block is a view of it; one that straddles blocks is copied into
/// the batch's arena once. Memory held: at most record_bytes_max and one block.
///   splitter.feed(block, batch); while (splitter.next(batch, line)) ...;
/// and at the end: if (splitter.last(batch, line)) ...
class LineSplitter {
 public:
  /// Takes the next block; call next() until it gives nothing before feeding another.
  void feed(const Block& block, event::Batch& out);

  /// The next whole line of what was fed (or a piece of one that is too long).
  bool next(event::Batch& out, Line& line);

  /// At the end of input: the last line when it has no line end.
  bool last(event::Batch& out, Line& line);

 private:
  void give(std::string_view text, bool too_long, event::Batch& out, Line& line);

  std::string held_;       // the start of a line whose end has not come
  std::string_view rest_;  // of the current block
  uint64_t offset_ = 0;    // of the line being collected
  uint64_t number_ = 1;
  bool inside_long_ = false;  // a piece of the current line was given already
};

}  // namespace yagura::formats
