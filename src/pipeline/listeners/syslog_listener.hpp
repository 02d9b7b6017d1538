// Syslog from the network: UDP (RFC 5426) and TCP (RFC 6587). A listener brings bytes and knows no format; what it
// hands on are lines, one message each. Plain sockets: a datagram that the kernel had to drop is only told to who
// reads with recvmmsg and SO_RXQ_OVFL, and nothing may be lost without a counter.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/counters.hpp"
#include "base/result.hpp"

namespace yagura::pipeline {

/// Takes whole messages, each ended by a newline, that came from one sender ("syslog-udp 192.0.2.7"). May block:
/// a TCP sender is then held back, UDP fills its queue and then the kernel's buffer. Called from the listener's
/// threads, one call at a time for each listener.
using OnMessages = std::function<void(const std::string& source, std::string messages)>;

struct SyslogOptions {
  std::string address = "127.0.0.1";
  uint16_t port = 0;                        // 0: any free one
  size_t connections_max = 512;             // TCP
  size_t connections_per_address_max = 64;  // TCP
  int64_t idle_seconds_max = 3600;          // TCP: a silent connection is closed
  size_t queue_bytes_max = 64 << 20;        // UDP: read but not yet taken
  int receive_buffer_bytes = 16 << 20;      // UDP: what the kernel is asked to hold; it may give less
  uint64_t messages_per_second_max = 0;     // of one sender; 0: no bound. What is over is dropped and counted
};

constexpr size_t senders_max = 10'000;  // whose rate is kept at a time

/// How many messages a sender sent; past the bound of a second they are over.
class SenderRates {
 public:
  explicit SenderRates(uint64_t per_second_max) : per_second_max_(per_second_max) {}

  /// Counts one message at `second`; false when it is over the bound.
  bool admit(const std::string& sender, int64_t second);
  /// Messages of each sender since the start, the busiest senders_max of them.
  std::map<std::string, uint64_t> totals() const;

 private:
  struct Rate {
    int64_t second = 0;
    uint64_t in_second = 0;
    uint64_t total = 0;
  };
  uint64_t per_second_max_;
  mutable std::mutex mutex_;
  std::map<std::string, Rate> senders_;
};

class SyslogListener {
 public:
  virtual ~SyslogListener() = default;
  virtual uint16_t port() const = 0;
  virtual std::map<std::string, uint64_t> senders() const = 0;
  /// Takes nothing more from the network, hands on what was read, ends the threads; blocks.
  virtual void stop() = 0;
};

/// Counters: "listener.udp.messages", ".truncated" (longer than syslog_message_bytes_max), ".dropped_queue",
/// ".dropped_rate", ".dropped_kernel". Fails with `network` when the port can't be had, `invalid` for an address
/// that is none.
Result<std::unique_ptr<SyslogListener>> listen_udp(const SyslogOptions& options, Counters& counters,
                                                   OnMessages on_messages);

/// Counters: "listener.tcp.messages", ".too_long", ".dropped_rate", ".connections", ".connections_refused",
/// ".connections_idle".
Result<std::unique_ptr<SyslogListener>> listen_tcp(const SyslogOptions& options, Counters& counters,
                                                   OnMessages on_messages);

}  // namespace yagura::pipeline
