// Charts of a scan as inline SVG and HTML. No style attribute and no script: the page's policy allows neither.
#pragma once

#include <string>

#include "app/catalog.hpp"
#include "app/scan_summary.hpp"

namespace yagura::app {

/// Matches over time, a bar a span, stacked by level; titles give each bar's figures.
std::string timeline_chart(const ScanSummary& summary, const Words& words);

/// Hosts with most of the worst, a bar each, stacked by level.
std::string hosts_chart(const ScanSummary& summary, const Words& words);

/// Tactics side by side in the order of an attack, with the techniques found under each; darker means more matches.
std::string attack_matrix(const ScanSummary& summary, const Words& words);

/// What a log says, safe inside HTML: controls made visible, markup escaped.
std::string html_text(std::string_view text);

}  // namespace yagura::app
