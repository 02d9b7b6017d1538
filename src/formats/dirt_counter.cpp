#include "formats/dirt_counter.hpp"

#include <bit>

namespace yagura::formats {

DirtCounter::DirtCounter(Counters& counters, std::string_view format)
    : counters_(counters), prefix_("formats." + std::string(format) + "."), events_(counters.at(prefix_ + "events")) {}

void DirtCounter::count_dirt(event::Dirt dirt) {
  for (auto left = static_cast<uint16_t>(dirt); left != 0; left &= static_cast<uint16_t>(left - 1)) {
    const auto bit = static_cast<size_t>(std::countr_zero(left));
    auto*& counter = dirty_[bit];
    if (!counter) counter = &counters_.at(prefix_ + event::to_text(static_cast<event::Dirt>(1U << bit)));
    counter->fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace yagura::formats
