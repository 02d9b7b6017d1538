// Lets go of events past their retention, and leaves a record of it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/counters.hpp"
#include "lake/event_store.hpp"
#include "ledger/ledger.hpp"

namespace yagura::app {

/// One look: what went is the fact "lake.events_expired" (days, events) in the journal and the counter
/// "lake.events_expired".
Status expire_events(lake::EventStore& store, ledger::Ledger& ledger, Counters& counters, Timestamp now);

/// Looks at once and then every hour, until it goes. A failure is counted ("lake.expire_failed") and tried again.
class EventRetention {
 public:
  EventRetention(lake::EventStore& store, ledger::Ledger& ledger, Counters& counters);
  ~EventRetention();
  EventRetention(const EventRetention&) = delete;
  EventRetention& operator=(const EventRetention&) = delete;

 private:
  void run();

  lake::EventStore& store_;
  ledger::Ledger& ledger_;
  Counters& counters_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace yagura::app
