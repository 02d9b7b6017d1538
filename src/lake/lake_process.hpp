// Supervises yagura-lake: starts it, waits until it answers, starts it again when it dies, ends it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

#include "base/result.hpp"
#include "lake/client.hpp"

namespace yagura::lake {

struct LakeOptions {
  std::filesystem::path program;  // yagura-lake; empty: beside the running program
  std::filesystem::path data;     // the lake's own folder, made when missing (mode 0700)
  std::filesystem::path socket;   // empty: data/lake.sock
  std::filesystem::path log;      // what the child says on stderr is added there; empty: data/lake.log
  uint64_t memory_bytes_max = 0;  // 0: 40 % of the machine's, between 1 and 8 GiB
  std::chrono::milliseconds start_time_max = std::chrono::seconds(60);
};

/// The child belongs to this object: it ends with it, and with this process however that ends. A child that
/// dies is started again after 0.1 s, doubling up to 10 s; a minute of life resets that.
class LakeProcess {
 public:
  /// Returns when the child answers, or with the child's own words when it does not.
  static Result<std::unique_ptr<LakeProcess>> start(LakeOptions options);
  /// Ends the child: asks it, and kills it after 15 s.
  ~LakeProcess();

  Endpoint endpoint() const;
  /// The child's process id now; 0 while it is down.
  int pid() const;
  /// How often it was started again since start().
  uint64_t restarts() const;

 private:
  explicit LakeProcess(LakeOptions options) : options_(std::move(options)) {}
  void watch();
  bool spawn(int& lifeline);
  bool wait_ready(int lifeline);
  int wait_end(int lifeline);
  void end_child(int lifeline);

  LakeOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  int pid_ = 0;
  bool ready_ = false;
  bool failed_ = false;  // the first start did not come up
  bool stopping_ = false;
  uint64_t starts_ = 0;
  int stop_pipe_[2] = {-1, -1};
  std::thread watcher_;
};

}  // namespace yagura::lake
