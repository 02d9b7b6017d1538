#pragma once

#include <string>
#include <vector>

#include "app/catalog.hpp"
#include "app/scan_summary.hpp"
#include "pipeline/source_census.hpp"

namespace yagura::app {

/// The summary as text for people, `width` columns wide (0: any), coloured by escape sequences if asked for. What logs
/// say is made printable.
std::string summary_text(const ScanSummary& summary, const pipeline::ScanStats& stats,
                         const std::vector<pipeline::SeenSource>& sources, const Words& words, size_t width,
                         bool colour);

/// 1234567 -> "1,234,567".
std::string grouped(uint64_t number);

}  // namespace yagura::app
