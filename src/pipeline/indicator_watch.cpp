#include "pipeline/indicator_watch.hpp"

namespace yagura::pipeline {

std::vector<detect::IndicatorMatch> IndicatorWatch::look(const event::Batch& batch) {
  std::vector<detect::IndicatorMatch> out;
  const auto snapshot = indicators_();
  if (!snapshot || snapshot->empty()) return out;
  std::unique_ptr<detect::IndicatorMatcher> matcher;
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      matcher = std::move(idle_.back());
      idle_.pop_back();
    }
  }
  if (!matcher) matcher = std::make_unique<detect::IndicatorMatcher>(classes_);
  matcher->match(batch, snapshot, out);
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(matcher));
  return out;
}

}  // namespace yagura::pipeline
