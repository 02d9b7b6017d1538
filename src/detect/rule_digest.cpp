#include "detect/rule_digest.hpp"

#include <fmt/format.h>

#include "base/digest.hpp"

namespace yagura::detect {
namespace {

/// Takes values one after the other so that no two lists of them look the same.
class Parts {
 public:
  void add(std::string_view text) {
    digest_.update(fmt::format("{}:", text.size()));
    digest_.update(text);
  }
  void add(int64_t number) { digest_.update(fmt::format("{};", number)); }
  void add(const std::vector<std::string>& texts) {
    add(static_cast<int64_t>(texts.size()));
    for (const std::string& text : texts) add(text);
  }
  std::string finish() { return digest_.finish_hex().substr(0, rule_digest_size); }

 private:
  Sha256 digest_;
};

void add(Parts& into, const Pattern& pattern) {
  into.add(static_cast<int64_t>(pattern.parts.size()));
  for (const PatternPart& part : pattern.parts) {
    into.add(static_cast<int64_t>(part.kind));
    into.add(part.text);
  }
}

void add(Parts& into, const Predicate& predicate) {
  into.add(static_cast<int64_t>(predicate.kind));
  into.add(static_cast<int64_t>(predicate.cased) | static_cast<int64_t>(predicate.expected) << 1 |
           static_cast<int64_t>(predicate.open_start) << 2 | static_cast<int64_t>(predicate.open_end) << 3);
  into.add(static_cast<int64_t>(predicate.part));
  into.add(predicate.field);
  into.add(predicate.other_field);
  add(into, predicate.pattern);
  into.add(predicate.number.whole
               ? fmt::format("{}{}", predicate.number.negative ? "-" : "", predicate.number.magnitude)
               : fmt::format("{}", predicate.number.real));
  into.add(predicate.regex ? predicate.regex->source() : std::string());
  const RegexFlags flags = predicate.regex ? predicate.regex->flags() : RegexFlags{};
  into.add(static_cast<int64_t>(flags.ignore_case) | static_cast<int64_t>(flags.multi_line) << 1 |
           static_cast<int64_t>(flags.dot_all) << 2);
}

void add(Parts& into, const Rule& rule, const Expr& expr) {
  into.add(static_cast<int64_t>(expr.op));
  if (expr.op == Expr::Op::leaf) add(into, rule.predicates[expr.predicate]);
  into.add(static_cast<int64_t>(expr.children.size()));
  for (const Expr& child : expr.children) add(into, rule, child);
}

}  // namespace

std::string rule_digest(const Rule& rule) {
  Parts parts;
  parts.add(rule.logsource.product);
  parts.add(rule.logsource.category);
  parts.add(rule.logsource.service);
  parts.add(rule.conditions);
  for (const Selection& selection : rule.selections) {
    parts.add(selection.name);
    add(parts, rule, selection.expr);
  }
  add(parts, rule, rule.condition);
  return parts.finish();
}

std::string rule_digest(const correlation::Definition& correlation) {
  Parts parts;
  parts.add(static_cast<int64_t>(correlation.type));
  parts.add(correlation.rules);
  parts.add(correlation.group_by);
  for (const auto& [alias, fields] : correlation.aliases)
    for (const auto& [rule, field] : fields) {
      parts.add(alias);
      parts.add(rule);
      parts.add(field);
    }
  parts.add(correlation.timespan_ns);
  parts.add(correlation.condition);
  parts.add(correlation.fields);
  parts.add(correlation.percentile ? fmt::format("{}", *correlation.percentile) : std::string());
  return parts.finish();
}

}  // namespace yagura::detect
