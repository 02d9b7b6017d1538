// Numbers that are added and taken away again without drift: sums over a window must not depend on what passed
// through it before.
#pragma once

#include <cmath>
#include <cstdint>

namespace yagura::detect::correlation {

/// Millionths. Wide enough for a million values of the largest size.
__extension__ using Exact = __int128;

constexpr int64_t exact_one = 1'000'000;
constexpr double exact_magnitude_max = 1e18;  // what is larger counts as this much

/// The nearest millionth; infinities as the largest magnitude, not-a-number as 0.
inline Exact to_exact(double value) {
  if (std::isnan(value)) return 0;
  const double bounded = std::fmin(std::fmax(value, -exact_magnitude_max), exact_magnitude_max);
  const double whole = std::trunc(bounded);
  const auto rest = static_cast<int64_t>(std::llround((bounded - whole) * static_cast<double>(exact_one)));
  return static_cast<Exact>(static_cast<int64_t>(whole)) * exact_one + rest;
}

inline double to_double(Exact value) {
  return static_cast<double>(value) / static_cast<double>(exact_one);
}

}  // namespace yagura::detect::correlation
