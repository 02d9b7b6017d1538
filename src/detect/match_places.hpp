// Where in a value a predicate holds: what is marked when somebody asks why a rule fired. Not on the hot path.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "detect/predicate.hpp"

namespace yagura::detect {

constexpr size_t match_places_max = 20;  // of one predicate in one value

/// Bytes of the value as it is.
struct MatchPlace {
  size_t offset;
  size_t size;  // never 0

  bool operator==(const MatchPlace&) const = default;
};

/// The places, ascending and apart from each other, at most match_places_max; for a value for which the predicate
/// holds. A pattern's are its literal pieces where they fit first (of "contains" every time that it stands there),
/// a regular expression's the first that is found, a referred field's its text; numbers, dates and addresses are meant
/// as a whole. Empty when nothing in the value says it: `*`, an empty value, `exists`. Cost: linear in the value but
/// for patterns of several pieces that begin with wildcards.
std::vector<MatchPlace> match_places(const Predicate& predicate, std::string_view value,
                                     std::span<const std::string_view> others, RegexScratch& scratch);

}  // namespace yagura::detect
