#include "desks/criteria.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/text.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks {
namespace {

namespace json = boost::json;

Diagnosed<std::vector<ImportanceRule>> read_importance_rules(const json::object& body) {
  std::vector<ImportanceRule> out;
  const json::array& list = array_at(body, "importance_rules");
  if (list.size() > importance_rules_max)
    return wrong_shape(fmt::format("more than {} importance rules", importance_rules_max), "join patterns");
  for (const json::value& item : list) {
    const json::object* rule = item.if_object();
    ImportanceRule read;
    if (rule != nullptr) read = {text_at(*rule, "pattern"), text_at(*rule, "importance")};
    if (read.pattern.empty() || read.importance.empty())
      return wrong_shape("an importance rule lacks pattern or importance",
                         "write {pattern: \"dc*\", importance: critical}");
    out.push_back(std::move(read));
  }
  return out;
}

}  // namespace

Diagnosed<Criteria> read_criteria(const json::object& body) {
  Criteria out;
  if (auto read = read_table(body, incident_shape, out); !read) return std::unexpected(read.error());
  auto rules = read_importance_rules(body);
  if (!rules) return std::unexpected(rules.error());
  out.importance_rules = std::move(*rules);
  out.importance_default = text_at(body, "importance_default");
  if (out.importance_default.empty())
    return wrong_shape("'importance_default' is missing", "say what a host that no pattern names is worth");
  out.alert_window_minutes = integer_at(body, "alert_window_minutes");
  if (out.alert_window_minutes < 1 || out.alert_window_minutes > alert_window_minutes_max)
    return wrong_shape(fmt::format("'alert_window_minutes' must be 1 to {}", alert_window_minutes_max),
                       "60 joins what happens within an hour");
  return out;
}

Decision decide(const Criteria& criteria, const CriteriaInput& input) {
  return decide(static_cast<const DecisionTable&>(criteria), {input.attack_type, input.progress, input.importance});
}

std::string_view importance_of(const Criteria& criteria, std::string_view host) {
  for (const ImportanceRule& rule : criteria.importance_rules)
    if (matches_host(rule.pattern, host)) return rule.importance;
  return criteria.importance_default;
}

bool matches_host(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;
  size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || ascii_lower(pattern[p]) == ascii_lower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace yagura::desks
