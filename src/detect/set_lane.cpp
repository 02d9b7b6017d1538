#include "detect/set_lane.hpp"

namespace yagura::detect {

const Lane& SetLane::lane() const {
  std::call_once(once_, [this] {
    const auto sources = std::move(sources_);
    auto lane = std::make_unique<Lane>(route_);
    for (uint32_t i = 0; i < rules_.size(); ++i) lane->add(i, rules_[i]->rule(), *sources);
    lane->compile();
    lane_ = std::move(lane);
    compiled_.store(true, std::memory_order_release);
  });
  return *lane_;
}

}  // namespace yagura::detect
