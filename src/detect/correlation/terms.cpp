#include "detect/correlation/terms.hpp"

#include <algorithm>

namespace yagura::detect::correlation {
namespace {

using Terms = std::vector<Term>;
using Op = Condition::Op;

void collect(const Condition& condition, std::vector<std::string>& out) {
  if (condition.op == Op::name && std::ranges::find(out, condition.name) == out.end()) out.push_back(condition.name);
  for (const Condition& child : condition.children) collect(child, out);
}

/// Keeps what no shorter alternative covers; contradictions go.
void simplify(Terms& terms) {
  std::erase_if(terms, [](const Term& term) { return (term.present & term.absent) != 0; });
  const auto covers = [](const Term& a, const Term& b) {
    return (a.present & b.present) == a.present && (a.absent & b.absent) == a.absent;
  };
  Terms kept;
  for (const Term& term : terms) {
    if (std::ranges::any_of(kept, [&](const Term& other) { return covers(other, term); })) continue;
    std::erase_if(kept, [&](const Term& other) { return covers(term, other); });
    kept.push_back(term);
  }
  terms = std::move(kept);
}

class Speller {
 public:
  explicit Speller(const std::vector<std::string>& rules) : rules_(rules) {}

  std::expected<Terms, std::string> spell(const Condition& condition, bool negated) {
    if (condition.op == Op::name) return name(condition.name, negated);
    if (condition.op == Op::negate) return spell(condition.children.front(), !negated);
    if (condition.op == Op::one_of || condition.op == Op::all_of)
      return std::unexpected("'of " + condition.name + "' is for selections: name the rules with and, or, not");
    const bool joins = (condition.op == Op::all) != negated;
    Terms out;
    if (joins) out.push_back({});
    for (const Condition& child : condition.children) {
      auto terms = spell(child, negated);
      if (!terms) return terms;
      if (joins)
        out = joined(out, *terms);
      else
        out.insert(out.end(), terms->begin(), terms->end());
      simplify(out);
      if (out.size() > terms_max) return std::unexpected("the condition has more than 256 alternatives");
    }
    return out;
  }

 private:
  std::expected<Terms, std::string> name(const std::string& name, bool negated) const {
    const auto at = std::ranges::find(rules_, name);
    if (at == rules_.end()) return std::unexpected("the condition names '" + name + "', which is not among 'rules'");
    const uint64_t bit = uint64_t{1} << (at - rules_.begin());
    return Terms{negated ? Term{0, bit} : Term{bit, 0}};
  }

  static Terms joined(const Terms& a, const Terms& b) {
    Terms out;
    for (const Term& x : a)
      for (const Term& y : b) out.push_back({x.present | y.present, x.absent | y.absent});
    return out;
  }

  const std::vector<std::string>& rules_;
};

}  // namespace

std::vector<std::string> named_rules(const Condition& condition) {
  std::vector<std::string> out;
  collect(condition, out);
  return out;
}

std::expected<std::vector<Term>, std::string> terms_of(const Condition& condition,
                                                       const std::vector<std::string>& rules) {
  auto out = Speller(rules).spell(condition, false);
  if (!out) return out;
  if (out->empty()) return std::unexpected("the condition can never hold");
  if (std::ranges::any_of(*out, [](const Term& term) { return term.present == 0; }))
    return std::unexpected("the condition would hold where none of its rules matched: absence alone is no event");
  return out;
}

}  // namespace yagura::detect::correlation
