#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace yagura::detect {

constexpr size_t required_literals_max = 64;  // alternatives of one expression
constexpr int required_depth_max = 32;        // of groups

/// Texts one of which, in some case, stands in every text that the PCRE expression matches: ASCII, lower case, each at
/// least two bytes or one that logs seldom hold. Nothing when the expression asks for no such text, or is written with
/// something that is not understood here (then it must be asked of every value).
std::optional<std::vector<std::string>> required_literals(std::string_view expression);

}  // namespace yagura::detect
