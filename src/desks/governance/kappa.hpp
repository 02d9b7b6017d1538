// How far two people who judged the same things agree beyond chance.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace yagura::desks::governance {

/// Cohen's kappa (1960) with the large-sample standard error of Fleiss, Cohen and Everitt (1969).
struct Agreement {
  int64_t n = 0;
  std::vector<std::string> categories;       // sorted; those that either used
  std::vector<std::vector<int64_t>> matrix;  // [first][second]
  double observed = 0;                       // share on which both agree; 0 without items
  double expected = 0;                       // by chance, from each one's own shares
  std::optional<double> kappa;
  double standard_error = 0;
  double low = 0;  // 95 %, within -1 to 1
  double high = 0;
  std::string undefined;  // why there is no kappa: "no_items", or "one_category" (both said one thing throughout)
};

/// `pairs`: the first and the second verdict of each item.
Agreement agreement_of(const std::vector<std::pair<std::string, std::string>>& pairs);

}  // namespace yagura::desks::governance
