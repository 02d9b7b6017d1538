#include "formats/csv_records.hpp"

#include <algorithm>
#include <cstring>

namespace yagura::formats {

CsvRecords::State CsvRecords::step(char c) const {
  if (state_ == State::quoted) return c == '"' ? State::closing : State::quoted;
  if (c == delimiter_ && delimiter_ != 0) return State::start;
  if (c == '"' && delimiter_ != 0 && (state_ == State::start || state_ == State::closing)) return State::quoted;
  return state_ == State::closing && c == '\r' ? State::closing : State::plain;
}

void CsvRecords::feed(const Block& block, event::Batch& out) {
  rest_ = block.bytes;
  if (!rest_.empty()) out.keep(block.owner);
}

/// Gives what is held and `length` more bytes.
void CsvRecords::give(size_t length, bool too_long, event::Batch& out, Line& line) {
  line = {rest_.substr(0, length), offset_, number_, too_long};
  offset_ += held_.size() + length;
  rest_.remove_prefix(length);
  number_ += ends_inside_;
  ends_inside_ = 0;
  if (held_.empty()) return;
  held_.append(line.text);
  line.text = out.arena().copy(held_);
  held_.clear();
}

bool CsvRecords::next(event::Batch& out, Line& line) {
  for (size_t at = 0; at < rest_.size(); ++at) {
    if (held_.size() + at >= csv_record_bytes_max) {
      give(at, true, out, line);
      inside_long_ = true;
      if (state_ == State::quoted) state_ = State::plain;
      return true;
    }
    const char c = rest_[at];
    if (c == '\n' && state_ != State::quoted) {
      give(at, inside_long_, out, line);
      if (line.text.ends_with('\r')) line.text.remove_suffix(1);
      rest_.remove_prefix(1);
      ++offset_;
      ++number_;
      state_ = State::start;
      inside_long_ = false;
      return true;
    }
    if (c == '\n') ++ends_inside_;
    state_ = step(c);
  }
  held_.append(rest_);
  rest_ = {};
  return false;
}

bool CsvRecords::last(event::Batch& out, Line& line) {
  if (held_.empty()) return false;
  const bool too_long = inside_long_;
  give(0, too_long, out, line);
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  return true;
}

void split_csv(std::string_view record, char delimiter, event::Arena& arena, std::vector<std::string_view>& out) {
  out.clear();
  while (true) {
    if (!record.starts_with('"')) {
      const size_t end = record.find(delimiter);
      out.push_back(record.substr(0, end));
      if (end == std::string_view::npos) return;
      record.remove_prefix(end + 1);
      continue;
    }
    record.remove_prefix(1);
    size_t close = 0;
    bool doubled = false;
    while (close < record.size()) {
      if (record[close] == '"') {
        if (close + 1 >= record.size() || record[close + 1] != '"') break;
        doubled = true;
        ++close;
      }
      ++close;
    }
    close = std::min(close, record.size());
    std::string_view field = record.substr(0, close);
    if (doubled) {
      char* copy = arena.allocate(field.size());
      size_t size = 0;
      for (size_t i = 0; i < field.size(); ++i) {
        copy[size++] = field[i];
        if (field[i] == '"') ++i;
      }
      arena.shrink_last(field.size(), size);
      field = {copy, size};
    }
    out.push_back(field);
    const size_t end = record.find(delimiter, close);
    if (end == std::string_view::npos) return;
    record.remove_prefix(end + 1);
  }
}

}  // namespace yagura::formats
