// Looking into a snapshot, for people: pages, what is known of a value, figures.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "detect/indicators/snapshot.hpp"

namespace yagura::detect {

constexpr size_t indicators_page_max = 1000;
/// A page looks at so many records at most and may then be short or empty although more follow.
constexpr uint64_t records_per_page_max = 5'000'000;

struct IndicatorQuery {
  std::optional<IndicatorType> type;
  std::string source;                 // empty: any
  std::string text;                   // within the value, without regard to ASCII case; empty: any
  std::optional<Timestamp> valid_at;  // only what is valid then
  bool red = false;                   // TLP:RED too
  size_t limit = 100;
  std::string cursor;  // of the page before
};

struct IndicatorPage {
  std::vector<Indicator> indicators;
  std::string next_cursor;  // empty: there is no more
};

/// Latest imports last. A change between two pages may repeat or leave out some. `invalid` for a cursor that is none.
Result<IndicatorPage> list_indicators(const Snapshot& snapshot, const IndicatorQuery& query);

/// Who lists a value as people write it (defanged or not): the value itself, networks that hold the address, domains
/// above the name, the host of a URL. At any time, the valid and the expired.
std::vector<Indicator> find_indicators(const Snapshot& snapshot, std::string_view text, bool red);

struct IndicatorFigures {
  uint64_t indicators = 0;  // listings that stand
  uint64_t valid = 0;       // of them now
  uint64_t bytes = 0;       // in memory
  uint64_t parts = 0;
  std::map<std::string, uint64_t> by_type;
  std::map<std::string, uint64_t> by_source;  // without those whose listings are all TLP:RED, unless asked
};

/// Cost: a pass over everything, about 0.1 microseconds an indicator.
IndicatorFigures count_indicators(const Snapshot& snapshot, Timestamp now, bool red);

}  // namespace yagura::detect
