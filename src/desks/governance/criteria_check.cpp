#include "desks/governance/criteria_check.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>

namespace yagura::desks::governance {
namespace {

using ledger::Reason;

/// The values of one row as bits of the dimensions' values.
using RowMask = std::array<uint64_t, 3>;

bool covers(const RowMask& row, size_t a, size_t b, size_t c) {
  return ((row[0] >> a) & (row[1] >> b) & (row[2] >> c) & 1) != 0;
}

void check_values(const DecisionTable& table, std::vector<Reason>& out) {
  std::set<std::string> classes_used;
  for (const TableRow& row : table.rows) {
    for (size_t i = 0; i < row.cells.size(); ++i)
      for (const std::string& value : row.cells[i])
        if (!knows(table.dimensions[i], value))
          out.push_back({"governance.criteria.unknown_value",
                         "rows",
                         fmt::format("row {} names '{}', which the table does not define", row.id, value),
                         "define the value or correct its spelling",
                         {{"row", row.id}, {"value", value}}});
    if (!row.set_aside && !knows(table.classes, row.class_id))
      out.push_back({"governance.criteria.unknown_class",
                     "rows",
                     fmt::format("row {} gives the class '{}', which the table does not define", row.id, row.class_id),
                     "define the class or correct its spelling",
                     {{"row", row.id}, {"class", row.class_id}}});
    classes_used.insert(row.class_id);
  }
  for (const NamedValue& value : table.classes)
    if (!classes_used.contains(value.id))
      out.push_back({"governance.criteria.class_without_row",
                     "classes",
                     fmt::format("no row gives the class '{}'", value.id),
                     "add a row or take the class away",
                     {{"class", value.id}}});
}

void check_importance(const Criteria& criteria, std::vector<Reason>& out) {
  const auto fault = [&](const std::string& where, const std::string& value) {
    if (knows(criteria.importance(), value)) return;
    out.push_back({"governance.criteria.unknown_importance",
                   where,
                   fmt::format("'{}' is no importance that the table defines", value),
                   "use one of the values of 'importance'",
                   {{"value", value}}});
  };
  fault("importance_default", criteria.importance_default);
  for (const ImportanceRule& rule : criteria.importance_rules) fault("importance_rules", rule.importance);
}

uint64_t mask_of(const std::vector<NamedValue>& values, const std::vector<std::string>& cell) {
  uint64_t mask = 0;
  for (size_t i = 0; i < values.size(); ++i)
    if (desks::covers(cell, values[i].id)) mask |= uint64_t{1} << i;
  return mask;
}

struct Coverage {
  std::vector<std::string> gaps;                              // combinations, as text
  std::map<std::pair<size_t, size_t>, size_t> overlaps;       // two rows -> combinations that both decide
  std::map<std::pair<size_t, size_t>, std::string> examples;  // one of them
  std::vector<bool> reached;                                  // rows that decide something first
};

Coverage cover(const DecisionTable& table) {
  const auto& [first_values, second_values, third_values] = table.dimensions;
  std::vector<RowMask> rows;
  for (const TableRow& row : table.rows)
    rows.push_back({mask_of(first_values, row.cells[0]), mask_of(second_values, row.cells[1]),
                    mask_of(third_values, row.cells[2])});
  Coverage out;
  out.reached.resize(rows.size());
  for (size_t a = 0; a < first_values.size(); ++a)
    for (size_t b = 0; b < second_values.size(); ++b)
      for (size_t c = 0; c < third_values.size(); ++c) {
        const auto name = [&] {
          return fmt::format("{} x {} x {}", first_values[a].id, second_values[b].id, third_values[c].id);
        };
        size_t first = rows.size();
        for (size_t r = 0; r < rows.size(); ++r) {
          if (!covers(rows[r], a, b, c)) continue;
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

void check_coverage(const DecisionTable& criteria, std::vector<Reason>& out) {
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
}

}  // namespace

std::vector<Reason> check_criteria(const Criteria& criteria) {
  std::vector<Reason> out;
  check_values(criteria, out);
  check_importance(criteria, out);
  check_coverage(criteria, out);
  return out;
}

std::vector<Reason> check_criteria(const VulnerabilityCriteria& criteria) {
  std::vector<Reason> out;
  check_values(criteria, out);
  for (const InputRule& rule : criteria.input_rules) {
    const std::string& value = rule.gives_damage.empty() ? rule.gives_ease : rule.gives_damage;
    if (knows(criteria.dimensions[rule.gives_damage.empty() ? 1 : 0], value)) continue;
    out.push_back({"governance.criteria.unknown_input",
                   "input_rules",
                   fmt::format("an input rule gives '{}', which the table does not define", value),
                   "define the value or correct its spelling",
                   {{"value", value}}});
  }
  check_coverage(criteria, out);
  return out;
}

std::vector<Reason> check_naming(const AttackNames& names, const Criteria& criteria) {
  std::vector<Reason> out;
  for (const std::string& type : names.attack_types())
    if (!knows(criteria.attack_types(), type))
      out.push_back({"governance.naming.unknown_type",
                     "attack_types",
                     fmt::format("the attack type '{}' is not in the criteria", type),
                     "use a type of the criteria; what they do not know is off the criteria",
                     {{"type", type}, {"criteria", criteria.record_id}}});
  for (const std::string& stage : names.stages())
    if (!knows(criteria.progress(), stage))
      out.push_back({"governance.naming.unknown_stage",
                     "order",
                     fmt::format("the stage '{}' is not in the criteria", stage),
                     "use a stage of the criteria; what they do not know is off the criteria",
                     {{"stage", stage}, {"criteria", criteria.record_id}}});
  return out;
}

std::vector<Reason> check_pair(const DecisionTable& criteria, const ActionPolicy& policy) {
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
    if (!knows(criteria.classes, entry.class_id))
      out.push_back({"governance.policy.action_without_class",
                     "actions",
                     fmt::format("the action for '{}' answers no class of the criteria", entry.class_id),
                     "take it away, or approve it together with criteria that have the class",
                     {{"class", entry.class_id}}});
  return out;
}

}  // namespace yagura::desks::governance
