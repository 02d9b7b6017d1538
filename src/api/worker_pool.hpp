#pragma once

#include <functional>
#include <thread>
#include <vector>

#include "base/bounded_queue.hpp"

namespace yagura::api {

/// Threads that run blocking handlers, with a bounded line before them.
class WorkerPool {
 public:
  using Job = std::function<void()>;

  WorkerPool(int threads, size_t waiting_max) : queue_(waiting_max) {
    for (int i = 0; i < threads; ++i)
      threads_.emplace_back([this] {
        while (auto job = queue_.pop()) (*job)();
      });
  }
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// False when the line is full or the pool stopped; the job was not taken. A job never throws.
  bool try_run(Job job) { return queue_.try_push(job); }

  /// Finishes what was taken, then ends the threads.
  void stop() {
    queue_.close();
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
  }

 private:
  BoundedQueue<Job> queue_;
  std::vector<std::thread> threads_;
};

}  // namespace yagura::api
