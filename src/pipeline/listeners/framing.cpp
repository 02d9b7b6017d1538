#include "pipeline/listeners/framing.hpp"

#include <algorithm>

namespace yagura::pipeline {
namespace {

constexpr size_t count_digits_max = 7;  // a longer number is text: no message is tens of megabytes

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

/// Ends the message: line breaks and NULs behind it are not its own, those within it would cut it in two.
void SyslogFraming::emit(std::string& out) {
  while (!message_.empty() && (message_.back() == '\n' || message_.back() == '\r' || message_.back() == '\0'))
    message_.pop_back();
  if (message_.empty()) return;
  std::ranges::replace(message_, '\n', ' ');
  out += message_;
  out += '\n';
  message_.clear();
  ++messages_;
}

void SyslogFraming::add(std::string_view bytes, std::string& out) {
  while (!bytes.empty()) {
    const size_t room = syslog_message_bytes_max - message_.size();
    message_ += bytes.substr(0, room);
    bytes.remove_prefix(std::min(room, bytes.size()));
    if (message_.size() < syslog_message_bytes_max) continue;
    ++too_long_;
    emit(out);
  }
}

void SyslogFraming::start_line(std::string_view so_far) {
  mode_ = Mode::line;
  message_ = so_far;
}

void SyslogFraming::feed(std::string_view bytes, std::string& out) {
  while (!bytes.empty()) {
    const char c = bytes.front();
    switch (mode_) {
      case Mode::start:
        if (c == '\n' || c == '\r' || c == '\0') {
          bytes.remove_prefix(1);
        } else if (c >= '1' && c <= '9') {
          mode_ = Mode::count;
          digits_.clear();
        } else {
          start_line({});
        }
        break;
      case Mode::count:
        if (is_digit(c) && digits_.size() < count_digits_max) {
          digits_ += c;
          bytes.remove_prefix(1);
        } else if (c == ' ') {
          left_ = static_cast<size_t>(std::stoull(digits_));
          mode_ = Mode::counted;
          bytes.remove_prefix(1);
        } else {
          start_line(digits_);  // a line that starts with a number
        }
        break;
      case Mode::counted: {
        const std::string_view part = bytes.substr(0, std::min(left_, bytes.size()));
        add(part, out);
        left_ -= part.size();
        bytes.remove_prefix(part.size());
        if (left_ > 0) break;
        emit(out);
        mode_ = Mode::start;
        break;
      }
      case Mode::line: {
        const size_t end = std::min(bytes.find('\n'), bytes.size());
        add(bytes.substr(0, end), out);
        bytes.remove_prefix(end);
        if (bytes.empty()) break;
        emit(out);
        mode_ = Mode::start;
        break;
      }
    }
  }
}

void SyslogFraming::finish(std::string& out) {
  if (mode_ == Mode::count) message_ = digits_;
  emit(out);
  mode_ = Mode::start;
}

}  // namespace yagura::pipeline
