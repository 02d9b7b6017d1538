#include "app/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace yagura::app {

Progress::Progress(std::string label) : label_(std::move(label)), terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  clear();
}

void Progress::clear() {
  if (terminal_) std::fputs("\r\033[K", stderr);
}

void Progress::update(uint64_t done, uint64_t total, uint64_t count) {
  if (!terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  constexpr size_t width = 30;
  std::string line;
  if (total > 0) {
    const size_t filled = std::min<size_t>(width, done * width / total);
    line = fmt::format("[{}{}] {:3}% ", std::string(filled, '#'), std::string(width - filled, '.'),
                       std::min<uint64_t>(100, done * 100 / total));
  }
  fmt::print(stderr, "\r\033[K{}{} {}", line, count, label_);
  std::fflush(stderr);
}

}  // namespace yagura::app
