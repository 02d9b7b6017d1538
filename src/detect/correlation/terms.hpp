// Boolean conditions over the names of rules ("a and (b or not c)"), spelled out as alternatives.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "detect/condition.hpp"
#include "detect/correlation/definition.hpp"

namespace yagura::detect::correlation {

/// The rules that a condition names, in the order in which they first stand there.
std::vector<std::string> named_rules(const Condition& condition);

/// The alternatives of `condition` as bits of `rules`; a name that is not among them, a pattern ("1 of x"), more than
/// terms_max alternatives, or one that holds without any event is a fault in words.
std::expected<std::vector<Term>, std::string> terms_of(const Condition& condition,
                                                       const std::vector<std::string>& rules);

}  // namespace yagura::detect::correlation
