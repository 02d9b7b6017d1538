#include "desks/governance/measure_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace yagura::desks::governance {

std::optional<Spread> spread_of(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const size_t n = values.size();
  Spread out;
  out.n = static_cast<int64_t>(n);
  out.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(n);
  out.median = n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
  out.p90 = values[(9 * n + 9) / 10 - 1];
  out.least = values.front();
  out.most = values.back();
  return out;
}

std::optional<double> median_with_open(std::span<const double> ended, std::span<const double> open) {
  std::vector<std::pair<double, bool>> all;  // duration, whether it ended; ends before opens of the same length
  for (const double value : ended) all.emplace_back(value, true);
  for (const double value : open) all.emplace_back(value, false);
  std::ranges::sort(
      all, [](const auto& a, const auto& b) { return a.first != b.first ? a.first < b.first : a.second && !b.second; });
  constexpr double rounding = 1e-12;
  double left = 1;
  for (size_t i = 0; i < all.size(); ++i) {
    if (!all[i].second) continue;
    left *= 1 - 1.0 / static_cast<double>(all.size() - i);
    if (left <= 0.5 + rounding) return all[i].first;
  }
  return std::nullopt;
}

}  // namespace yagura::desks::governance
