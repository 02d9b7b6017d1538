#include "app/scan_progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app/say.hpp"
#include "app/terminal.hpp"

namespace yagura::app {
namespace {

std::string clock_text(double seconds) {
  const auto whole = static_cast<uint64_t>(std::clamp(seconds, 0.0, 359'999.0));
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::string short_count(double count) {
  if (count >= 1e6) return fmt::format("{:.1f}M", count / 1e6);
  if (count >= 1e3) return fmt::format("{:.0f}k", count / 1e3);
  return fmt::format("{:.0f}", count);
}

}  // namespace

std::string progress_line(const pipeline::ScanProgress& at, double seconds, size_t width, const Words& words) {
  std::string out;
  const double done = at.bytes_total > 0
                          ? std::min(1.0, static_cast<double>(at.bytes_done) / static_cast<double>(at.bytes_total))
                          : 0.0;
  if (at.bytes_total > 0) {
    const size_t room = std::clamp<size_t>(width / 5, 8, 30);
    const auto filled = static_cast<size_t>(done * static_cast<double>(room));
    out = fmt::format("[{}{}] {:3.0f}%  ", std::string(filled, '#'), std::string(room - filled, '.'), done * 100);
  }
  out +=
      words("cli.scan.progress", {{"files", fmt::format("{}/{}", at.files_done, at.files_total)},
                                  {"megabytes", fmt::format("{:.1f}", static_cast<double>(at.bytes_done) / 1e6)},
                                  {"rate", seconds > 0 ? short_count(static_cast<double>(at.events) / seconds) : "-"},
                                  {"matches", std::to_string(at.matches)}});
  // The first moments say nothing of the rest.
  if (done > 0.01 && seconds > 1)
    out += "  " + words("cli.scan.progress.left", {{"time", clock_text(seconds / done * (1 - done))}});
  return clip(out, width > 0 ? width - 1 : 0);
}

ScanBar::ScanBar(const Words& words) : words_(words), terminal_(terminal_columns(stderr) > 0) {}

ScanBar::~ScanBar() {
  clear();
}

void ScanBar::update(const pipeline::ScanProgress& at) {
  if (!terminal_) return;
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return;  // somebody draws already
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  const double seconds = std::chrono::duration<double>(now - start_).count();
  fmt::print(stderr, "\r\033[K{}", progress_line(at, seconds, terminal_columns(stderr), words_));
  std::fflush(stderr);
  drawn_ = true;
}

void ScanBar::clear() {
  if (!terminal_) return;
  const std::lock_guard lock(mutex_);
  if (drawn_) std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

}  // namespace yagura::app
