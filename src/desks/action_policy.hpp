// The action policy as response reads it: what is done for each class of the criteria, by whom, by when and
// with what authority. Governance checks and approves it.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "ledger/query.hpp"

namespace yagura::desks {

constexpr size_t tasks_per_class_max = 100;
constexpr int64_t task_due_minutes_max = 366 * 24 * 60;

/// The two sets of criteria, each with policies of its own.
enum class CriteriaSet { incident, vulnerability };

std::string_view to_text(CriteriaSet set);
std::optional<CriteriaSet> parse_criteria_set(std::string_view text);

struct PolicyTask {
  std::string code;  // stable within the policy: "isolate"
  std::string what_ja;
  std::string what_en;
  std::string role;         // id of a role in catalog/permissions.yaml or of a team: "handler", "system_owner"
  int64_t due_minutes = 0;  // after the class was decided
  std::string authority_ja;
  std::string authority_en;
};

struct ClassPolicy {
  std::string class_id;
  std::vector<PolicyTask> tasks;
};

struct ActionPolicy {
  std::string record_id;  // empty until stored
  int64_t edition = 0;
  CriteriaSet set = CriteriaSet::incident;
  std::vector<ClassPolicy> classes;
};

/// Reads the body of an `action_policy` record; a Diagnostic names the first thing of the wrong shape.
Diagnosed<ActionPolicy> read_action_policy(const boost::json::object& body);

/// The tasks of a class; null when the policy does not know it.
const ClassPolicy* find_class(const ActionPolicy& policy, std::string_view class_id);

/// The filter that leaves the policies of one set. A policy that names no set is of the incident criteria.
ledger::Filter policies_of(CriteriaSet set);

}  // namespace yagura::desks
