// Why a rule holds for an event, or why not: which of its selections, in them which items, of those which values, and
// where in the event's values they stand. One rule and one event, read by the predicates alone: nothing is shared with
// lanes, indexes or memos. Not on the hot path.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "detect/condition.hpp"
#include "detect/rule.hpp"
#include "detect/shown_value.hpp"
#include "detect/taxonomy.hpp"
#include "event/batch.hpp"

namespace yagura::detect {

// What is shown; the verdicts look at everything.
constexpr size_t shown_values_max = 5;     // of the event, for one value of the rule or one item
constexpr size_t shown_expected_max = 20;  // of an item's values, those that hold first
constexpr size_t shown_expected_bytes_max = 1024;
constexpr size_t shown_items_max = 200;            // of one selection, those that hold first
constexpr size_t shown_condition_nodes_max = 500;  // of one condition
/// The event's bytes that predicates look at before the question is given up.
constexpr uint64_t explained_bytes_max = 512ULL << 20;
constexpr uint64_t explained_regexes_given_up_max = 50;

/// One value of a rule's item.
struct ExplainedValue {
  std::string expected;  // as expected_text() has it
  size_t forms = 1;      // that it was spelled out to (base64offset, placeholders); `expected` is one that holds
  bool holds = false;
  std::vector<ShownValue> values;  // for which it holds; none for a field that is missing, as null and exists may ask
  size_t values_left_out = 0;
};

/// "field|modifiers: values"
struct ExplainedItem {
  size_t alternative = 0;  // of the selection's; all items of one of them must hold
  std::string field;       // by the rule's name; empty: a keyword
  std::vector<std::string> modifiers;
  bool negated = false;  // neq: holds when the values do not
  bool all = false;      // every value must hold, not one
  bool holds = false;
  std::vector<ExplainedValue> values;
  size_t values_left_out = 0;
  size_t values_held = 0;
  std::vector<ShownValue> found;  // what the event has there, when no value says it
  size_t found_left_out = 0;
};

struct ExplainedSelection {
  std::string name;
  bool holds = false;
  bool filter = false;  // of a filter that is laid over the rule
  size_t alternatives = 1;
  std::vector<ExplainedItem> items;
  size_t items_left_out = 0;
};

struct ExplainedNode {
  Condition::Op op = Condition::Op::name;
  std::string name;  // of a selection, or "1 of" what
  bool holds = false;
  std::vector<ExplainedNode> children;  // of one_of and all_of: the selections meant
  size_t children_left_out = 0;
};

struct ExplainedCondition {
  std::string text;
  ExplainedNode root;
};

struct Explanation {
  bool holds = false;
  bool let_in = false;    // the event is of the rule's log source
  bool filtered = false;  // a condition holds, and a filter keeps the rule from firing
  bool given_up = false;  // the event and the rule are too much for a look; `holds` says nothing then
  std::vector<ExplainedCondition> conditions;
  std::vector<ExplainedSelection> selections;
};

/// For an event that its log source does not let in, it is told what the condition would say. Cost: some microseconds
/// for most rules and events; bounded by explained_bytes_max.
Explanation explain(const Rule& rule, const Taxonomy& taxonomy, const event::Batch& batch, const event::Event& event);

/// Explanation::holds alone.
bool holds_plainly(const Rule& rule, const Taxonomy& taxonomy, const event::Batch& batch, const event::Event& event);

}  // namespace yagura::detect
