// What a list of durations comes to, the open ones among them told apart from zero.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace yagura::desks::governance {

struct Spread {
  int64_t n = 0;
  double mean = 0;
  double median = 0;  // of an even number the mean of the two in the middle
  double p90 = 0;     // nearest rank: the smallest value that at least 90 % do not exceed
  double least = 0;
  double most = 0;
};

/// Nothing when there is no value.
std::optional<Spread> spread_of(std::vector<double> values);

/// The median with what is still open counted as lasting at least its age (product-limit estimator, Kaplan and Meier
/// 1958): the first duration at which at most half are left. Nothing when more than half have not ended by the longest.
std::optional<double> median_with_open(std::span<const double> ended, std::span<const double> open);

}  // namespace yagura::desks::governance
