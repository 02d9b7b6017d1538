#include "app/rounds.hpp"

#include <utility>

namespace yagura::app {

Rounds::Rounds(std::chrono::milliseconds pause, std::function<void()> work, First first)
    : pause_(pause), work_(std::move(work)), thread_([this, first] { run(first); }) {}

Rounds::~Rounds() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Rounds::run(First first) {
  std::unique_lock lock(mutex_);
  if (first == First::after_pause) changed_.wait_for(lock, pause_, [&] { return stopping_; });
  while (!stopping_) {
    lock.unlock();
    work_();
    lock.lock();
    changed_.wait_for(lock, pause_, [&] { return stopping_; });
  }
}

}  // namespace yagura::app
