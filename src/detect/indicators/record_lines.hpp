#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace yagura::detect {

constexpr size_t indicator_line_bytes_max = 64 << 10;

/// Cuts bytes that come in pieces into lines without their ends, or into records where a quoted field may hold line
/// ends. Memory held: one line. `take(text, line number, too_long)`; of a line that is too long only its start is kept.
class RecordLines {
 public:
  /// Quotes count from now on.
  void honour_quotes() { quotes_ = true; }

  template <typename Take>
  void feed(std::string_view bytes, Take&& take) {
    if (!started_) {
      // A byte order mark may come in pieces; hold until it is decided.
      held_ += bytes;
      constexpr std::string_view mark = "\xEF\xBB\xBF";
      if (held_.size() < mark.size() && mark.starts_with(held_)) return;
      started_ = true;
      const std::string first = held_.starts_with(mark) ? held_.substr(mark.size()) : held_;
      held_.clear();
      feed(first, take);
      return;
    }
    for (size_t at = 0; at < bytes.size();) {
      if (!quotes_ || !inside_) {
        const size_t end = bytes.find_first_of(quotes_ ? "\n\"" : "\n", at);
        if (end == std::string_view::npos) return hold(bytes.substr(at));
        hold(bytes.substr(at, end - at));
        at = end + 1;
        if (bytes[end] == '"') {
          inside_ = opens_field();
          hold("\"");
        } else {
          give(take);
        }
      } else {
        const size_t end = bytes.find_first_of("\n\"", at);
        if (end == std::string_view::npos) return hold(bytes.substr(at));
        hold(bytes.substr(at, end + 1 - at));
        at = end + 1;
        if (bytes[end] == '"') {
          inside_ = false;
          closed_at_ = held_.size();
        } else if (++inner_lines_ > inner_lines_max) {  // a stray quote can't swallow the file
          give(take);
        }
      }
    }
  }

  template <typename Take>
  void finish(Take&& take) {
    started_ = true;
    if (!held_.empty()) give(take);
  }

 private:
  static constexpr uint64_t inner_lines_max = 100;

  /// A quote within a value is a character like any other, and comments quote as they like. Two quotes in a quoted
  /// value are one that is meant: the value goes on.
  bool opens_field() const {
    return held_.empty() || held_.size() == closed_at_ ||
           (held_.front() != '#' && std::string_view(",;|\t ").contains(held_.back()));
  }

  void hold(std::string_view text) {
    const size_t room = indicator_line_bytes_max - held_.size();
    too_long_ = too_long_ || text.size() > room;
    held_ += text.substr(0, room);
  }

  template <typename Take>
  void give(Take&& take) {
    if (held_.ends_with('\r')) held_.pop_back();
    take(std::string_view(held_), line_, too_long_);
    line_ += inner_lines_ + 1;
    held_.clear();
    inner_lines_ = 0;
    closed_at_ = 0;
    inside_ = too_long_ = false;
  }

  std::string held_;
  uint64_t line_ = 1;
  uint64_t inner_lines_ = 0;
  size_t closed_at_ = 0;  // where a quoted value ended; 0: none did
  bool quotes_ = false;
  bool inside_ = false;
  bool too_long_ = false;
  bool started_ = false;
};

}  // namespace yagura::detect
