#include "detect/value_class.hpp"

#include <algorithm>

#include "base/check.hpp"
#include "detect/quick_hash.hpp"

namespace yagura::detect {

ValueClasses::ValueClasses() : table_(2 * classes_max, none) {}

ClassId ValueClasses::intern(uint32_t group, bool null, bool opens, std::span<const uint32_t> hits) {
  const uint64_t seed = uint64_t{group} << 2 | (null ? 2U : 0U) | (opens ? 1U : 0U);
  const uint64_t hash = quick_hash({reinterpret_cast<const char*>(hits.data()), hits.size_bytes()}, seed);
  size_t at = hash & (table_.size() - 1);
  for (; table_[at] != none; at = (at + 1) & (table_.size() - 1)) {
    const Class& known = this->at(table_[at]);
    if (known.group == group && known.null == null && known.opens == opens &&
        std::ranges::equal(this->hits(known), hits))
      return table_[at];
  }
  check(classes_.size() < classes_max, "value classes past their limit");
  const auto id = static_cast<ClassId>(classes_.size() << 1 | (opens ? 1 : 0));
  classes_.push_back({group, null, opens, static_cast<uint32_t>(hits_.size()), static_cast<uint32_t>(hits.size())});
  hits_.insert(hits_.end(), hits.begin(), hits.end());
  table_[at] = id;
  return id;
}

void ValueClasses::clear() {
  classes_.clear();
  hits_.clear();
  std::ranges::fill(table_, none);
}

}  // namespace yagura::detect
