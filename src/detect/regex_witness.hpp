#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "detect/regex.hpp"

namespace yagura::detect {

constexpr int witness_depth_max = 64;            // of groups in a pattern
constexpr size_t witness_bytes_max = 16 * 1024;  // of a text that is tried
constexpr size_t witness_tries_max = 96;
constexpr size_t witness_steps_max = 100'000;  // of one try: groups in groups repeat each other

/// Texts in which the expression is found, up to `wanted` of them, all different, the shortest kind first; each is
/// confirmed by PCRE2. None when no try succeeded: look-arounds and back references are only guessed at. Texts are
/// printable where the expression lets them be.
std::vector<std::string> witnesses_of(const Regex& regex, size_t wanted, RegexScratch& scratch);

}  // namespace yagura::detect
