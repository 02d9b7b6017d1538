#include "detect/detection.hpp"

#include <algorithm>
#include <set>

#include "base/yaml.hpp"
#include "base/yaml_tree.hpp"
#include "detect/condition.hpp"
#include "detect/detection_item.hpp"

namespace yagura::detect {
namespace {

std::unexpected<Diagnostic> refused(YamlNode at, std::string code, std::string what, std::string hint = "") {
  return std::unexpected(Diagnostic{std::move(code), {}, at.line(), at.column(), std::move(what), std::move(hint)});
}

bool is_value(YamlNode node) {
  return node.is_scalar() || node.is_null();
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

  Diagnosed<void> read(YamlNode section);

 private:
  Diagnosed<Expr> read_selection(YamlNode node, int depth);
  Diagnosed<Expr> read_map(YamlNode node);
  Diagnosed<Expr> read_item(YamlNode name, YamlNode node);
  Diagnosed<Expr> read_keywords(YamlNode node);
  Diagnosed<Expr> read_condition(YamlNode node);
  Diagnosed<Expr> resolve(const Condition& condition, YamlNode at);
  /// A copy of the selection, as long as condition_nodes_max lasts.
  Diagnosed<Expr> spelled_out(const Selection& selection, YamlNode at);

  DetectionItemReader items_;
  Rule& rule_;
  std::vector<Diagnostic>& warnings_;
  std::set<std::string, std::less<>> used_;
  size_t nodes_ = 0;
};

Diagnosed<void> SectionReader::read(YamlNode section) {
  YamlNode condition;
  for (const auto& entry : section.entries()) {
    if (!entry.first.is_scalar())
      return refused(entry.first, "sigma.detection.name", "the name of a search identifier is a text");
    const std::string name(entry.first.text());
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
  if (!condition.is_defined() || condition.is_null())
    return refused(section, "sigma.condition.missing", "detection has no condition", "add 'condition:'");
  if (rule_.selections.empty()) return refused(section, "sigma.detection.empty", "detection has no search identifier");
  auto expr = read_condition(condition);
  if (!expr) return std::unexpected(expr.error());
  rule_.condition = std::move(*expr);
  for (const Selection& selection : rule_.selections)
    if (!used_.contains(selection.name))
      warnings_.push_back({"sigma.detection.unused",
                           {},
                           section.line(),
                           0,
                           "the condition never asks for '" + selection.name + "'",
                           ""});
  return {};
}

Diagnosed<Expr> SectionReader::read_selection(YamlNode node, int depth) {
  if (depth > yaml_depth_max) return refused(node, "sigma.detection.too_deep", "nested deeper than 64 levels");
  if (node.is_map()) return read_map(node);
  if (node.is_null()) return refused(node, "sigma.detection.empty", "the search identifier asks for nothing");
  if (node.is_scalar()) return read_keywords(node);
  if (node.size() == 0) return refused(node, "sigma.detection.empty", "the search identifier asks for nothing");
  if (std::ranges::all_of(node, is_value)) return read_keywords(node);
  Expr out{Expr::Op::any, 0, {}};
  for (YamlNode item : node) {
    auto one = read_selection(item, depth + 1);
    if (!one) return one;
    out.children.push_back(std::move(*one));
  }
  return out;
}

Diagnosed<Expr> SectionReader::read_map(YamlNode node) {
  if (node.size() == 0) return refused(node, "sigma.detection.empty", "the search identifier asks for nothing");
  Expr out{Expr::Op::all, 0, {}};
  for (const auto& entry : node.entries()) {
    auto item = read_item(entry.first, entry.second);
    if (!item) {
      if (item.error().line == 0) {
        item.error().line = entry.first.line();
        item.error().column = entry.first.column();
      }
      return item;
    }
    out.children.push_back(std::move(*item));
  }
  if (out.children.size() == 1) return Expr(std::move(out.children.front()));
  return out;
}

Diagnosed<Expr> SectionReader::read_item(YamlNode name, YamlNode node) {
  if (!name.is_scalar()) return refused(name, "sigma.detection.field", "the name of a field is a text");
  const auto key = read_item_key(name.text());
  if (!key) return std::unexpected(key.error());
  if (node.is_map())
    return refused(name, "sigma.value.map", "a field's value is a text, a number or a list of them, not a map",
                   "join nested names by dots: 'userIdentity.arn'");
  std::vector<Scalar> values;
  if (is_value(node)) {
    values.push_back(read_scalar(node));
  } else {
    for (YamlNode item : node) {
      if (!is_value(item)) return refused(item, "sigma.value.nested_list", "a list of values holds values only");
      values.push_back(read_scalar(item));
    }
  }
  if (values.empty()) return refused(name, "sigma.value.empty_list", "the list of values is empty");
  if (key->has(Modifier::all) && values.size() == 1)
    warnings_.push_back({"sigma.modifier.all_of_one",
                         {},
                         name.line(),
                         name.column(),
                         "'all' over one value says nothing",
                         "leave it out"});
  return items_.read(*key, values);
}

Diagnosed<Expr> SectionReader::read_keywords(YamlNode node) {
  ItemKey key;
  key.written = "keyword";
  std::vector<Scalar> values;
  if (node.is_scalar()) values.push_back(read_scalar(node));
  for (YamlNode item : node) values.push_back(read_scalar(item));
  for (const Scalar& value : values)
    if (value.type == Scalar::Type::null) return refused(node, "sigma.value.keyword_null", "null is no keyword");
  return items_.read(key, values);
}

Diagnosed<Expr> SectionReader::read_condition(YamlNode node) {
  std::vector<YamlNode> written;
  if (node.is_scalar()) written.push_back(node);
  if (node.is_sequence())
    for (YamlNode item : node) written.push_back(item);
  if (written.empty()) return refused(node, "sigma.condition.type", "the condition is a text or a list of texts");
  Expr out{Expr::Op::any, 0, {}};
  for (YamlNode item : written) {
    if (!item.is_scalar()) return refused(item, "sigma.condition.type", "the condition is a text or a list of texts");
    const auto condition = parse_condition(item.text());
    if (!condition) {
      auto fault = refused(item, condition.error().code, condition.error().reason);
      // In block scalars the text starts on another line than its mark; the line of the mark is still right.
      if (item.is_plain()) fault.error().column += static_cast<int>(condition.error().offset);
      return fault;
    }
    rule_.conditions.emplace_back(item.text());
    auto one = resolve(*condition, item);
    if (!one) return one;
    out.children.push_back(std::move(*one));
  }
  if (out.children.size() == 1) return Expr(std::move(out.children.front()));
  return out;
}

Diagnosed<Expr> SectionReader::spelled_out(const Selection& selection, YamlNode at) {
  used_.insert(selection.name);
  nodes_ += nodes_of(selection.expr);
  if (nodes_ > condition_nodes_max)
    return refused(at, "sigma.condition.too_long", "the condition repeats its selections into more than 500,000 nodes");
  return selection.expr;
}

Diagnosed<Expr> SectionReader::resolve(const Condition& condition, YamlNode at) {
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

Diagnosed<void> read_detection(YamlNode section, const Placeholders& placeholders, Rule& rule,
                               std::vector<Diagnostic>& warnings) {
  return SectionReader(placeholders, rule, warnings).read(section);
}

Diagnosed<void> read_detection(const YAML::Node& section, const Placeholders& placeholders, Rule& rule,
                               std::vector<Diagnostic>& warnings) {
  const YamlTree tree = YamlTree::from_yaml_cpp(section);
  return read_detection(tree.root(), placeholders, rule, warnings);
}

}  // namespace yagura::detect
