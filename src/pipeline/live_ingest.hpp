// From the network's messages to the lake. Each is decoded and judged once, when it comes; what nobody looks for is
// held for at most a second and stored together, because each insert is synced to disk, and what somebody looks for
// goes at once. Its findings are recorded when it is stored, not before: a finding never speaks of an event that isn't
// there. While the lake or the ledger can't take them they wait and are tried again.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "base/counters.hpp"
#include "event/batch.hpp"
#include "formats/decoder.hpp"
#include "pipeline/ingest.hpp"

namespace yagura::pipeline {

constexpr size_t live_bytes_waiting_max = 64 << 20;  // then senders are held back
constexpr size_t live_bytes_stored_early = 4 << 20;  // so much is stored before the time is over, and at one go
constexpr int64_t live_wait_ms_max = 1000;
constexpr int64_t live_hurry_ms_min = 100;  // between two inserts that findings asked for

/// Counters: "live.hurried" counts inserts that findings asked for, "live.hurried_ms" and "live.hurried_ms_max" the
/// time from the arrival of the first such message to its findings being recorded; "live.retries",
/// "live.bytes_dropped".
class LiveIngest {
 public:
  /// `format` decodes the lines; `zone_offset_seconds` is of times that name no zone.
  LiveIngest(Ingest& ingest, const formats::Format& format, int zone_offset_seconds, Counters& counters);
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

  /// Judged and not stored yet.
  struct Pending {
    event::Batch batch;
    Judgement judged;
    size_t bytes = 0;         // of lines
    Clock::time_point since;  // the first event came, and the first that somebody looks for
    Clock::time_point fires_since;

    bool empty() const { return bytes == 0; }
    bool fires() const { return !judged.empty(); }
  };

  void run();
  void add(const std::string& source, std::string_view lines, Clock::time_point arrived);
  void decode(const std::string& source, std::string_view lines);
  void let_in(size_t bytes);
  /// When what is pending has to be stored.
  Clock::time_point due() const;
  void store();
  bool try_to_store();
  std::string token() const;
  void count_hurry();

  Ingest& ingest_;
  const formats::Format& format_;
  int zone_offset_seconds_;
  Counters& counters_;
  std::string life_;     // of the program: part of every token
  uint64_t stored_ = 0;  // of the thread, as all up to the mutex
  Pending pending_;
  event::Batch fresh_;
  Clock::time_point last_stored_;
  std::mutex mutex_;
  std::condition_variable arrived_;  // for the thread; changed_ is for the others
  std::condition_variable changed_;
  Waiting waiting_;
  size_t waiting_bytes_ = 0;
  Clock::time_point waiting_since_;
  bool stopping_ = false;
  bool giving_up_ = false;
  bool ended_ = false;
  std::thread thread_;
};

}  // namespace yagura::pipeline
