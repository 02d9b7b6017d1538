// The rules in force, and how others take their place while events flow. A batch asks once for its set and is judged by
// that one alone; sets before live as long as somebody judges by them.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/counters.hpp"
#include "base/time.hpp"
#include "detect/rule_loader.hpp"

namespace yagura::pipeline {

constexpr int64_t rules_poll_ms = 5'000;  // how often the watch looks at every file's stamp

/// Immutable: what is in force since when.
struct RulesInForce {
  detect::LoadReport report;
  uint64_t version = 1;  // counts sets since the start
  Timestamp since;
};

/// What a look at the files came to.
struct RuleChange {
  std::shared_ptr<const RulesInForce> now;
  bool changed = false;      // a set took the place of another, or a file broke or was mended
  size_t rules_changed = 0;  // new, or not as they were
  size_t rules_removed = 0;
};

class RuleStore {
 public:
  /// Loads at once. What was rejected is in the report; nothing here fails.
  RuleStore(detect::RuleLoader loader, Counters& counters, Clock clock = system_now);
  ~RuleStore();

  /// Thread-safe and cheap: to be asked once a batch.
  std::shared_ptr<const detect::RuleSet> rules() const { return in_force()->report.rules; }
  std::shared_ptr<const RulesInForce> in_force() const;
  Timestamp looked() const;

  /// Looks at the files now. Returns when what changed is in force. Thread-safe.
  RuleChange reload();

  /// Looks every `every_ms` in a thread of its own, which also compiles lanes before events reach them and makes
  /// patched lanes whole. `on_change` hears of changes that the watch found, in that thread. Call once.
  void watch(std::function<void(const RuleChange&)> on_change, int64_t every_ms = rules_poll_ms);
  void stop();

 private:
  RuleChange look();
  void settle();
  void swap(std::shared_ptr<const RulesInForce> next);

  detect::RuleLoader loader_;
  Counters& counters_;
  Clock clock_;
  std::mutex loading_;  // one look at a time
  mutable std::mutex mutex_;
  std::shared_ptr<const RulesInForce> in_force_;
  Timestamp looked_;
  bool stopping_ = false;
  bool patched_ = false;
  std::condition_variable wake_;
  std::thread thread_;
};

}  // namespace yagura::pipeline
