#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "detect/predicate.hpp"

namespace yagura::detect {

/// What predicates must say: index -> whether it must hold. Those that are not named may say anything.
using Way = std::map<uint32_t, bool>;

/// Ways in which the tree holds (or, `wanted` false, does not), at most `max`: each branch of each alternative stands
/// in at least one of them as long as `max` allows, but not every combination of alternatives does. Ways that
/// contradict themselves are left out.
std::vector<Way> ways_of(const Expr& expr, bool wanted, size_t max);

/// Ways in which everything that the tree asks for holds and one of its negated parts keeps it from holding ("selection
/// and not filter" with both), at most `max`.
std::vector<Way> filtered_ways(const Expr& expr, size_t max);

}  // namespace yagura::detect
