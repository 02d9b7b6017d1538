// What is done when a day begins, though nobody does anything.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/counters.hpp"
#include "ledger/ledger.hpp"

namespace yagura::app {

/// Looks every minute, until it goes: policy documents whose successor's day has come are withdrawn. A failure is
/// counted ("day_turn.failed") and tried again.
class DayTurn {
 public:
  DayTurn(ledger::Ledger& ledger, Counters& counters);
  ~DayTurn();
  DayTurn(const DayTurn&) = delete;
  DayTurn& operator=(const DayTurn&) = delete;

 private:
  void run();

  ledger::Ledger& ledger_;
  Counters& counters_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace yagura::app
