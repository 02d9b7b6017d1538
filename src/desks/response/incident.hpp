// What the commands of this desk share: reading an incident in a transaction, opening one, its tasks.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "desks/action_policy.hpp"
#include "desks/actor.hpp"
#include "desks/criteria.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::response {

constexpr int64_t tasks_per_incident_max = 500;

/// The keys of this desk's registers, for a command that has checked its own permission.
ledger::Actor with_response_keys(const ledger::Actor& actor);

/// Checks `permission`, reads the incident, and lets `change` write what follows from it.
ledger::Outcome<ledger::Record> on_incident(
    ledger::Ledger& ledger, const ledger::Actor& actor, std::string_view permission, const Target& target,
    const std::function<ledger::Outcome<ledger::Record>(ledger::Transaction&, const ledger::Record&)>& change);

/// The incident of that id; `not_found` when it is another kind of record.
ledger::Outcome<ledger::Record> get_incident(ledger::Transaction& transaction, const ledger::RecordId& id);

bool is_final(ledger::Transaction& transaction, const ledger::Record& record);

/// The incident's tasks in the order in which they were made. Reader: a Transaction or a Ledger.
template <typename Reader>
ledger::Outcome<std::vector<ledger::Record>> tasks_of(Reader& reader, const ledger::RecordId& incident) {
  ledger::RecordQuery query;
  query.type = "incident_task";
  query.filters = {{"incident", ledger::FilterOp::equals, {incident.value}}};
  query.descending = false;
  query.limit = tasks_per_incident_max;
  auto page = reader.list(query);
  if (!page) return std::unexpected(page.error());
  return std::move(page->records);
}

/// Makes the tasks that the policy in force has for `class_id` and the incident has not yet; deadlines count
/// from now. The id of the policy, or nothing when none is in force.
ledger::Outcome<std::optional<std::string>> make_tasks(ledger::Transaction& transaction,
                                                       const ledger::RecordId& incident, const std::string& class_id);

/// Adds `more` to the list of texts at `key`, without doubles, up to `max`.
void join_texts(boost::json::object& changes, const boost::json::object& body, std::string_view key,
                const std::vector<std::string>& more, size_t max);

constexpr size_t hosts_max = 500;
constexpr size_t alerts_max = 200;

}  // namespace yagura::desks::response
