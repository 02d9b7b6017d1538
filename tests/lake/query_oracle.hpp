// The obvious evaluator of a query over events in memory: what the lake's compiled SQL must agree with.
#pragma once

#include <string>
#include <vector>

#include "event/normalise.hpp"
#include "lake/query/query.hpp"

namespace yagura::lake {

/// An event as the table holds it.
struct StoredEvent {
  std::string uid;
  std::string source;
  const event::Batch* batch;
  size_t index;
  event::Normalised normal;
  std::string text;  // the search text
};

std::vector<StoredEvent> stored_events(const event::Batch& batch, const event::Normaliser& normaliser,
                                       event::Arena& scratch, const std::vector<std::string>& uids);

bool holds(const Node& node, const StoredEvent& event);

}  // namespace yagura::lake
