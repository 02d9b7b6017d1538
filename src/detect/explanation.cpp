#include "detect/explanation.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>

#include "base/text.hpp"
#include "detect/plain_event.hpp"
#include "detect/predicate_text.hpp"

namespace yagura::detect {
namespace {

/// What may still be spent on one explanation.
struct Budget {
  uint64_t bytes = explained_bytes_max;
  RegexScratch scratch;

  bool spent() const { return bytes == 0 || scratch.over_limit > explained_regexes_given_up_max; }
};

/// The values of one field, as the rule reads it.
struct FieldRead {
  std::vector<PlainField> fields;
  std::deque<FoldedValue> folded;
  std::vector<FoldedValue*> values;
  std::vector<std::string_view> texts;
  uint64_t bytes = 0;
};

/// A rule and an event, the fields read by one map.
class Reading {
 public:
  Reading(const Rule& rule, const FieldMap& map, const PlainEvent& event, Budget& budget)
      : rule_(rule), map_(map), event_(event), budget_(budget), truths_(rule.predicates.size()) {}

  bool holds(const Expr& expr) {
    const auto child_holds = [this](const Expr& child) { return holds(child); };
    switch (expr.op) {
      case Expr::Op::leaf:
        return leaf_holds(expr.predicate);
      case Expr::Op::all:
        return std::ranges::all_of(expr.children, child_holds);
      case Expr::Op::any:
        return std::ranges::any_of(expr.children, child_holds);
      case Expr::Op::negate:
        return !holds(expr.children.front());
    }
    return false;
  }

  const FieldRead& read(const std::string& name) {
    const auto [found, fresh] = fields_.try_emplace(name);
    FieldRead& out = found->second;
    if (!fresh) return out;
    out.fields = judge_.values(name, map_, event_);
    for (const PlainField& field : out.fields) {
      out.values.push_back(&out.folded.emplace_back(event::Value{field.kind, field.text}));
      out.texts.push_back(field.text);
      out.bytes += field.text.size() + 1;
    }
    return out;
  }

  /// The values for which the predicate holds.
  void add_values(uint32_t leaf, ExplainedValue& into) {
    const Predicate& predicate = rule_.predicates[leaf];
    const FieldRead& own = read(predicate.field);
    const FieldRead& other = read(predicate.other_field);
    for (size_t i = 0; i < own.values.size(); ++i) {
      if (!yagura::detect::holds(predicate, {&own.values[i], 1}, other.values, budget_.scratch)) continue;
      if (into.values.size() == shown_values_max) {
        ++into.values_left_out;
        continue;
      }
      const auto places = match_places(predicate, own.fields[i].text, other.texts, budget_.scratch);
      ShownValue& shown = into.values.emplace_back(show_value(own.fields[i].name, own.fields[i].text, places));
      shown.null = own.fields[i].kind == event::Kind::null;
    }
  }

  const Rule& rule() const { return rule_; }

 private:
  bool leaf_holds(uint32_t leaf) {
    std::optional<bool>& truth = truths_[leaf];
    if (truth) return *truth;
    const Predicate& predicate = rule_.predicates[leaf];
    const FieldRead& own = read(predicate.field);
    const FieldRead& other = predicate.other_field.empty() ? own : read(predicate.other_field);
    budget_.bytes -= std::min(budget_.bytes, own.bytes);
    if (budget_.spent()) return false;
    truth = yagura::detect::holds(predicate, own.values, other.values, budget_.scratch);
    return *truth;
  }

  const Rule& rule_;
  const FieldMap& map_;
  const PlainEvent& event_;
  Budget& budget_;
  PlainJudge judge_;
  std::map<std::string, FieldRead> fields_;
  std::vector<std::optional<bool>> truths_;
};

/// The predicates of one value of an item; nothing when the expression is more than that.
std::optional<std::vector<uint32_t>> forms_of(const Expr& expr) {
  if (expr.op == Expr::Op::leaf) return std::vector{expr.predicate};
  if (expr.op != Expr::Op::any) return std::nullopt;
  std::vector<uint32_t> out;
  for (const Expr& child : expr.children) {
    if (child.op != Expr::Op::leaf) return std::nullopt;
    out.push_back(child.predicate);
  }
  return out;
}

struct Item {
  const Expr* expr;
  size_t alternative;
  bool negated;
  bool all;
  std::vector<std::vector<uint32_t>> values;  // each as its forms
};

/// The expression as one item, if that is what it is.
std::optional<Item> item_of(const Expr& expr, const Rule& rule) {
  Item out{&expr, 0, expr.op == Expr::Op::negate, false, {}};
  const Expr& inner = out.negated ? expr.children.front() : expr;
  out.all = inner.op == Expr::Op::all;
  if (inner.op == Expr::Op::leaf) out.values.push_back({inner.predicate});
  for (const Expr& child : inner.children) {
    auto forms = forms_of(child);
    if (!forms) return std::nullopt;
    out.values.push_back(std::move(*forms));
  }
  const std::string* written = nullptr;
  for (const auto& forms : out.values)
    for (const uint32_t leaf : forms) {
      const Predicate& predicate = rule.predicates[leaf];
      if (written && (*written != predicate.written)) return std::nullopt;
      written = &predicate.written;
    }
  if (!written) return std::nullopt;
  return out;
}

/// A selection is a map of items, a list of such maps, or keywords: any of its alternatives, all items of one.
void items_of(const Expr& expr, const Rule& rule, size_t& alternatives, bool inside, std::vector<Item>& out) {
  if (auto item = item_of(expr, rule)) {
    if (!inside) ++alternatives;
    item->alternative = alternatives - 1;
    out.push_back(std::move(*item));
    return;
  }
  if (expr.op == Expr::Op::all && !inside) ++alternatives;
  const bool maps = expr.op == Expr::Op::any;
  for (const Expr& child : expr.children) items_of(child, rule, alternatives, !maps, out);
}

void explain_value(Reading& reading, const std::vector<uint32_t>& forms, ExplainedValue& out) {
  uint32_t shown = forms.front();
  for (const uint32_t leaf : forms)
    if (reading.holds({Expr::Op::leaf, leaf, {}})) {
      out.holds = true;
      shown = leaf;
      break;
    }
  out.forms = forms.size();
  out.expected = to_valid_utf8(expected_text(reading.rule().predicates[shown]));
  if (out.expected.size() > shown_expected_bytes_max) {
    size_t end = shown_expected_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(out.expected[end]) & 0xC0) == 0x80) --end;
    out.expected = out.expected.substr(0, end) + "…";
  }
  if (out.holds) reading.add_values(shown, out);
}

ExplainedItem explain_item(Reading& reading, const Item& item) {
  const Predicate& first = reading.rule().predicates[item.values.front().front()];
  ExplainedItem out;
  out.alternative = item.alternative;
  out.field = first.field;
  if (!first.is_keyword() || first.written.starts_with('|'))
    for (const std::string_view part :
         split(std::string_view(first.written).substr(std::min(first.field.size(), first.written.size())), '|'))
      if (!part.empty()) out.modifiers.emplace_back(part);
  out.negated = item.negated;
  out.all = item.all;
  out.holds = reading.holds(*item.expr);
  std::vector<ExplainedValue> others;  // those that don't hold
  for (const auto& forms : item.values) {
    const bool held =
        std::ranges::any_of(forms, [&](uint32_t leaf) { return reading.holds({Expr::Op::leaf, leaf, {}}); });
    out.values_held += held;
    auto& into = held ? out.values : others;
    if (into.size() == shown_expected_max)
      ++out.values_left_out;
    else
      explain_value(reading, forms, into.emplace_back());
  }
  for (ExplainedValue& value : others)
    if (out.values.size() < shown_expected_max)
      out.values.push_back(std::move(value));
    else
      ++out.values_left_out;
  const bool said = std::ranges::any_of(out.values, [](const ExplainedValue& value) { return !value.values.empty(); });
  if (said || first.is_keyword()) return out;
  for (const PlainField& field : reading.read(first.field).fields) {
    if (out.found.size() == shown_values_max) {
      ++out.found_left_out;
      continue;
    }
    out.found.push_back(show_value(field.name, field.text, {}));
    out.found.back().null = field.kind == event::Kind::null;
  }
  return out;
}

ExplainedSelection explain_selection(Reading& reading, const Selection& selection, bool filter) {
  ExplainedSelection out;
  out.name = to_valid_utf8(selection.name);
  out.filter = filter;
  out.holds = reading.holds(selection.expr);
  std::vector<Item> items;
  size_t alternatives = 0;
  items_of(selection.expr, reading.rule(), alternatives, false, items);
  out.alternatives = std::max<size_t>(alternatives, 1);
  const bool some = items.size() > shown_items_max;
  for (const bool held : {true, false})
    for (const Item& item : items) {
      // All of them in the rule's order; of too many those that hold first.
      if (some ? reading.holds(*item.expr) != held : !held) continue;
      if (out.items.size() < shown_items_max)
        out.items.push_back(explain_item(reading, item));
      else
        ++out.items_left_out;
    }
  return out;
}

/// The selections that filters brought follow the rule's own; correlation/filter.cpp names them so.
bool of_filter(const Selection& selection) {
  return selection.name.starts_with("filter ") && selection.name.contains(": ");
}

ExplainedNode explain_node(Reading& reading, const Condition& condition, size_t& nodes) {
  ExplainedNode out{condition.op, condition.name, false, {}, 0};
  ++nodes;
  const auto& selections = reading.rule().selections;
  const auto add = [&](ExplainedNode child) {
    if (nodes < shown_condition_nodes_max)
      out.children.push_back(std::move(child));
    else
      ++out.children_left_out;
  };
  switch (condition.op) {
    case Condition::Op::name: {
      const auto found = std::ranges::find(selections, condition.name, &Selection::name);
      out.holds = found != selections.end() && reading.holds(found->expr);
      return out;
    }
    case Condition::Op::one_of:
    case Condition::Op::all_of: {
      const bool all = condition.op == Condition::Op::all_of;
      out.holds = all;
      for (const Selection& selection : selections) {
        if (of_filter(selection) || !means(condition.name, selection.name)) continue;
        const bool holds = reading.holds(selection.expr);
        out.holds = all ? out.holds && holds : out.holds || holds;
        add({Condition::Op::name, to_valid_utf8(selection.name), holds, {}, 0});
        ++nodes;
      }
      return out;
    }
    case Condition::Op::negate:
    case Condition::Op::all:
    case Condition::Op::any:
      break;
  }
  const bool all = condition.op == Condition::Op::all;
  out.holds = all;
  for (const Condition& child : condition.children) {
    ExplainedNode node = explain_node(reading, child, nodes);
    if (condition.op == Condition::Op::negate)
      out.holds = !node.holds;
    else
      out.holds = all ? out.holds && node.holds : out.holds || node.holds;
    add(std::move(node));
  }
  return out;
}

/// By which route the rule holds; else by which it may look at the event; else the last.
const Route* choose(const Rule& rule, const std::vector<Route>& routes, const PlainEvent& event, Budget& budget,
                    Explanation& out) {
  PlainJudge judge;
  const Route* chosen = nullptr;
  for (const Route& route : routes) {
    if (std::ranges::none_of(route.tests, [&](const EventTest& test) { return judge.lets_in(test, event); })) continue;
    out.let_in = true;
    if (!chosen) chosen = &route;
    if (Reading(rule, *route.fields, event, budget).holds(rule.condition)) return &route;
  }
  return chosen ? chosen : &routes.back();
}

}  // namespace

Explanation explain(const Rule& rule, const Taxonomy& taxonomy, const event::Batch& batch, const event::Event& event) {
  const PlainEvent plain = plain_event(batch, event, taxonomy.structured_formats());
  const std::vector<Route> routes = taxonomy.routes(rule.logsource).routes;
  Explanation out;
  Budget budget;
  const Route* route = choose(rule, routes, plain, budget, out);
  Reading reading(rule, *route->fields, plain, budget);
  const bool asked = reading.holds(rule.condition);
  for (const std::string& text : rule.conditions) {
    const auto condition = parse_condition(text);
    if (!condition) continue;  // the rule would not have been loaded
    size_t nodes = 0;
    out.conditions.push_back({text, explain_node(reading, *condition, nodes)});
  }
  for (const Selection& selection : rule.selections)
    out.selections.push_back(explain_selection(reading, selection, of_filter(selection)));
  const bool any = std::ranges::any_of(out.conditions, [](const auto& condition) { return condition.root.holds; });
  out.filtered = any && !asked;
  out.given_up = budget.spent();
  out.holds = out.let_in && asked && !out.given_up;
  return out;
}

bool holds_plainly(const Rule& rule, const Taxonomy& taxonomy, const event::Batch& batch, const event::Event& event) {
  const PlainEvent plain = plain_event(batch, event, taxonomy.structured_formats());
  const std::vector<Route> routes = taxonomy.routes(rule.logsource).routes;
  Explanation out;
  Budget budget;
  const Route* route = choose(rule, routes, plain, budget, out);
  return out.let_in && Reading(rule, *route->fields, plain, budget).holds(rule.condition) && !budget.spent();
}

}  // namespace yagura::detect
