#include "detect/lane.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include "detect/fold.hpp"
#include "detect/required_literals.hpp"

namespace yagura::detect {
namespace {

using Kind = Predicate::Kind;

/// Of what is asked of the event itself, where the answer known for a value costs 1.
constexpr double dear_cost = 1000;

/// Equal keys ask the same.
std::string key_of(const Predicate& predicate, uint32_t slot, uint32_t other_slot) {
  std::string out;
  const auto put = [&](const auto& value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); };
  const auto put_text = [&](std::string_view text) {
    put(text.size());
    out += text;
  };
  put(slot);
  put(other_slot);
  put(predicate.kind);
  put(predicate.cased);
  put(predicate.expected);
  put(predicate.part);
  put(predicate.open_start);
  put(predicate.open_end);
  for (const PatternPart& part : predicate.pattern.parts) {
    put(part.kind);
    put_text(part.text);
  }
  put(predicate.number.whole);
  put(predicate.number.negative);
  put(predicate.number.magnitude);
  put(predicate.number.real);
  put(predicate.network.address);
  put(predicate.network.bits);
  if (predicate.regex) {
    put_text(predicate.regex->source());
    put(predicate.regex->flags());
  }
  return out;
}

}  // namespace

bool Lane::same_route(const Route& route) const {
  return route.tests == route_.tests && *route.fields == *route_.fields;
}

FieldSource Lane::source_of(const std::string& field) const {
  const auto found = route_.fields->find(field);
  return found == route_.fields->end() ? FieldSource{{field}, {}, {}, {}} : found->second;
}

uint32_t Lane::slot_for(const std::string& field, const SourceTable& sources) {
  const SourceId source = field.empty() ? SourceTable::any_value : sources.id_of(source_of(field));
  const auto [it, fresh] = slot_by_source_.emplace(source, static_cast<uint32_t>(slots_.size()));
  if (fresh) slots_.push_back({source, {}, {}, {}, {}});
  return it->second;
}

uint32_t Lane::ask_for(const Predicate& predicate, const SourceTable& sources) {
  const uint32_t slot = slot_for(predicate.field, sources);
  const uint32_t other = predicate.kind == Kind::field_ref ? slot_for(predicate.other_field, sources) : slot;
  const auto next = static_cast<uint32_t>(asks_.size());
  const auto [it, fresh] = ask_by_key_.emplace(key_of(predicate, slot, other), next);
  if (fresh) {
    asks_.push_back({&predicate, slot, other, false});
    if (index(next)) asks_.back().by_value = true;
  }
  return it->second;
}

bool Lane::index(uint32_t ask) {
  const Predicate& predicate = *asks_[ask].predicate;
  Slot& slot = slots_[asks_[ask].slot];
  switch (predicate.kind) {
    case Kind::pattern:
      if (!slot.literals.add(ask, predicate.cased ? predicate.pattern.folded() : predicate.pattern, !predicate.cased))
        scan(ask);
      return true;
    case Kind::regex:
      return index_regex(ask);
    case Kind::number:
      if (predicate.part != TimePart::none || !predicate.number.whole) break;
      slot.whole_numbers[predicate.number.magnitude].push_back(ask);
      return true;
    default:
      break;
  }
  // Cheap to ask of every value, and the answer is remembered with it.
  const bool compares = predicate.kind >= Kind::number && predicate.kind <= Kind::greater_equal;
  if (predicate.kind == Kind::cidr || (compares && predicate.part == TimePart::none)) scan(ask);
  return asks_[ask].by_value;
}

bool Lane::index_regex(uint32_t ask) {
  const auto literals = required_literals(asks_[ask].predicate->regex->source());
  if (!literals) return false;
  for (const std::string& literal : *literals) slots_[asks_[ask].slot].literals.add_piece(ask, literal);
  return true;
}

void Lane::scan(uint32_t ask) {
  asks_[ask].by_value = true;
  slots_[asks_[ask].slot].scanned.push_back(ask);
}

void Lane::add(uint32_t rule_index, const Rule& rule, const SourceTable& sources) {
  std::vector<uint32_t> asks;
  asks.reserve(rule.predicates.size());
  for (const Predicate& predicate : rule.predicates) asks.push_back(ask_for(predicate, sources));
  const auto root = static_cast<uint32_t>(nodes_.size());
  nodes_.emplace_back();
  flatten(rule.condition, asks, root);
  rules_.push_back({rule_index, root});
}

void Lane::flatten(const Expr& expr, const std::vector<uint32_t>& asks, uint32_t into) {
  if (expr.op == Expr::Op::leaf) {
    nodes_[into] = {Expr::Op::leaf, asks[expr.predicate], 0};
    return;
  }
  const auto first = static_cast<uint32_t>(nodes_.size());
  nodes_[into] = {expr.op, first, static_cast<uint32_t>(expr.children.size())};
  nodes_.resize(nodes_.size() + expr.children.size());
  for (uint32_t i = 0; i < expr.children.size(); ++i) flatten(expr.children[i], asks, first + i);
}

double Lane::cost(const Node& node) const {
  if (node.op != Expr::Op::leaf) {
    double out = 0;
    for (uint32_t i = 0; i < node.count; ++i) out += cost(nodes_[node.first + i]);
    return out;
  }
  const Ask& ask = asks_[node.first];
  if (ask.by_value) return 1;
  return ask.predicate->kind == Kind::regex ? 50 * dear_cost : (ask.predicate->is_keyword() ? 25 : 1) * dear_cost;
}

/// How often it holds, roughly.
double Lane::chance(const Node& node) const {
  switch (node.op) {
    case Expr::Op::leaf:
      return witness_of(node.first).weight;
    case Expr::Op::negate:
      return 1 - chance(nodes_[node.first]);
    case Expr::Op::any: {
      double out = 0;
      for (uint32_t i = 0; i < node.count; ++i) out += chance(nodes_[node.first + i]);
      return std::min(out, 1.0);
    }
    case Expr::Op::all:
      break;
  }
  double out = 1;
  for (uint32_t i = 0; i < node.count; ++i) out = std::min(out, chance(nodes_[node.first + i]));
  return out;
}

void Lane::order_children(uint32_t at) {
  Node& node = nodes_[at];
  if (node.op == Expr::Op::leaf) {
    node.by_value = asks_[node.first].by_value;
    return;
  }
  struct Child {
    bool dear;  // to be asked of the event, once the others leave it open
    double chance;
    double cost;
    uint32_t index;
  };
  const bool all = node.op == Expr::Op::all;
  std::vector<Child> order;
  for (uint32_t i = 0; i < node.count; ++i) {
    const Node& child = nodes_[node.first + i];
    const double price = cost(child);
    order.push_back({price >= dear_cost, all ? chance(child) : -chance(child), price, i});
  }
  // What decides most often comes first...
  std::ranges::sort(order, {}, [](const Child& child) {
    return std::tuple(child.dear, child.dear ? child.cost : child.chance, child.index);
  });
  // ...but the rarest of several that must hold is what wakes the rule: it is known to hold then.
  const auto dear = std::ranges::find(order, true, &Child::dear);
  if (all && dear - order.begin() > 1) std::rotate(order.begin(), order.begin() + 1, dear);
  const std::vector<Node> children(nodes_.begin() + node.first, nodes_.begin() + node.first + node.count);
  for (uint32_t i = 0; i < children.size(); ++i) nodes_[node.first + i] = children[order[i].index];
  for (uint32_t i = 0; i < children.size(); ++i) order_children(node.first + i);
}

Lane::Witnesses Lane::witness_of(uint32_t index) const {
  const Ask& ask = asks_[index];
  if (!ask.by_value) {
    const bool asks_value = ask.predicate->kind != Kind::exists && ask.predicate->kind != Kind::field_ref;
    return asks_value ? Witnesses{1.0, {index}, {}} : Witnesses{1.0, {}, {ask.slot}};
  }
  if (ask.predicate->kind == Kind::number) return {0.1, {index}, {}};
  if (ask.predicate->kind != Kind::pattern) return {0.2, {index}, {}};
  const auto length = static_cast<double>(ask.predicate->pattern.longest_literal().size());
  const bool exact = ask.predicate->pattern.shape() == Pattern::Shape::exact;
  return {std::min(0.5, (exact ? 0.5 : 1.0) / (1.0 + length)), {index}, {}};
}

std::optional<Lane::Witnesses> Lane::witnesses(const Node& node) const {
  switch (node.op) {
    case Expr::Op::leaf: {
      const Predicate& predicate = *asks_[node.first].predicate;
      if (predicate.kind == Kind::null || (predicate.kind == Kind::exists && !predicate.expected)) return std::nullopt;
      return witness_of(node.first);
    }
    case Expr::Op::negate:
      return std::nullopt;
    case Expr::Op::any: {
      Witnesses out{0, {}, {}};
      for (uint32_t i = 0; i < node.count; ++i) {
        auto one = witnesses(nodes_[node.first + i]);
        if (!one) return std::nullopt;
        out.weight += one->weight;
        out.asks.insert(out.asks.end(), one->asks.begin(), one->asks.end());
        out.slots.insert(out.slots.end(), one->slots.begin(), one->slots.end());
      }
      return out;
    }
    case Expr::Op::all: {
      std::optional<Witnesses> best;
      for (uint32_t i = 0; i < node.count; ++i)
        if (auto one = witnesses(nodes_[node.first + i]); one && (!best || one->weight < best->weight))
          best = std::move(one);
      return best;
    }
  }
  return std::nullopt;
}

void Lane::compile() {
  std::vector<std::optional<Witnesses>> found;
  for (const LaneRule& rule : rules_) found.push_back(witnesses(nodes_[rule.root]));
  // What wakes a rule must be known of every value.
  for (const auto& one : found)
    if (one)
      for (const uint32_t ask : one->asks)
        if (!asks_[ask].by_value) scan(ask);
  std::vector<std::vector<uint32_t>> wake(asks_.size());
  for (uint32_t i = 0; i < rules_.size(); ++i) {
    order_children(rules_[i].root);
    const std::optional<Witnesses>& witnesses = found[i];
    if (!witnesses) {
      always_.push_back(i);
      continue;
    }
    const auto once = [i](std::vector<uint32_t>& list) {
      if (list.empty() || list.back() != i) list.push_back(i);
    };
    for (const uint32_t ask : witnesses->asks) once(wake[ask]);
    for (const uint32_t slot : witnesses->slots) once(slots_[slot].rules_when_present);
  }
  wake_first_.push_back(0);
  for (const auto& list : wake) {
    woken_.insert(woken_.end(), list.begin(), list.end());
    wake_first_.push_back(static_cast<uint32_t>(woken_.size()));
  }
  for (Slot& slot : slots_) slot.literals.build();
  ask_by_key_.clear();
}

}  // namespace yagura::detect
