// A lane within rule sets: what it is made of, and the lane itself once somebody's events reach it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "detect/lane.hpp"
#include "detect/stored_rule.hpp"

namespace yagura::detect {

/// Shared by the sets in which nothing of it changed. Compiled on first use: a lane that no event reaches costs
/// nothing.
class SetLane {
 public:
  /// `sources` holds every place that the rules' fields stand for on this route; later tables only add to it.
  SetLane(Route route, std::vector<SharedRule> rules, std::shared_ptr<const SourceTable> sources)
      : route_(std::move(route)), rules_(std::move(rules)), sources_(std::move(sources)) {}

  const Route& route() const { return route_; }
  /// In the order of the lane's own numbers: LaneRule::index counts in this.
  const std::vector<SharedRule>& rules() const { return rules_; }

  /// Thread-safe. Cost: the first time, up to some 50 ms for a thousand rules.
  const Lane& lane() const;
  bool compiled() const { return compiled_.load(std::memory_order_acquire); }

 private:
  Route route_;
  std::vector<SharedRule> rules_;
  mutable std::once_flag once_;
  mutable std::atomic<bool> compiled_ = false;
  mutable std::unique_ptr<const Lane> lane_;            // null until compiled
  mutable std::shared_ptr<const SourceTable> sources_;  // until compiled
};

}  // namespace yagura::detect
