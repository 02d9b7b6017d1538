#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace yagura::pipeline {

constexpr size_t syslog_message_bytes_max = 64 * 1024;

/// Cuts a TCP stream of syslog into messages (RFC 6587): octet counting ("57 <34>1 ...") or one message a line,
/// found out at the start of each message, since relays mix them. Emits each message with a newline behind it, so
/// that what comes out is lines. A message past syslog_message_bytes_max is emitted in pieces of that size, and
/// counted; a count that is none makes the rest of that line a message of its own.
class SyslogFraming {
 public:
  /// Takes what was read and adds the messages that end in it to `out`. Cost: linear.
  void feed(std::string_view bytes, std::string& out);
  /// The connection has ended: what is left is a message, cut short or not.
  void finish(std::string& out);

  uint64_t messages() const { return messages_; }
  uint64_t too_long() const { return too_long_; }

 private:
  enum class Mode { start, count, counted, line };

  void start_line(std::string_view so_far);
  void emit(std::string& out);
  void add(std::string_view bytes, std::string& out);

  Mode mode_ = Mode::start;
  size_t left_ = 0;      // counted: bytes of the message still to come
  std::string digits_;   // count: as it was sent
  std::string message_;  // held until it ends
  uint64_t messages_ = 0;
  uint64_t too_long_ = 0;
};

}  // namespace yagura::pipeline
