#include "app/day_turn.hpp"

#include <chrono>

#include "desks/governance/policy_document.hpp"

namespace yagura::app {

constexpr auto look_every = std::chrono::minutes(1);

DayTurn::DayTurn(ledger::Ledger& ledger, Counters& counters)
    : ledger_(ledger), counters_(counters), thread_([this] { run(); }) {}

DayTurn::~DayTurn() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void DayTurn::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    if (!desks::governance::withdraw_replaced_by_now(ledger_)) counters_.at("day_turn.failed") += 1;
    lock.lock();
    changed_.wait_for(lock, look_every, [&] { return stopping_; });
  }
}

}  // namespace yagura::app
