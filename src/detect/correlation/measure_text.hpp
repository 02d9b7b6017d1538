// What a correlation's finding tells people: whom it is about, and what was measured.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "detect/correlation/definition.hpp"
#include "detect/correlation/live_group.hpp"
#include "detect/finding.hpp"

namespace yagura::detect::correlation {

/// "User=jo, Computer=ws-7"; empty for a correlation without group-by. Any two groups give two texts.
std::string group_text(const Definition& definition, const std::vector<std::string>& values);

/// Host and user: those that the group names, if it does; else the last event's host and nobody.
void name_entity(const Definition& definition, const std::vector<std::string>& values, std::string_view event_host,
                 Finding& out);

/// Adds the condition, what was measured, how many events, from when.
void describe(const Definition& definition, const Hold& hold, Finding& out);

}  // namespace yagura::detect::correlation
