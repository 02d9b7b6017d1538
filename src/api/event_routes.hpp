#pragma once

#include <functional>
#include <memory>

#include "api/services.hpp"
#include "base/time.hpp"

namespace yagura::detect {
class RuleSet;
class Taxonomy;
}  // namespace yagura::detect
namespace yagura::lake {
class EventStore;
}
namespace yagura::pipeline {
class Ingest;
struct RuleChange;
class RuleStore;
}  // namespace yagura::pipeline

namespace yagura::api {

constexpr size_t ingest_bytes_max = size_t{1} << 30;  // of one request, as sent

/// Search, histogram, single events and read-only SQL. Without a time range a search covers the last 24 hours.
RouteSet event_routes(lake::EventStore& store, Clock clock = system_now);

/// POST /api/v1/ingest: any format, plain, gzip or zstd; 200 after everything in it is stored. A request that is
/// sent again with the same Idempotency-Key and body stores nothing twice.
RouteSet ingest_routes(pipeline::Ingest& ingest, Counters& counters, Clock clock = system_now);

/// The rules in force, and checking a rule that somebody writes.
RouteSet rule_routes(std::function<std::shared_ptr<const detect::RuleSet>()> rules,
                     std::shared_ptr<const detect::Taxonomy> taxonomy);

/// What is in force since when, and reading the rules' files now. `record` makes a fact of who asked and what came of
/// it.
RouteSet rule_store_routes(pipeline::RuleStore& store,
                           std::function<Status(const Principal& who, const pipeline::RuleChange& change)> record);

}  // namespace yagura::api
