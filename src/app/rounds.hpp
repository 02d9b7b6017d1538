// Work that comes round though nobody asks for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace yagura::app {

/// Does its work at once (or first after a pause) and then after each pause, on a thread of its own, until it goes;
/// work that has begun is waited for.
class Rounds {
 public:
  enum class First : uint8_t { at_once, after_pause };

  Rounds(std::chrono::milliseconds pause, std::function<void()> work, First first = First::at_once);
  ~Rounds();
  Rounds(const Rounds&) = delete;
  Rounds& operator=(const Rounds&) = delete;

 private:
  void run(First first);

  const std::chrono::milliseconds pause_;
  const std::function<void()> work_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace yagura::app
