#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "app/catalog.hpp"
#include "pipeline/scan.hpp"

namespace yagura::app {

/// One line on standard error that says how far a scan is, drawn over again at most ten times a second; nothing at all
/// when that is no terminal. From any thread.
class ScanBar {
 public:
  explicit ScanBar(const Words& words);
  ~ScanBar();

  void update(const pipeline::ScanProgress& at);
  /// Takes the line away, so that something else may be printed where it stood.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;

  const Words& words_;
  bool terminal_;
  std::mutex mutex_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point next_ = Clock::now() + std::chrono::milliseconds(300);  // what is quicker needs no bar
  bool drawn_ = false;
};

/// The line itself, at most `width` columns: a bar, per cent, files, megabytes, events a second and what is left.
std::string progress_line(const pipeline::ScanProgress& at, double seconds, size_t width, const Words& words);

}  // namespace yagura::app
