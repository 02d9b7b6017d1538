#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "detect/indicators/indicator_matcher.hpp"
#include "detect/indicators/snapshot.hpp"
#include "event/batch.hpp"

namespace yagura::pipeline {

/// The indicators in force, looked for in batches from any thread.
class IndicatorWatch {
 public:
  IndicatorWatch(std::shared_ptr<const detect::FieldClasses> classes, detect::IndicatorSource indicators)
      : classes_(std::move(classes)), indicators_(std::move(indicators)) {}

  /// What the batch holds, by event.
  std::vector<detect::IndicatorMatch> look(const event::Batch& batch);

 private:
  std::shared_ptr<const detect::FieldClasses> classes_;
  detect::IndicatorSource indicators_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<detect::IndicatorMatcher>> idle_;  // matchers keep a memory worth reusing
};

}  // namespace yagura::pipeline
