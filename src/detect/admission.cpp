#include "detect/admission.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"

namespace yagura::detect {
namespace {

bool among(const std::vector<std::string>& list, std::string_view text) {
  return list.empty() || std::ranges::any_of(list, [&](const std::string& item) { return item == text; });
}

bool header_passes(const EventTest& test, const event::Event& header, const std::string& channel,
                   const std::string& provider) {
  return among(test.formats, header.format) && among(test.channels, channel) && among(test.providers, provider) &&
         (test.event_ids.empty() || std::ranges::find(test.event_ids, header.event_id) != test.event_ids.end());
}

}  // namespace

bool any_header(const EventTest& test) {
  return test.formats.empty() && test.channels.empty() && test.providers.empty() && test.event_ids.empty();
}

Admission admit(const RuleSet& rules, const event::Event& header) {
  Admission out;
  const std::string channel = ascii_lower(header.channel);
  const std::string provider = ascii_lower(header.provider);
  for (uint32_t lane = 0; lane < rules.lanes().size(); ++lane) {
    std::vector<OpenTest> open;
    bool surely = false;
    for (const RuleSet::LaneTest& test : rules.tests_of(lane)) {
      if (!header_passes(*test.test, header, channel, provider)) continue;
      surely = surely || !test.test->needs_fields();
      open.push_back({lane, &test});
    }
    if (surely)
      out.lanes.push_back(lane);
    else
      out.tests.insert(out.tests.end(), open.begin(), open.end());
  }
  return out;
}

SourceId deciding_field(const RuleSet::LaneTest& test) {
  return test.equal.empty() ? test.present.front() : test.equal.front().first;
}

}  // namespace yagura::detect
