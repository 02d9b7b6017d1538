// What an event's header (format, channel, provider, event id) says about the lanes of a set.
#pragma once

#include <cstdint>
#include <vector>

#include "detect/rule_set.hpp"
#include "event/batch.hpp"

namespace yagura::detect {

/// A test whose header part holds and whose fields must still be looked at.
struct OpenTest {
  uint32_t lane;
  const RuleSet::LaneTest* test;
};

struct Admission {
  std::vector<uint32_t> lanes;  // let events with this header in, whatever their fields; in ascending order
  std::vector<OpenTest> tests;  // of the other lanes
};

/// Of `header` only format, channel, provider and event id are read. Cost: every test of the set.
Admission admit(const RuleSet& rules, const event::Event& header);

/// Whether the test is for events of any kind, so that its fields alone decide.
bool any_header(const EventTest& test);

/// A field that the test needs, by whose value it is told first; only for tests that need fields.
SourceId deciding_field(const RuleSet::LaneTest& test);

}  // namespace yagura::detect
