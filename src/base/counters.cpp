#include "base/counters.hpp"

namespace yagura {

std::atomic<uint64_t>& Counters::at(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto& counter = counters_[name];
  if (!counter) counter = std::make_unique<std::atomic<uint64_t>>(0);
  return *counter;
}

std::map<std::string, uint64_t> Counters::snapshot() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, uint64_t> out;
  for (const auto& [name, counter] : counters_) out[name] = counter->load(std::memory_order_relaxed);
  return out;
}

}  // namespace yagura
