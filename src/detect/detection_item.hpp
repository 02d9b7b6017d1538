#pragma once

#include <yaml-cpp/yaml.h>

#include <vector>

#include "base/diagnostic.hpp"
#include "detect/modifier.hpp"
#include "detect/placeholders.hpp"
#include "detect/predicate.hpp"
#include "detect/scalar.hpp"

namespace yagura::detect {

constexpr size_t predicates_per_rule_max = 50'000;

/// Reads one `field|modifiers: value(s)` and adds its predicates. The tree is `any` of the values, `all` of
/// them under `all`, negated under `neq`; a value that expands to several is `any` of those.
class DetectionItemReader {
 public:
  DetectionItemReader(const Placeholders& placeholders, std::vector<Predicate>& predicates)
      : placeholders_(placeholders), predicates_(predicates) {}

  Diagnosed<Expr> read(const ItemKey& key, const std::vector<Scalar>& values);

 private:
  Diagnosed<Expr> read_value(const ItemKey& key, const Scalar& value);
  Diagnosed<std::vector<Predicate>> read_text(const ItemKey& key, const Scalar& value);
  Diagnosed<std::vector<Predicate>> read_regex(const ItemKey& key, const Scalar& value);
  Diagnosed<std::vector<Predicate>> read_cidr(const ItemKey& key, const Scalar& value);
  Diagnosed<std::vector<Predicate>> read_number(const ItemKey& key, const Scalar& value);
  Diagnosed<std::vector<Predicate>> read_other(const ItemKey& key, const Scalar& value);

  Diagnosed<void> transform(Modifier modifier, const Scalar& value, std::vector<Pattern>& patterns) const;
  Diagnosed<void> expand(const Scalar& value, std::vector<Pattern>& patterns) const;

  const Placeholders& placeholders_;
  std::vector<Predicate>& predicates_;
};

}  // namespace yagura::detect
