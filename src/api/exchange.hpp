#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "api/message.hpp"

namespace yagura::api {

/// A body that the handler pulls from the connection, piece by piece: nothing is read from the socket before
/// somebody wants it, so a slow handler slows its sender.
class PulledBody final : public BodyReader {
 public:
  explicit PulledBody(std::function<void()> wake) : wake_(std::move(wake)) {}

  // The handler's side.
  Result<std::string> read() override {
    std::unique_lock lock(mutex_);
    if (!failed_ && !ended_) {
      wanted_ = true;
      lock.unlock();
      wake_();
      lock.lock();
      here_.wait(lock, [this] { return !wanted_ || failed_ || ended_; });
    }
    if (failed_) return std::unexpected(*failed_);
    return std::exchange(piece_, {});
  }

  // The connection's side.
  bool wanted() const {
    const std::lock_guard lock(mutex_);
    return wanted_ && !failed_ && !ended_;
  }
  void deliver(std::string piece) {
    const std::lock_guard lock(mutex_);
    piece_ = std::move(piece);
    wanted_ = false;
    here_.notify_all();
  }
  void end() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    wanted_ = false;
    here_.notify_all();
  }
  void fail(Error error) {
    const std::lock_guard lock(mutex_);
    if (!ended_) failed_ = std::move(error);
    here_.notify_all();
  }

 private:
  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable here_;
  bool wanted_ = false;
  bool ended_ = false;
  std::optional<Error> failed_;
  std::string piece_;
};

/// One request and its answer, shared by the connection and the worker.
struct Exchange {
  explicit Exchange(std::function<void()> wake) : body(std::move(wake)) {}

  Request request;
  Response response;
  PulledBody body;
  std::atomic<bool> done = false;
};

}  // namespace yagura::api
