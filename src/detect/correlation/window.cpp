#include "detect/correlation/window.hpp"

#include <algorithm>
#include <bit>

namespace yagura::detect::correlation {
namespace {

constexpr int64_t never = INT64_MIN;

size_t chains_of(const Definition& definition) {
  if (definition.type != Type::temporal_ordered) return 0;
  if (definition.terms.empty()) return definition.rules.size() * definition.rules.size();
  size_t out = 0;
  for (const Term& term : definition.terms) out += static_cast<size_t>(std::popcount(term.present));
  return out;
}

}  // namespace

double number_of(const Occurrence& occurrence) {
  return std::bit_cast<double>(occurrence.value);
}

Window::Window(const Definition& definition)
    : definition_(&definition),
      by_rule_(is_temporal(definition.type) ? definition.rules.size() : 0),
      chains_(chains_of(definition), never) {}

void Window::clear() {
  values_.clear();
  ranked_.clear();
  sum_ = 0;
  present_ = 0;
  std::ranges::fill(by_rule_, 0);
  std::ranges::fill(chains_, never);
}

void Window::add(const Occurrence& occurrence) {
  switch (definition_->type) {
    case Type::event_count:
      return;
    case Type::value_sum:
    case Type::value_avg:
      sum_ += to_exact(number_of(occurrence));
      return;
    case Type::value_count:
      return values_.add(occurrence.value);
    case Type::value_percentile:
      return definition_->percentile ? ranked_.add(number_of(occurrence)) : values_.add(occurrence.value);
    case Type::temporal_ordered:
      follow(occurrence);
      [[fallthrough]];
    case Type::temporal:
      return count_rules(occurrence.value, true);
  }
}

void Window::remove(const Occurrence& occurrence) {
  switch (definition_->type) {
    case Type::event_count:
      return;
    case Type::value_sum:
    case Type::value_avg:
      sum_ -= to_exact(number_of(occurrence));
      return;
    case Type::value_count:
      return values_.remove(occurrence.value);
    case Type::value_percentile:
      return definition_->percentile ? ranked_.remove(number_of(occurrence)) : values_.remove(occurrence.value);
    case Type::temporal:
    case Type::temporal_ordered:
      return count_rules(occurrence.value, false);
  }
}

void Window::count_rules(uint64_t rules, bool add) {
  for (; rules != 0; rules &= rules - 1) {
    const auto rule = static_cast<size_t>(std::countr_zero(rules));
    by_rule_[rule] += add ? 1U : UINT32_MAX;
    if (by_rule_[rule] > 0)
      present_ |= uint64_t{1} << rule;
    else
      present_ &= ~(uint64_t{1} << rule);
  }
}

/// Longer chains first, so that one occurrence is never two steps of a chain.
void Window::follow(const Occurrence& occurrence) {
  const size_t rules = definition_->rules.size();
  if (definition_->terms.empty()) {
    for (size_t length = rules; length-- > 0;)
      for (uint64_t rest = occurrence.value; rest != 0; rest &= rest - 1) {
        const auto rule = static_cast<size_t>(std::countr_zero(rest));
        int64_t& chain = chains_[length * rules + rule];
        if (length == 0) chain = occurrence.time;
        for (size_t before = 0; length > 0 && before < rule; ++before)
          chain = std::max(chain, chains_[(length - 1) * rules + before]);
      }
    return;
  }
  size_t first = 0;
  for (const Term& term : definition_->terms) {
    const auto steps = static_cast<size_t>(std::popcount(term.present));
    size_t step = steps;
    for (uint64_t rest = term.present; rest != 0;) {
      const uint64_t last = std::bit_floor(rest);
      rest ^= last;
      --step;
      if ((occurrence.value & last) == 0) continue;
      chains_[first + step] = step == 0 ? occurrence.time : std::max(chains_[first + step], chains_[first + step - 1]);
    }
    first += steps;
  }
}

bool Window::holds(const Term& term, size_t chain, int64_t start) const {
  if ((present_ & term.present) != term.present || (present_ & term.absent) != 0) return false;
  return definition_->type == Type::temporal || chains_[chain] > start;
}

size_t Window::longest(int64_t start) const {
  const size_t rules = definition_->rules.size();
  for (size_t length = rules; length > 0; --length)
    for (size_t rule = 0; rule < rules; ++rule)
      if (chains_[(length - 1) * rules + rule] > start) return length;
  return 0;
}

Measured Window::measure_rules(int64_t start) const {
  Measured out;
  const bool ordered = definition_->type == Type::temporal_ordered;
  const auto present = static_cast<size_t>(std::popcount(present_));
  if (definition_->terms.empty()) {
    out.value = static_cast<Exact>(ordered ? longest(start) : present) * exact_one;
    out.holds = std::ranges::all_of(definition_->comparisons, [&](const Comparison& c) { return c.holds(out.value); });
    return out;
  }
  out.value = static_cast<Exact>(present) * exact_one;
  size_t chain = 0;
  for (const Term& term : definition_->terms) {
    chain += static_cast<size_t>(std::popcount(term.present));
    out.holds = out.holds || holds(term, chain - 1, start);
  }
  return out;
}

Exact Window::value_of(size_t count, const Occurrence& newest) const {
  const auto many = static_cast<Exact>(count);
  switch (definition_->type) {
    case Type::value_count:
      return static_cast<Exact>(values_.distinct()) * exact_one;
    case Type::value_sum:
      return sum_;
    case Type::value_avg:
      return sum_ / many;
    case Type::value_percentile: {
      if (!definition_->percentile) return static_cast<Exact>(values_.count(newest.value)) * 100 * exact_one / many;
      // Nearest rank: the smallest number that at least so many of a hundred do not exceed.
      const Exact whole = Exact{100} * exact_one;
      const Exact rank = (to_exact(*definition_->percentile) * many + whole - 1) / whole;
      return to_exact(ranked_.at_rank(static_cast<size_t>(std::max<Exact>(rank, 1))));
    }
    default:
      return many * exact_one;
  }
}

Measured Window::measure(size_t count, int64_t start, const Occurrence& newest) const {
  if (is_temporal(definition_->type)) return measure_rules(start);
  Measured out{false, value_of(count, newest)};
  out.holds = std::ranges::all_of(definition_->comparisons, [&](const Comparison& c) { return c.holds(out.value); });
  return out;
}

size_t Window::bytes() const {
  return values_.bytes() + ranked_.bytes() + by_rule_.capacity() * sizeof(uint32_t) +
         chains_.capacity() * sizeof(int64_t);
}

}  // namespace yagura::detect::correlation
