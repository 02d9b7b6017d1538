#include "api/explanation_json.hpp"

#include <boost/json.hpp>

#include "base/text.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using schema::ref;

std::string_view op_name(detect::Condition::Op op) {
  using Op = detect::Condition::Op;
  switch (op) {
    case Op::name:
      return "name";
    case Op::one_of:
      return "one_of";
    case Op::all_of:
      return "all_of";
    case Op::negate:
      return "not";
    case Op::all:
      return "and";
    case Op::any:
      return "or";
  }
  return "name";
}

json::array shown_values_json(const std::vector<detect::ShownValue>& values) {
  json::array out;
  for (const detect::ShownValue& value : values) out.push_back(shown_value_json(value));
  return out;
}

json::object value_json(const detect::ExplainedValue& value) {
  return {{"expected", value.expected},
          {"forms", value.forms},
          {"holds", value.holds},
          {"values", shown_values_json(value.values)},
          {"values_left_out", value.values_left_out}};
}

json::object item_json(const detect::ExplainedItem& item) {
  json::array modifiers;
  for (const std::string& modifier : item.modifiers) modifiers.push_back(json::value(modifier));
  json::array values;
  for (const detect::ExplainedValue& value : item.values) values.push_back(value_json(value));
  return {{"alternative", item.alternative},
          {"field", to_valid_utf8(item.field)},
          {"modifiers", std::move(modifiers)},
          {"negated", item.negated},
          {"all", item.all},
          {"holds", item.holds},
          {"values", std::move(values)},
          {"values_left_out", item.values_left_out},
          {"values_held", item.values_held},
          {"found", shown_values_json(item.found)},
          {"found_left_out", item.found_left_out}};
}

json::object selection_json(const detect::ExplainedSelection& selection) {
  json::array items;
  for (const detect::ExplainedItem& item : selection.items) items.push_back(item_json(item));
  return {{"name", selection.name},     {"holds", selection.holds},
          {"filter", selection.filter}, {"alternatives", selection.alternatives},
          {"items", std::move(items)},  {"items_left_out", selection.items_left_out}};
}

/// Not deeper than condition_depth_max.
json::object node_json(const detect::ExplainedNode& node) {
  json::array children;
  for (const detect::ExplainedNode& child : node.children) children.push_back(node_json(child));
  return {{"op", op_name(node.op)},
          {"name", to_valid_utf8(node.name)},
          {"holds", node.holds},
          {"children", std::move(children)},
          {"children_left_out", node.children_left_out}};
}

}  // namespace

json::object shown_value_json(const detect::ShownValue& value) {
  json::array marks;
  for (const detect::Mark& mark : value.marks) marks.push_back(json::object{{"start", mark.start}, {"end", mark.end}});
  return {{"field", to_valid_utf8(value.field)},
          {"text", value.text},
          {"null", value.null},
          {"left_out_before", value.left_out_before},
          {"left_out_after", value.left_out_after},
          {"marks", std::move(marks)}};
}

json::object explanation_json(const detect::Explanation& explanation) {
  json::array conditions;
  for (const detect::ExplainedCondition& condition : explanation.conditions)
    conditions.push_back(json::object{{"text", to_valid_utf8(condition.text)}, {"root", node_json(condition.root)}});
  json::array selections;
  for (const detect::ExplainedSelection& selection : explanation.selections)
    selections.push_back(selection_json(selection));
  return {{"let_in", explanation.let_in}, {"conditions", std::move(conditions)}, {"selections", std::move(selections)}};
}

Components explanation_components() {
  using namespace schema;
  const Value count = integer(0);
  Components out;
  out["ShownValue"] =
      object({{"field", described(text(), "The event's own name of the field; empty: the raw message")},
              {"text", text()},
              {"null", boolean()},
              {"left_out_before", described(count, "Characters (code points) that stand before `text`")},
              {"left_out_after", count},
              {"marks",
               described(list(object({{"start", count}, {"end", count}})),
                         "What in `text` fits, in characters (code points), the end excluded; empty: no part of it")}});
  out["ExplainedValue"] =
      object({{"expected", described(text(), "The rule's value with its wildcards")},
              {"forms", described(integer(1), "That it was spelled out to; `expected` is one that holds")},
              {"holds", boolean()},
              {"values", described(list(ref("ShownValue")), "The event's, for which it holds")},
              {"values_left_out", count}});
  out["ExplainedItem"] =
      object({{"alternative", described(count, "Of the selection's; all items of one of them must hold")},
              {"field", described(text(), "By the rule's name; empty: a keyword, asked of every value")},
              {"modifiers", list(text())},
              {"negated", described(boolean(), "neq: holds when its values do not")},
              {"all", described(boolean(), "Every value must hold, not one")},
              {"holds", boolean()},
              {"values", described(list(ref("ExplainedValue")), "Those that hold first")},
              {"values_left_out", count},
              {"values_held", count},
              {"found", described(list(ref("ShownValue")), "What the event has there, when no value of the rule fits")},
              {"found_left_out", count}});
  out["ExplainedSelection"] = object({{"name", text()},
                                      {"holds", boolean()},
                                      {"filter", described(boolean(), "Of a filter that is laid over the rule")},
                                      {"alternatives", integer(1)},
                                      {"items", list(ref("ExplainedItem"))},
                                      {"items_left_out", count}});
  out["ExplainedNode"] = object({{"op", choice({"name", "one_of", "all_of", "not", "and", "or"})},
                                 {"name", text()},
                                 {"holds", boolean()},
                                 {"children", list(ref("ExplainedNode"))},
                                 {"children_left_out", count}});
  out["ExplainedCondition"] = object({{"text", text()}, {"root", ref("ExplainedNode")}});
  return out;
}

}  // namespace yagura::api
