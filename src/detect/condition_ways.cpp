#include "detect/condition_ways.hpp"

#include <algorithm>

namespace yagura::detect {
namespace {

/// Adds what `from` asks for; false when the two contradict each other.
bool merge(Way& into, const Way& from) {
  return std::ranges::all_of(from, [&](const auto& ask) { return into.insert(ask).first->second == ask.second; });
}

/// Evenly spread `max` of them.
std::vector<Way> thinned(std::vector<Way> ways, size_t max) {
  if (ways.size() <= max) return ways;
  std::vector<Way> out;
  for (size_t i = 0; i < max; ++i) out.push_back(std::move(ways[i * ways.size() / max]));
  return out;
}

/// Each of the lists' ways stands in at least one of the results, joined with one of every other list.
std::vector<Way> joined(const std::vector<std::vector<Way>>& lists) {
  size_t count = 1;
  for (const auto& list : lists) {
    if (list.empty()) return {};
    count = std::max(count, list.size());
  }
  std::vector<Way> out;
  for (size_t i = 0; i < count; ++i) {
    Way way;
    bool fits = true;
    for (const auto& list : lists) {
      fits = false;
      for (size_t k = 0; k < list.size() && !fits; ++k) {
        Way tried = way;
        fits = merge(tried, list[(i + k) % list.size()]);
        if (fits) way = std::move(tried);
      }
      if (!fits) break;
    }
    if (fits && std::ranges::find(out, way) == out.end()) out.push_back(std::move(way));
  }
  return out;
}

bool is_conjunction(const Expr& expr, bool wanted) {
  return (expr.op == Expr::Op::all) == wanted;
}

}  // namespace

std::vector<Way> ways_of(const Expr& expr, bool wanted, size_t max) {
  if (expr.op == Expr::Op::leaf) return {{{expr.predicate, wanted}}};
  if (expr.op == Expr::Op::negate) return ways_of(expr.children.front(), !wanted, max);
  std::vector<std::vector<Way>> lists;
  for (const Expr& child : expr.children) lists.push_back(ways_of(child, wanted, max));
  if (is_conjunction(expr, wanted)) return thinned(joined(lists), max);
  std::vector<Way> out;
  for (auto& list : lists) std::ranges::move(list, std::back_inserter(out));
  return thinned(std::move(out), max);
}

std::vector<Way> filtered_ways(const Expr& expr, size_t max) {
  std::vector<Way> out;
  if (expr.op == Expr::Op::leaf) return out;
  if (expr.op == Expr::Op::negate) return ways_of(expr.children.front(), true, max);
  for (size_t i = 0; i < expr.children.size() && out.size() < max; ++i) {
    const auto own = filtered_ways(expr.children[i], max);
    if (own.empty()) continue;
    // The rest of an `all` holds, so that only this part stands in the way; the rest of an `any` does not.
    std::vector<std::vector<Way>> lists{own};
    for (size_t k = 0; k < expr.children.size(); ++k)
      if (k != i) {
        auto others = ways_of(expr.children[k], expr.op == Expr::Op::all, 1);
        lists.push_back(std::move(others));
      }
    std::ranges::move(joined(lists), std::back_inserter(out));
  }
  return thinned(std::move(out), max);
}

}  // namespace yagura::detect
