// Hunts as work in the background: started, looked at while they run, cancelled, and kept for a while with what they
// found. Nothing of them outlives the program.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "base/time.hpp"
#include "pipeline/hunt.hpp"

namespace yagura::pipeline {

constexpr size_t hunts_kept_max = 50;     // the oldest that are over go first
constexpr size_t hunts_waiting_max = 20;  // started and not over

enum class HuntState { waiting, running, done, cancelled, failed };
std::string_view to_text(HuntState state);

struct HuntRequest {
  std::string title;  // for people
  std::string rule_text;
  std::shared_ptr<const detect::RuleSet> rules;
  lake::TimeRange range;
  uint64_t events_max = hunt_events_default;
  std::string by;  // who started it
};

/// As it is at a moment.
struct HuntView {
  std::string id;
  HuntRequest request;
  HuntState state = HuntState::waiting;
  Timestamp started;
  std::optional<Timestamp> ended;
  uint64_t events = 0;
  uint64_t total = 0;
  uint64_t matches = 0;
  std::string error;                         // of one that failed
  std::shared_ptr<const HuntResult> result;  // of one that is done
};

/// Thread-safe. One hunt runs at a time, in a thread of its own: it shares the lake with whoever searches.
class Hunts {
 public:
  Hunts(lake::EventStore& store, std::shared_ptr<const detect::Taxonomy> taxonomy, Counters& counters,
        Clock clock = system_now);
  /// Cancels what runs and waits for it.
  ~Hunts();

  /// The id; `limit` when hunts_waiting_max are not over yet.
  Result<std::string> start(HuntRequest request);
  std::optional<HuntView> find(std::string_view id) const;
  /// The newest first.
  std::vector<HuntView> all() const;
  /// False when there is none of that id. One that is over stays as it is.
  bool cancel(std::string_view id);

 private:
  struct Entry {
    HuntView view;
    HuntProgress progress;
  };

  void work();
  static HuntView view_of(const Entry& entry);
  void forget_old();

  lake::EventStore& store_;
  std::shared_ptr<const detect::Taxonomy> taxonomy_;
  Counters& counters_;
  Clock clock_;
  mutable std::mutex mutex_;  // guards what follows, but for the entries' progress
  std::condition_variable wake_;
  std::deque<std::shared_ptr<Entry>> entries_;  // by their start
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all the others
};

}  // namespace yagura::pipeline
