#include "detect/detection.hpp"

#include <algorithm>
#include <set>

#include "base/yaml.hpp"
#include "detect/condition.hpp"
#include "detect/detection_item.hpp"

namespace yagura::detect {
namespace {

std::unexpected<Diagnostic> refused(const YAML::Node& at, std::string code, std::string what, std::string hint = "") {
  return std::unexpected(
      Diagnostic{std::move(code), {}, at.Mark().line + 1, at.Mark().column + 1, std::move(what), std::move(hint)});
}

bool is_value(const YAML::Node& node) {
  return node.IsScalar() || node.IsNull();
}

size_t nodes_of(const Expr& expr) {
  size_t out = 1;
  for (const Expr& child : expr.children) out += nodes_of(child);
  return out;
}

class SectionReader {
 public:
  SectionReader(const Placeholders& placeholders, Rule& rule, std::vector<Diagnostic>& warnings)
      : items_(placeholders, rule.predicates), rule_(rule), warnings_(warnings) {}

  Diagnosed<void> read(const YAML::Node& section);

 private:
  Diagnosed<Expr> read_selection(const YAML::Node& node, int depth);
  Diagnosed<Expr> read_map(const YAML::Node& node);
  Diagnosed<Expr> read_item(const YAML::Node& name, const YAML::Node& node);
  Diagnosed<Expr> read_keywords(const YAML::Node& node);
  Diagnosed<Expr> read_condition(const YAML::Node& node);
  Diagnosed<Expr> resolve(const Condition& condition, const YAML::Node& at);
  /// A copy of the selection, as long as condition_nodes_max lasts.
  Diagnosed<Expr> spelled_out(const Selection& selection, const YAML::Node& at);

  DetectionItemReader items_;
  Rule& rule_;
  std::vector<Diagnostic>& warnings_;
  std::set<std::string, std::less<>> used_;
  size_t nodes_ = 0;
};

Diagnosed<void> SectionReader::read(const YAML::Node& section) {
  YAML::Node condition;
  for (const auto& entry : section) {
    if (!entry.first.IsScalar())
      return refused(entry.first, "sigma.detection.name", "the name of a search identifier is a text");
    const std::string& name = entry.first.Scalar();
    if (name == "condition") {
      condition = entry.second;
      continue;
    }
    if (name == "timeframe")
      return refused(entry.first, "sigma.detection.timeframe",
                     "timeframe belonged to aggregations, which are no part of Sigma since 2.0",
                     "write a correlation rule");
    auto expr = read_selection(entry.second, 0);
    if (!expr) return std::unexpected(expr.error());
    rule_.selections.push_back({name, std::move(*expr)});
  }
  if (!condition.IsDefined() || condition.IsNull())
    return refused(section, "sigma.condition.missing", "detection has no condition", "add 'condition:'");
  if (rule_.selections.empty()) return refused(section, "sigma.detection.empty", "detection has no search identifier");
  auto expr = read_condition(condition);
  if (!expr) return std::unexpected(expr.error());
  rule_.condition = std::move(*expr);
  for (const Selection& selection : rule_.selections)
    if (!used_.contains(selection.name))
      warnings_.push_back({"sigma.detection.unused",
                           {},
                           section.Mark().line + 1,
                           0,
                           "the condition never asks for '" + selection.name + "'",
                           ""});
  return {};
}

Diagnosed<Expr> SectionReader::read_selection(const YAML::Node& node, int depth) {
  if (depth > yaml_depth_max) return refused(node, "sigma.detection.too_deep", "nested deeper than 64 levels");
  if (node.IsMap()) return read_map(node);
  if (node.IsNull()) return refused(node, "sigma.detection.empty", "the search identifier asks for nothing");
  if (node.IsScalar()) return read_keywords(node);
  if (node.size() == 0) return refused(node, "sigma.detection.empty", "the search identifier asks for nothing");
  if (std::ranges::all_of(node, [](const YAML::Node& item) { return is_value(item); })) return read_keywords(node);
  Expr out{Expr::Op::any, 0, {}};
  for (const YAML::Node& item : node) {
    auto one = read_selection(item, depth + 1);
    if (!one) return one;
    out.children.push_back(std::move(*one));
  }
  return out;
}

Diagnosed<Expr> SectionReader::read_map(const YAML::Node& node) {
  if (node.size() == 0) return refused(node, "sigma.detection.empty", "the search identifier asks for nothing");
  Expr out{Expr::Op::all, 0, {}};
  for (const auto& entry : node) {
    auto item = read_item(entry.first, entry.second);
    if (!item) {
      if (item.error().line == 0) {
        item.error().line = entry.first.Mark().line + 1;
        item.error().column = entry.first.Mark().column + 1;
      }
      return item;
    }
    out.children.push_back(std::move(*item));
  }
  if (out.children.size() == 1) return Expr(std::move(out.children.front()));
  return out;
}

Diagnosed<Expr> SectionReader::read_item(const YAML::Node& name, const YAML::Node& node) {
  if (!name.IsScalar()) return refused(name, "sigma.detection.field", "the name of a field is a text");
  const auto key = read_item_key(name.Scalar());
  if (!key) return std::unexpected(key.error());
  if (node.IsMap())
    return refused(name, "sigma.value.map", "a field's value is a text, a number or a list of them, not a map",
                   "join nested names by dots: 'userIdentity.arn'");
  std::vector<Scalar> values;
  if (is_value(node)) {
    values.push_back(read_scalar(node));
  } else {
    for (const YAML::Node& item : node) {
      if (!is_value(item)) return refused(item, "sigma.value.nested_list", "a list of values holds values only");
      values.push_back(read_scalar(item));
    }
  }
  if (values.empty()) return refused(name, "sigma.value.empty_list", "the list of values is empty");
  if (key->has(Modifier::all) && values.size() == 1)
    warnings_.push_back({"sigma.modifier.all_of_one",
                         {},
                         name.Mark().line + 1,
                         name.Mark().column + 1,
                         "'all' over one value says nothing",
                         "leave it out"});
  return items_.read(*key, values);
}

Diagnosed<Expr> SectionReader::read_keywords(const YAML::Node& node) {
  ItemKey key;
  key.written = "keyword";
  std::vector<Scalar> values;
  if (node.IsScalar()) values.push_back(read_scalar(node));
  for (const YAML::Node& item : node) values.push_back(read_scalar(item));
  for (const Scalar& value : values)
    if (value.type == Scalar::Type::null) return refused(node, "sigma.value.keyword_null", "null is no keyword");
  return items_.read(key, values);
}

Diagnosed<Expr> SectionReader::read_condition(const YAML::Node& node) {
  std::vector<YAML::Node> written;
  if (node.IsScalar()) written.push_back(node);
  if (node.IsSequence())
    for (const YAML::Node& item : node) written.push_back(item);
  if (written.empty()) return refused(node, "sigma.condition.type", "the condition is a text or a list of texts");
  Expr out{Expr::Op::any, 0, {}};
  for (const YAML::Node& item : written) {
    if (!item.IsScalar()) return refused(item, "sigma.condition.type", "the condition is a text or a list of texts");
    const auto condition = parse_condition(item.Scalar());
    if (!condition) {
      auto fault = refused(item, condition.error().code, condition.error().reason);
      // In block scalars the text starts on another line than its mark; the line of the mark is still right.
      if (item.Tag() == "?") fault.error().column += static_cast<int>(condition.error().offset);
      return fault;
    }
    rule_.conditions.push_back(item.Scalar());
    auto one = resolve(*condition, item);
    if (!one) return one;
    out.children.push_back(std::move(*one));
  }
  if (out.children.size() == 1) return Expr(std::move(out.children.front()));
  return out;
}

Diagnosed<Expr> SectionReader::spelled_out(const Selection& selection, const YAML::Node& at) {
  used_.insert(selection.name);
  nodes_ += nodes_of(selection.expr);
  if (nodes_ > condition_nodes_max)
    return refused(at, "sigma.condition.too_long", "the condition repeats its selections into more than 500,000 nodes");
  return selection.expr;
}

Diagnosed<Expr> SectionReader::resolve(const Condition& condition, const YAML::Node& at) {
  using Op = Condition::Op;
  if (condition.op == Op::name) {
    const auto found = std::ranges::find(rule_.selections, condition.name, &Selection::name);
    if (found == rule_.selections.end())
      return refused(at, "sigma.condition.undefined",
                     "the condition asks for '" + condition.name + "', which detection does not define");
    return spelled_out(*found, at);
  }
  if (condition.op == Op::one_of || condition.op == Op::all_of) {
    Expr out{condition.op == Op::one_of ? Expr::Op::any : Expr::Op::all, 0, {}};
    for (const Selection& selection : rule_.selections) {
      if (!means(condition.name, selection.name)) continue;
      auto one = spelled_out(selection, at);
      if (!one) return one;
      out.children.push_back(std::move(*one));
    }
    if (out.children.empty())
      return refused(at, "sigma.condition.no_match", "no search identifier is meant by '" + condition.name + "'");
    return out;
  }
  Expr out{condition.op == Op::negate ? Expr::Op::negate
           : condition.op == Op::all  ? Expr::Op::all
                                      : Expr::Op::any,
           0,
           {}};
  for (const Condition& child : condition.children) {
    auto one = resolve(child, at);
    if (!one) return one;
    out.children.push_back(std::move(*one));
  }
  return out;
}

}  // namespace

Diagnosed<void> read_detection(const YAML::Node& section, const Placeholders& placeholders, Rule& rule,
                               std::vector<Diagnostic>& warnings) {
  return SectionReader(placeholders, rule, warnings).read(section);
}

}  // namespace yagura::detect
