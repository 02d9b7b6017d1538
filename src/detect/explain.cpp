// What a match says to people: the finding, and which items of the rule held. Not on the hot path.
#include <algorithm>

#include "base/digest.hpp"
#include "detect/finding_text.hpp"
#include "detect/matcher.hpp"
#include "detect/predicate_text.hpp"

namespace yagura::detect {
namespace {

constexpr size_t finding_fields_max = 64;

void leaves_of(const Expr& expr, std::vector<uint32_t>& out) {
  if (expr.op == Expr::Op::leaf) out.push_back(expr.predicate);
  for (const Expr& child : expr.children) leaves_of(child, out);
}

}  // namespace

const Lane* Matcher::lane_of(uint32_t rule, const event::Event& event) {
  const Admission admission = admit(*rules_, event);
  std::vector<uint32_t> lanes = admission.lanes;
  for (const OpenTest& open : admission.tests)
    if (passes(*open.test)) lanes.push_back(open.lane);
  for (const uint32_t index : lanes) {
    const Lane& lane = rules_->lanes()[index];
    const auto in_set = rules_->rules_of(index);
    if (std::ranges::find(in_set, rule) == in_set.end()) continue;
    if (holds_by(lane, rules_->rule(rule), rules_->rule(rule).condition)) return &lane;
  }
  return nullptr;
}

bool Matcher::holds_by(const Lane& lane, const Rule& rule, const Expr& expr) {
  const auto holds_too = [&](const Expr& child) { return holds_by(lane, rule, child); };
  switch (expr.op) {
    case Expr::Op::leaf: {
      const Predicate& predicate = rule.predicates[expr.predicate];
      const auto values = values_for(lane, predicate.field);
      const auto others = predicate.other_field.empty() ? values : values_for(lane, predicate.other_field);
      return holds(predicate, values, others, scratch_);
    }
    case Expr::Op::all:
      return std::ranges::all_of(expr.children, holds_too);
    case Expr::Op::any:
      return std::ranges::any_of(expr.children, holds_too);
    case Expr::Op::negate:
      return !holds_too(expr.children.front());
  }
  return false;
}

FoldedValues Matcher::values_for(const Lane& lane, const std::string& field) {
  if (field.empty()) return view_.values(SourceTable::any_value);
  return view_.values(rules_->sources().id_of(lane.source_of(field)));
}

std::vector<Evidence> Matcher::explain(const Match& match, const event::Batch& batch) {
  std::vector<Evidence> out;
  const event::Event& event = batch.events()[match.event];
  const Rule& rule = rules_->rule(match.rule);
  view_.read(batch, event);
  const Lane* lane = lane_of(match.rule, event);
  if (!lane) return out;
  for (const Selection& selection : rule.selections) {
    std::vector<uint32_t> leaves;
    leaves_of(selection.expr, leaves);
    for (const uint32_t leaf : leaves) {
      const Predicate& predicate = rule.predicates[leaf];
      const auto values = values_for(*lane, predicate.field);
      const auto others = predicate.other_field.empty() ? values : values_for(*lane, predicate.other_field);
      if (!holds(predicate, values, others, scratch_)) continue;
      Evidence& evidence = out.emplace_back(selection.name, predicate.written, expected_text(predicate), "");
      for (FoldedValue* value : values)
        if (holds(predicate, {&value, 1}, others, scratch_)) {
          evidence.value = cut(value->value().text);
          break;
        }
    }
  }
  return out;
}

Finding Matcher::make_finding(const Match& match, const event::Batch& batch, std::string_view event_uid) {
  const event::Event& event = batch.events()[match.event];
  const Rule& rule = rules_->rule(match.rule);
  Finding out;
  out.id = sha256_hex(rule.id + '\n' + std::string(event_uid));
  out.rule_id = rule.id;
  out.rule_title = rule.title;
  out.level = rule.level;
  out.tags = rule.tags;
  out.event_uid = event_uid;
  out.time = event.time;
  out.host = event.host;
  out.user = user_of(batch, event);
  out.channel = event.channel;
  out.event_id = event.event_id;
  view_.read(batch, event);
  const Lane* lane = lane_of(match.rule, event);
  if (!lane) return out;
  for (const Predicate& predicate : rule.predicates) {
    const std::string& name = predicate.is_keyword() ? predicate.written : predicate.field;
    const auto known = [&](const auto& field) { return field.first == name; };
    if (out.fields.size() >= finding_fields_max || std::ranges::any_of(out.fields, known)) continue;
    const auto values = values_for(*lane, predicate.field);
    if (predicate.is_keyword()) {
      if (holds(predicate, values, values, scratch_)) out.fields.emplace_back(name, expected_text(predicate));
    } else if (!values.empty()) {
      out.fields.emplace_back(name, cut(values.front()->value().text));
    }
  }
  return out;
}

}  // namespace yagura::detect
