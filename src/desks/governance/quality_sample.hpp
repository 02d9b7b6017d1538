// A sample that anybody can draw again: the same items, size and seed give the same sample on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace yagura::desks::governance {

struct SampleItem {
  std::string id;
  std::string stratum;  // who decided, and what class
};

/// `size` of the items (all, when there are not more), spread over the strata in proportion to their items (largest
/// remainder), at least one of each as long as there is room. Ids in order, so that their places tell nothing.
std::vector<std::string> draw_sample(std::vector<SampleItem> items, size_t size, uint64_t seed);

}  // namespace yagura::desks::governance
