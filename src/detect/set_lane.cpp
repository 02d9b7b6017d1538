#include "detect/set_lane.hpp"

namespace yagura::detect {

const Lane& SetLane::lane() const {
  std::call_once(once_, [this] {
    const auto sources = std::move(sources_);
    lane_.emplace(route_);
    for (uint32_t i = 0; i < rules_.size(); ++i) lane_->add(i, rules_[i]->rule(), *sources);
    lane_->compile();
    compiled_.store(true, std::memory_order_release);
  });
  return *lane_;
}

}  // namespace yagura::detect
