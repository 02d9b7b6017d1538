// What Ingest asks of the lake, so that it can be tested without one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "event/batch.hpp"

namespace yagura::lake {
enum class Attempt;
}  // namespace yagura::lake

namespace yagura::pipeline {

/// Thread-safe. What each call does is said at lake::EventStore.
class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual std::vector<std::string> event_uids(const event::Batch& batch, std::string_view token) const = 0;
  virtual std::string machine_of(const event::Batch& batch, const event::Event& event) const = 0;
  /// Durable when it returns, each event once however often it is tried.
  virtual Status append(const event::Batch& batch, std::string_view token, lake::Attempt attempt) = 0;
};

}  // namespace yagura::pipeline
