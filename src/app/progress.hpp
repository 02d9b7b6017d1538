#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace yagura::app {

/// One line on standard error that is drawn over again; nothing at all when that is no terminal.
class Progress {
 public:
  explicit Progress(std::string label);
  ~Progress();

  /// `done` of `total` bytes (0: unknown) and a count to show; redraws at most ten times a second.
  void update(uint64_t done, uint64_t total, uint64_t count);
  /// Takes the line away.
  void clear();

 private:
  std::string label_;
  bool terminal_;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace yagura::app
