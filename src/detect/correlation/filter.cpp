#include "detect/correlation/filter.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/text.hpp"
#include "detect/attributes.hpp"
#include "detect/condition.hpp"
#include "detect/detection.hpp"

namespace yagura::detect::correlation {
namespace {

std::unexpected<Diagnostic> refused(const YAML::Node& at, const std::string& code, std::string what,
                                    std::string hint = "") {
  return std::unexpected(Diagnostic{
      "sigma.filter." + code, {}, at.Mark().line + 1, at.Mark().column + 1, std::move(what), std::move(hint)});
}

enum class Polarity { positive, negative, mixed };

/// Whether the selections of a condition stand outside of negations, inside, or both.
void polarity_of(const Condition& condition, bool negated, bool& positive, bool& negative) {
  if (condition.op == Condition::Op::negate)
    return polarity_of(condition.children.front(), !negated, positive, negative);
  if (condition.children.empty()) (negated ? negative : positive) = true;
  for (const Condition& child : condition.children) polarity_of(child, negated, positive, negative);
}

Polarity polarity_of(const Condition& condition) {
  bool positive = false;
  bool negative = false;
  polarity_of(condition, false, positive, negative);
  return positive && negative ? Polarity::mixed : negative ? Polarity::negative : Polarity::positive;
}

Diagnosed<void> read_logsource(const YAML::Node& document, LogSource& out) {
  const YAML::Node node = document["logsource"];
  if (!node.IsDefined()) return refused(document, "logsource_missing", "the filter has no logsource");
  if (!node.IsMap()) return refused(node, "logsource_type", "logsource is a map");
  out.product = text_of(node, "product");
  out.category = text_of(node, "category");
  out.service = text_of(node, "service");
  if (out == LogSource{}) return refused(node, "logsource_type", "logsource names no category, product or service");
  return {};
}

Diagnosed<void> read_rules(const YAML::Node& section, Filter& out) {
  const YAML::Node node = section["rules"];
  if (!node.IsDefined()) return refused(section, "rules_missing", "the filter names no rules", "or write 'rules: any'");
  if (node.IsScalar() && ascii_lower(node.Scalar()) == "any") {
    out.any_rule = true;
    return {};
  }
  if (node.IsScalar() && !node.Scalar().empty()) out.rules.push_back(node.Scalar());
  if (node.IsSequence())
    for (const YAML::Node& item : node) {
      if (!item.IsScalar() || item.Scalar().empty()) return refused(item, "rules_type", "rules are ids or names");
      out.rules.push_back(item.Scalar());
    }
  if (out.rules.empty()) return refused(node, "rules_type", "rules is a list of ids or names, or 'any'");
  if (out.rules.size() > filter_rules_max)
    return refused(node, "rules_type", "the filter names more than 10,000 rules");
  return {};
}

/// Which of the two readings is meant: docs/decisions/sigma-filters.md.
void choose_reading(Filter& out, const YAML::Node& at, std::vector<Diagnostic>& warnings) {
  bool every_negative = true;
  for (const std::string& text : out.body.conditions) {
    const auto condition = parse_condition(text);
    if (!condition) continue;  // read_detection has refused it
    const Polarity polarity = polarity_of(*condition);
    if (polarity == Polarity::mixed && condition->op != Condition::Op::negate)
      warnings.push_back(
          {"sigma.filter.polarity",
           {},
           at.Mark().line + 1,
           at.Mark().column + 1,
           "the condition names selections both plainly and behind 'not': what it describes is suppressed",
           "write 'not (...)' around what shall be suppressed"});
    every_negative = every_negative && (condition->op == Condition::Op::negate || polarity == Polarity::negative);
  }
  out.keeps = every_negative;
}

Diagnosed<Filter> read_whole(const YAML::Node& document, const Placeholders& placeholders,
                             std::vector<Diagnostic>& warnings) {
  Filter out;
  out.line = document.Mark().line + 1;
  out.id = text_of(document, "id");
  out.title = text_of(document, "title");
  if (out.title.empty()) return refused(document, "title_missing", "the filter has no title");
  if (auto read = read_logsource(document, out.logsource); !read) return std::unexpected(read.error());
  const YAML::Node section = document["filter"];
  if (!section.IsMap()) return refused(section, "type", "filter is a map");
  if (auto read = read_rules(section, out); !read) return std::unexpected(read.error());
  YAML::Node detection(YAML::NodeType::Map);
  for (const auto& entry : section)
    if (entry.first.Scalar() != "rules") detection[entry.first] = entry.second;
  const YAML::Node condition = section["condition"];
  if (!condition.IsDefined()) return refused(section, "condition_missing", "the filter has no condition");
  if (auto read = read_detection(detection, placeholders, out.body, warnings); !read)
    return std::unexpected(read.error());
  choose_reading(out, condition, warnings);
  return out;
}

/// The filter's log source says nothing that the rule's contradicts or leaves open.
bool covers(const LogSource& filter, const LogSource& rule) {
  const auto fits = [](const std::string& mine, const std::string& its) { return mine.empty() || mine == its; };
  return fits(filter.product, rule.product) && fits(filter.category, rule.category) &&
         fits(filter.service, rule.service);
}

void shift(Expr& expr, uint32_t by) {
  if (expr.op == Expr::Op::leaf) expr.predicate += by;
  for (Expr& child : expr.children) shift(child, by);
}

void lay_over(const Filter& filter, Rule& rule) {
  const auto by = static_cast<uint32_t>(rule.predicates.size());
  rule.predicates.insert(rule.predicates.end(), filter.body.predicates.begin(), filter.body.predicates.end());
  for (const Selection& selection : filter.body.selections) {
    Selection& added = rule.selections.emplace_back("filter " + filter.title + ": " + selection.name, selection.expr);
    shift(added.expr, by);
  }
  Expr asked = filter.body.condition;
  shift(asked, by);
  if (!filter.keeps) {
    Expr negated{Expr::Op::negate, 0, {}};
    negated.children.push_back(std::move(asked));
    asked = std::move(negated);
  }
  Expr both{Expr::Op::all, 0, {}};
  both.children.push_back(std::move(rule.condition));
  both.children.push_back(std::move(asked));
  rule.condition = std::move(both);
}

}  // namespace

Diagnosed<Filter> read_filter(const YAML::Node& document, const std::string& file, const Placeholders& placeholders,
                              std::vector<Diagnostic>& warnings) {
  auto out = [&]() -> Diagnosed<Filter> {
    try {
      return read_whole(document, placeholders, warnings);
    } catch (const YAML::Exception& e) {
      return std::unexpected(Diagnostic{"sigma.rule.yaml", {}, e.mark.line + 1, e.mark.column + 1, e.msg, ""});
    }
  }();
  for (Diagnostic& warning : warnings) warning.file = file;
  if (!out)
    out.error().file = file;
  else
    out->file = file;
  return out;
}

namespace {

/// Rules that filters are laid over: copied when the first one is, since sets share them.
class FilteredRules {
 public:
  explicit FilteredRules(std::vector<SharedRule>& rules) : rules_(rules) {}
  ~FilteredRules() {
    for (auto& [index, rule] : changed_) rules_[index] = std::make_shared<const StoredRule>(std::move(rule));
  }
  FilteredRules(const FilteredRules&) = delete;
  FilteredRules& operator=(const FilteredRules&) = delete;

  const RuleHead& head(size_t index) const { return rules_[index]->head(); }
  Rule& rule(size_t index) { return changed_.try_emplace(index, rules_[index]->rule()).first->second; }

 private:
  std::vector<SharedRule>& rules_;
  std::map<size_t, Rule> changed_;
};

}  // namespace

void apply_filters(std::span<const Filter> filters, std::vector<SharedRule>& rules, std::vector<Diagnostic>& warnings) {
  if (filters.empty()) return;
  FilteredRules filtered(rules);
  std::unordered_multimap<std::string, size_t> named;
  for (size_t i = 0; i < rules.size(); ++i) {
    const RuleHead& head = filtered.head(i);
    named.emplace(head.id, i);
    if (!head.name.empty() && head.name != head.id) named.emplace(head.name, i);
  }
  const auto warn = [&](const Filter& filter, const char* code, std::string what) {
    warnings.push_back({code, filter.file, filter.line, 0, std::move(what), ""});
  };
  for (const Filter& filter : filters) {
    if (filter.any_rule)
      for (size_t i = 0; i < rules.size(); ++i)
        if (covers(filter.logsource, filtered.head(i).logsource)) lay_over(filter, filtered.rule(i));
    std::vector<size_t> done;
    for (const std::string& reference : filter.rules) {
      const auto [first, last] = named.equal_range(reference);
      if (first == last) warn(filter, "sigma.filter.rule_unknown", "there is no rule '" + reference + "'");
      for (auto it = first; it != last; ++it) {
        if (std::ranges::find(done, it->second) != done.end()) continue;
        done.push_back(it->second);
        const LogSource& source = filtered.head(it->second).logsource;
        if (covers(filter.logsource, source))
          lay_over(filter, filtered.rule(it->second));
        else
          warn(filter, "sigma.filter.logsource_other",
               "the rule '" + reference + "' is of " + to_text(source) + ", the filter of " +
                   to_text(filter.logsource) + ": it is left alone");
      }
    }
  }
}

}  // namespace yagura::detect::correlation
