#include "desks/governance/kappa.hpp"

#include <algorithm>
#include <cmath>

namespace yagura::desks::governance {
namespace {

constexpr double z_95 = 1.959963984540054;

double standard_error(const std::vector<std::vector<double>>& share, const std::vector<double>& first,
                      const std::vector<double>& second, double observed, double expected, double n) {
  double agreeing = 0;
  double differing = 0;
  for (size_t i = 0; i < share.size(); ++i)
    for (size_t j = 0; j < share.size(); ++j) {
      if (i == j)
        agreeing += share[i][i] * std::pow((1 - expected) - (first[i] + second[i]) * (1 - observed), 2);
      else
        differing += share[i][j] * std::pow(second[i] + first[j], 2);
    }
  const double variance =
      (agreeing + std::pow(1 - observed, 2) * differing - std::pow(observed * expected - 2 * expected + observed, 2)) /
      (n * std::pow(1 - expected, 4));
  return std::sqrt(std::max(variance, 0.0));
}

}  // namespace

Agreement agreement_of(const std::vector<std::pair<std::string, std::string>>& pairs) {
  Agreement out;
  out.n = static_cast<int64_t>(pairs.size());
  for (const auto& [first, second] : pairs) {
    out.categories.push_back(first);
    out.categories.push_back(second);
  }
  std::ranges::sort(out.categories);
  const auto [tail, end] = std::ranges::unique(out.categories);
  out.categories.erase(tail, end);
  const size_t k = out.categories.size();
  out.matrix.assign(k, std::vector<int64_t>(k));
  const auto place = [&](const std::string& name) {
    return static_cast<size_t>(std::ranges::lower_bound(out.categories, name) - out.categories.begin());
  };
  for (const auto& [first, second] : pairs) ++out.matrix[place(first)][place(second)];
  if (pairs.empty()) {
    out.undefined = "no_items";
    return out;
  }
  const auto n = static_cast<double>(pairs.size());
  std::vector<std::vector<double>> share(k, std::vector<double>(k));
  std::vector<double> by_first(k);
  std::vector<double> by_second(k);
  for (size_t i = 0; i < k; ++i)
    for (size_t j = 0; j < k; ++j) {
      share[i][j] = static_cast<double>(out.matrix[i][j]) / n;
      by_first[i] += share[i][j];
      by_second[j] += share[i][j];
    }
  for (size_t i = 0; i < k; ++i) {
    out.observed += share[i][i];
    out.expected += by_first[i] * by_second[i];
  }
  if (k == 1) {
    out.undefined = "one_category";
    return out;
  }
  const double kappa = (out.observed - out.expected) / (1 - out.expected);
  out.kappa = kappa;
  out.standard_error = standard_error(share, by_first, by_second, out.observed, out.expected, n);
  out.low = std::max(kappa - z_95 * out.standard_error, -1.0);
  out.high = std::min(kappa + z_95 * out.standard_error, 1.0);
  return out;
}

}  // namespace yagura::desks::governance
