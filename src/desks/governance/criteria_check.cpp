#include "desks/governance/criteria_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace yagura::desks::governance {
namespace {

using ledger::Reason;

/// The values of one row as bits of the dimension's values.
struct RowMask {
  uint64_t attack = 0;
  uint64_t progress = 0;
  uint64_t importance = 0;

  bool covers(size_t a, size_t p, size_t i) const {
    return ((attack >> a) & (progress >> p) & (importance >> i) & 1) != 0;
  }
};

void check_values(const Criteria& criteria, std::vector<Reason>& out) {
  const auto known = [](const std::vector<NamedValue>& values, const std::string& id) {
    return std::ranges::any_of(values, [&](const NamedValue& value) { return value.id == id; });
  };
  std::set<std::string> classes_used;
  for (const CriteriaRow& row : criteria.rows) {
    for (auto [cell, values] :
         {std::pair{&row.attack_types, &criteria.attack_types}, std::pair{&row.progress, &criteria.progress},
          std::pair{&row.importance, &criteria.importance}})
      for (const std::string& value : *cell)
        if (!known(*values, value))
          out.push_back({"governance.criteria.unknown_value",
                         "rows",
                         fmt::format("row {} names '{}', which the table does not define", row.id, value),
                         "define the value or correct its spelling",
                         {{"row", row.id}, {"value", value}}});
    if (!row.not_incident && !known(criteria.classes, row.class_id))
      out.push_back({"governance.criteria.unknown_class",
                     "rows",
                     fmt::format("row {} gives the class '{}', which the table does not define", row.id, row.class_id),
                     "define the class or correct its spelling",
                     {{"row", row.id}, {"class", row.class_id}}});
    classes_used.insert(row.class_id);
  }
  for (const NamedValue& value : criteria.classes)
    if (!classes_used.contains(value.id))
      out.push_back({"governance.criteria.class_without_row",
                     "classes",
                     fmt::format("no row gives the class '{}'", value.id),
                     "add a row or take the class away",
                     {{"class", value.id}}});
  const auto importance_fault = [&](const std::string& where, const std::string& value) {
    out.push_back({"governance.criteria.unknown_importance",
                   where,
                   fmt::format("'{}' is no importance that the table defines", value),
                   "use one of the values of 'importance'",
                   {{"value", value}}});
  };
  if (!known(criteria.importance, criteria.importance_default))
    importance_fault("importance_default", criteria.importance_default);
  for (const ImportanceRule& rule : criteria.importance_rules)
    if (!known(criteria.importance, rule.importance)) importance_fault("importance_rules", rule.importance);
}

uint64_t mask_of(const std::vector<NamedValue>& values, const std::vector<std::string>& cell) {
  uint64_t mask = 0;
  for (size_t i = 0; i < values.size(); ++i)
    if (covers(cell, values[i].id)) mask |= uint64_t{1} << i;
  return mask;
}

struct Coverage {
  std::vector<std::string> gaps;                              // combinations, as text
  std::map<std::pair<size_t, size_t>, size_t> overlaps;       // two rows -> combinations that both decide
  std::map<std::pair<size_t, size_t>, std::string> examples;  // one of them
  std::vector<bool> reached;                                  // rows that decide something first
};

Coverage cover(const Criteria& criteria) {
  std::vector<RowMask> rows;
  for (const CriteriaRow& row : criteria.rows)
    rows.push_back({mask_of(criteria.attack_types, row.attack_types), mask_of(criteria.progress, row.progress),
                    mask_of(criteria.importance, row.importance)});
  Coverage out;
  out.reached.resize(rows.size());
  for (size_t a = 0; a < criteria.attack_types.size(); ++a)
    for (size_t p = 0; p < criteria.progress.size(); ++p)
      for (size_t i = 0; i < criteria.importance.size(); ++i) {
        const auto name = [&] {
          return fmt::format("{} x {} x {}", criteria.attack_types[a].id, criteria.progress[p].id,
                             criteria.importance[i].id);
        };
        size_t first = rows.size();
        for (size_t r = 0; r < rows.size(); ++r) {
          if (!rows[r].covers(a, p, i)) continue;
          if (first == rows.size()) {
            first = r;
            out.reached[r] = true;
          } else if (out.overlaps[{first, r}]++ == 0) {
            out.examples[{first, r}] = name();
          }
        }
        if (first == rows.size()) out.gaps.push_back(name());
      }
  return out;
}

}  // namespace

std::vector<Reason> check_criteria(const Criteria& criteria) {
  std::vector<Reason> out;
  check_values(criteria, out);
  const Coverage coverage = cover(criteria);
  size_t named = 0;
  size_t unnamed = 0;
  for (const std::string& gap : coverage.gaps) {
    if (++named > named_faults_max) {
      ++unnamed;
      continue;
    }
    out.push_back(
        {"governance.criteria.gap", "rows", "no row decides " + gap, "add it to a row", {{"combination", gap}}});
  }
  for (const auto& [pair, count] : coverage.overlaps) {
    if (!coverage.reached[pair.second]) continue;  // named below as unreachable
    if (++named > named_faults_max) {
      ++unnamed;
      continue;
    }
    const std::string& first = criteria.rows[pair.first].id;
    const std::string& second = criteria.rows[pair.second].id;
    const std::string& example = coverage.examples.at(pair);
    out.push_back(
        {"governance.criteria.overlap",
         "rows",
         fmt::format("rows {} and {} both decide {} combinations, for example {}", first, second, count, example),
         "take them out of one of the two rows",
         {{"first", first}, {"second", second}, {"count", std::to_string(count)}, {"combination", example}}});
  }
  for (size_t r = 0; r < criteria.rows.size(); ++r)
    if (!coverage.reached[r])
      out.push_back({"governance.criteria.unreachable_row",
                     "rows",
                     fmt::format("row {} decides nothing that an earlier row leaves open", criteria.rows[r].id),
                     "remove the row, or narrow the rows before it",
                     {{"row", criteria.rows[r].id}}});
  if (unnamed > 0)
    out.push_back({"governance.criteria.more",
                   "rows",
                   fmt::format("and {} more of the same kind", unnamed),
                   "",
                   {{"count", std::to_string(unnamed)}}});
  return out;
}

std::vector<Reason> check_pair(const Criteria& criteria, const ActionPolicy& policy) {
  std::vector<Reason> out;
  for (const NamedValue& value : criteria.classes) {
    const ClassPolicy* entry = find_class(policy, value.id);
    if (entry == nullptr)
      out.push_back({"governance.policy.class_without_action",
                     "actions",
                     fmt::format("the class '{}' of the criteria has no action", value.id),
                     "give the class its tasks, and approve criteria and policy together",
                     {{"class", value.id}}});
    else if (entry->tasks.empty())
      out.push_back({"governance.policy.class_without_tasks",
                     "actions",
                     fmt::format("the action of class '{}' has no task", value.id),
                     "add at least one task",
                     {{"class", value.id}}});
  }
  for (const ClassPolicy& entry : policy.classes)
    if (std::ranges::none_of(criteria.classes, [&](const NamedValue& value) { return value.id == entry.class_id; }))
      out.push_back({"governance.policy.action_without_class",
                     "actions",
                     fmt::format("the action for '{}' answers no class of the criteria", entry.class_id),
                     "take it away, or approve it together with criteria that have the class",
                     {{"class", entry.class_id}}});
  return out;
}

}  // namespace yagura::desks::governance
