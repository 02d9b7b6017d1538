#include "desks/action_policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "desks/json_fields.hpp"

namespace yagura::desks {
namespace {

namespace json = boost::json;

std::unexpected<Diagnostic> wrong(std::string what, std::string hint) {
  return std::unexpected(Diagnostic{"policy.shape", "", 0, 0, std::move(what), std::move(hint)});
}

Diagnosed<PolicyTask> read_task(const json::value& item, const std::string& class_id) {
  const json::object* from = item.if_object();
  if (from == nullptr) return wrong(fmt::format("a task of class {} is no map", class_id), "see the shipped policy");
  PolicyTask task{text_at(*from, "code"),
                  text_at(*from, "ja"),
                  text_at(*from, "en"),
                  text_at(*from, "role"),
                  integer_at(*from, "due_minutes"),
                  text_at(*from, "authority_ja"),
                  text_at(*from, "authority_en")};
  for (auto [key, value] :
       {std::pair{"code", &task.code}, std::pair{"ja", &task.what_ja}, std::pair{"en", &task.what_en},
        std::pair{"role", &task.role}, std::pair{"authority_ja", &task.authority_ja},
        std::pair{"authority_en", &task.authority_en}})
    if (value->empty())
      return wrong(fmt::format("task '{}' of class {} lacks '{}'", task.code, class_id, key),
                   "a task says what, who, by when and with what authority, in both languages");
  if (task.due_minutes < 1 || task.due_minutes > task_due_minutes_max)
    return wrong(
        fmt::format("task '{}' of class {}: due_minutes must be 1 to {}", task.code, class_id, task_due_minutes_max),
        "minutes from the decision on the class");
  return task;
}

Diagnosed<ClassPolicy> read_class(const json::value& item) {
  const json::object* from = item.if_object();
  ClassPolicy out;
  if (from != nullptr) out.class_id = text_at(*from, "class");
  if (out.class_id.empty()) return wrong("an entry of 'actions' names no class", "write {class: ..., tasks: [...]}");
  const json::array& tasks = array_at(*from, "tasks");
  if (tasks.size() > tasks_per_class_max)
    return wrong(fmt::format("class {} has more than {} tasks", out.class_id, tasks_per_class_max), "join tasks");
  for (const json::value& entry : tasks) {
    auto task = read_task(entry, out.class_id);
    if (!task) return std::unexpected(task.error());
    if (std::ranges::any_of(out.tasks, [&](const PolicyTask& other) { return other.code == task->code; }))
      return wrong(fmt::format("class {} has task '{}' twice", out.class_id, task->code), "rename one of the two");
    out.tasks.push_back(std::move(*task));
  }
  return out;
}

}  // namespace

std::string_view to_text(CriteriaSet set) {
  return set == CriteriaSet::vulnerability ? "vulnerability" : "incident";
}

std::optional<CriteriaSet> parse_criteria_set(std::string_view text) {
  for (const CriteriaSet set : {CriteriaSet::incident, CriteriaSet::vulnerability})
    if (to_text(set) == text) return set;
  return std::nullopt;
}

ledger::Filter policies_of(CriteriaSet set) {
  const std::string vulnerability(to_text(CriteriaSet::vulnerability));
  if (set == CriteriaSet::vulnerability) return {"set", ledger::FilterOp::equals, {vulnerability}};
  return {"set", ledger::FilterOp::not_equals, {vulnerability}};
}

Diagnosed<ActionPolicy> read_action_policy(const json::object& body) {
  ActionPolicy out;
  out.edition = integer_at(body, "edition");
  if (text_at(body, "set") == to_text(CriteriaSet::vulnerability)) out.set = CriteriaSet::vulnerability;
  for (const json::value& item : array_at(body, "actions")) {
    auto entry = read_class(item);
    if (!entry) return std::unexpected(entry.error());
    if (find_class(out, entry->class_id) != nullptr)
      return wrong(fmt::format("class {} has two entries", entry->class_id), "join their tasks");
    out.classes.push_back(std::move(*entry));
  }
  if (out.classes.empty()) return wrong("'actions' is missing or empty", "give every class of the criteria its tasks");
  return out;
}

const ClassPolicy* find_class(const ActionPolicy& policy, std::string_view class_id) {
  const auto found = std::ranges::find(policy.classes, class_id, &ClassPolicy::class_id);
  return found == policy.classes.end() ? nullptr : &*found;
}

}  // namespace yagura::desks
