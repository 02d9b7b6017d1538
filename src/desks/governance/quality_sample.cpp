#include "desks/governance/quality_sample.hpp"

#include <algorithm>
#include <map>

namespace yagura::desks::governance {
namespace {

/// SplitMix64 (Steele, Lea and Flood 2014): small, and the same everywhere.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  /// Below `bound`, each as likely: what would favour some is thrown again.
  uint64_t below(uint64_t bound) {
    const uint64_t unfair = -bound % bound;
    for (;;) {
      const uint64_t thrown = next();
      if (thrown >= unfair) return thrown % bound;
    }
  }

 private:
  uint64_t next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }

  uint64_t state_;
};

struct Stratum {
  std::vector<std::string> ids;
  size_t share = 0;
  size_t remainder = 0;  // of the division, to compare
  size_t place = 0;      // among the strata by name
};

/// How many of each stratum: in proportion, at least one where there is room for all of them.
void allot(std::vector<Stratum*>& strata, size_t size, size_t total) {
  size_t given = 0;
  for (Stratum* one : strata) {
    one->share = one->ids.size() * size / total;
    one->remainder = one->ids.size() * size % total;
    if (one->share == 0 && strata.size() <= size) {
      one->share = 1;
      one->remainder = 0;
    }
    given += one->share;
  }
  std::ranges::sort(strata, [](const Stratum* a, const Stratum* b) {
    return a->remainder != b->remainder ? a->remainder > b->remainder : a->place < b->place;
  });
  for (Stratum* one : strata)
    if (given < size && one->share < one->ids.size()) {
      ++one->share;
      ++given;
    }
  // The guaranteed ones may be more than the size: the largest strata give them.
  while (given > size) {
    --(*std::ranges::max_element(strata, {}, &Stratum::share))->share;
    --given;
  }
}

}  // namespace

std::vector<std::string> draw_sample(std::vector<SampleItem> items, size_t size, uint64_t seed) {
  std::map<std::string, Stratum> by_name;
  for (SampleItem& item : items) by_name[item.stratum].ids.push_back(std::move(item.id));
  size = std::min(size, items.size());
  std::vector<Stratum*> strata;
  for (auto& [name, one] : by_name) {
    std::ranges::sort(one.ids);
    one.place = strata.size();
    strata.push_back(&one);
  }
  if (size > 0) allot(strata, size, items.size());
  std::vector<std::string> out;
  Dice dice(seed);
  for (auto& [name, one] : by_name)  // in the order of their names, whatever the shares
    for (size_t i = 0; i < one.share; ++i) {
      std::swap(one.ids[i], one.ids[i + dice.below(one.ids.size() - i)]);
      out.push_back(one.ids[i]);
    }
  std::ranges::sort(out);
  return out;
}

}  // namespace yagura::desks::governance
