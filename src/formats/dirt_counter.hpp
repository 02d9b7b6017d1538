#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/counters.hpp"
#include "event/batch.hpp"

namespace yagura::formats {

/// Counts what a decoder marks: "formats.<format>.events", and for each kind of dirt "formats.<format>.unparsed",
/// ".truncated" and so on. One a decoder; call count() once for each finished event.
class DirtCounter {
 public:
  DirtCounter(Counters& counters, std::string_view format);

  void count(event::Dirt dirt) {
    events_.fetch_add(1, std::memory_order_relaxed);
    if (dirt != event::Dirt::none) count_dirt(dirt);
  }

 private:
  void count_dirt(event::Dirt dirt);

  static constexpr size_t kinds = 16;
  Counters& counters_;
  std::string prefix_;
  std::atomic<uint64_t>& events_;
  std::array<std::atomic<uint64_t>*, kinds> dirty_{};
};

}  // namespace yagura::formats
