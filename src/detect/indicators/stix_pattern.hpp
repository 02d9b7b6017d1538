#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/indicators/indicator.hpp"

namespace yagura::detect {

constexpr size_t stix_pattern_bytes_max = 1 << 20;
constexpr size_t stix_alternatives_max = 10'000;
constexpr int stix_depth_max = 32;

/// What of a STIX pattern (2.1, section 9) a single value of a single event can answer: alternatives joined by OR, each
/// an equality. An alternative that asks for more is in `refused` with its reason; the others stand.
///
/// Of an AND these are honoured: a reference's type beside its value (it says nothing more), and a file's hashes beside
/// its name or size, as its hashes (each of them tells the file).
struct StixTerms {
  std::vector<std::pair<IndicatorType, std::string>> values;
  std::vector<std::string> refused;
};

/// The terms, or why the pattern as a whole can't be read or honoured.
std::expected<StixTerms, std::string> read_stix_pattern(std::string_view pattern);

}  // namespace yagura::detect
