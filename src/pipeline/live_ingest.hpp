// From the network's messages to the lake. Each is decoded and matched when it comes; what fires no rule is held for at
// most a second and stored together, because each insert is synced to disk, and what fires one goes at once. While the
// lake or the ledger can't take them they wait and are tried again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/counters.hpp"
#include "formats/decoder.hpp"
#include "pipeline/ingest.hpp"

namespace yagura::pipeline {

constexpr size_t live_bytes_waiting_max = 64 << 20;  // then senders are held back
constexpr size_t live_bytes_stored_early = 4 << 20;  // so much is stored before the time is over
constexpr int64_t live_wait_ms_max = 1000;
constexpr int64_t live_hurry_ms_min = 100;  // between two inserts that findings asked for

class LiveIngest {
 public:
  /// `format` decodes the lines; `zone_offset_seconds` is of times that name no zone. `rules`, asked often, say which
  /// events can't wait; without them all wait.
  LiveIngest(Ingest& ingest, const formats::Format& format, int zone_offset_seconds, Counters& counters,
             RuleSource rules = {});
  ~LiveIngest();

  /// Takes whole lines of one sender ("syslog-udp 192.0.2.7"). Blocks while live_bytes_waiting_max wait; after
  /// stop() it drops them and counts "live.bytes_dropped".
  void take(const std::string& source, const std::string& lines);

  /// Stores what waits, for at most `patience_ms`, and ends the thread. What could not be stored is counted as
  /// "live.bytes_dropped": nothing was acknowledged for it.
  void stop(int64_t patience_ms = 10'000);

 private:
  using Clock = std::chrono::steady_clock;
  using Waiting = std::map<std::string, std::string>;  // sender -> lines

  /// Taken over by the thread and not stored yet.
  struct Pending {
    Waiting lines;
    size_t bytes = 0;
    bool fires = false;  // a rule holds for one of them
    Clock::time_point since;
  };

  void run();
  void add(Waiting lines, Pending& pending);
  /// Judged alone, and thrown away: what is stored is decoded together when its time has come, so that thousands of
  /// small batches need not be kept.
  bool fires(const Waiting& lines);
  Clock::time_point due(const Pending& pending) const;
  bool store(const Waiting& lines);
  event::Batch decode(const Waiting& lines, Counters& counters) const;

  Ingest& ingest_;
  const formats::Format& format_;
  int zone_offset_seconds_;
  Counters& counters_;
  std::string token_;  // of this life of the program
  uint64_t stored_ = 0;
  RuleSource rules_;
  std::unique_ptr<detect::Matcher> matcher_;  // of the thread, as the next two
  Counters looked_at_;                        // what decoding counts that is done again for storing
  Clock::time_point last_stored_;
  std::mutex mutex_;
  std::condition_variable arrived_;  // for the thread; changed_ is for the others
  std::condition_variable changed_;
  Waiting waiting_;
  size_t waiting_bytes_ = 0;
  bool stopping_ = false;
  bool giving_up_ = false;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace yagura::pipeline
