#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "event/batch.hpp"
#include "formats/decoder.hpp"

namespace yagura::formats {

/// A document nested deeper is taken as garbage up to its line's end.
constexpr uint64_t json_nesting_max = 10'000;

/// A piece of a stream of JSON: a document, or bytes that are none.
struct JsonPiece {
  std::string_view text;  // lives as long as the batch; block_padding_bytes readable behind it
  uint64_t offset = 0;
  uint64_t line = 0;
  event::Dirt dirt = event::Dirt::none;  // has unparsed when the piece is no document
  bool certain = true;                   // false: one line that looks like a document; the sink may say that it is not
};

class JsonSink {
 public:
  virtual ~JsonSink() = default;
  /// Takes a piece. False only for a piece that is not certain and not a whole document: then nothing of it
  /// may stay in `out`, and it comes again, cut by its brackets.
  virtual bool take(const JsonPiece& piece, event::Batch& out) = 0;
};

/// Finds the documents in a stream of JSON objects: one a line, pretty-printed one after another, in one array, or in
/// the array of {"Records": [...]} (CloudTrail, Azure), or each behind a record separator (RFC 7464), which ends a text
/// cut short before it too. What is none of these becomes pieces of one line, marked
/// unparsed, and the stream goes on: a line end inside a string and a `{` at the start of a line where none
/// can stand end a broken document. Memory held: at most record_bytes_max and one block; time linear.
class JsonStream {
 public:
  explicit JsonStream(JsonSink& sink) : sink_(sink) {}

  void feed(const Block& block, event::Batch& out);
  void finish(event::Batch& out);

 private:
  enum class State : uint8_t { between, document, garbage, tail };

  void between();
  void document();
  void garbage();
  void tail();
  bool whole_line(size_t from);
  void prefetch_line(size_t from, size_t length) const;
  void begin(State state);
  void end(size_t stop, event::Dirt dirt);
  bool scan(size_t stop);
  bool scan_string(size_t stop);
  bool scan_open(char c);
  size_t before_separator(size_t stop);
  bool at_separator(size_t stop);
  bool opens_records() const;
  bool may_open_object() const;
  size_t held_bytes() const { return held_.size() + (at_ - begin_); }

  JsonSink& sink_;
  event::Batch* out_ = nullptr;
  std::string_view data_;  // the current block
  size_t at_ = 0;
  State state_ = State::between;
  bool in_array_ = false;
  bool in_records_ = false;   // the array belongs to an object that must still be closed
  bool in_sequence_ = false;  // a record separator was met: RFC 7464
  size_t separator_ = 0;      // the next one in data_, when in_sequence_; at or behind at_ once asked for

  std::string held_;         // of the current piece, from earlier blocks
  size_t begin_ = 0;         // where the current piece starts or goes on in data_
  uint64_t lines_from_ = 0;  // offset before which no line is tried as a document again: keeps time linear
  uint64_t offset_ = 0;      // of data_ in the whole input
  uint64_t line_ = 1;        // at at_
  uint64_t piece_offset_ = 0;
  uint64_t piece_line_ = 0;
  bool piece_long_ = false;  // a part of the current piece was given already

  static constexpr uint64_t depth_bits = 64;
  uint64_t depth_ = 0;
  uint64_t arrays_ = 0;   // bit d: what is open at depth d is an array
  bool compact_ = false;  // its first key stands on the line of its brace
  bool in_string_ = false;
  bool escaped_ = false;
  char before_ = 0;  // the last byte that is no white space, outside strings
  char last_ = 0;    // the last byte
};

}  // namespace yagura::formats
