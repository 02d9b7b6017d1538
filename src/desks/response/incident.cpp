#include "desks/response/incident.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "desks/in_force.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::response {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Record;
using ledger::Transaction;

ledger::Actor with_response_keys(const ledger::Actor& actor) {
  return with_keys(actor, {"incident.desk", "incident.read", "incident.read_personal", "incident.read_secret",
                           "incident_task.desk", "incident_task.read", "incident_report.desk", "incident_report.read"});
}

Outcome<Record> get_incident(Transaction& transaction, const ledger::RecordId& id) {
  auto record = transaction.get(id);
  if (record && record->type != "incident") return ledger::refuse(ErrorKind::not_found, id.value + " is no incident");
  return record;
}

bool is_final(Transaction& transaction, const Record& record) {
  const ledger::RecordType* type = transaction.types().find(record.type);
  return type != nullptr && type->state(record.state)->final;
}

Outcome<Record> on_incident(ledger::Ledger& ledger, const ledger::Actor& actor, std::string_view permission,
                            const Target& target,
                            const std::function<Outcome<Record>(Transaction&, const Record&)>& change) {
  if (auto allowed = require(actor, permission); !allowed) return std::unexpected(allowed.error());
  Outcome<Record> out;
  auto done = ledger.write(with_response_keys(actor), "response", [&](Transaction& transaction) -> Outcome<void> {
    auto incident = get_incident(transaction, target.id);
    if (!incident) return std::unexpected(incident.error());
    out = change(transaction, *incident);
    if (!out) return std::unexpected(out.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

Outcome<std::optional<std::string>> make_tasks(Transaction& transaction, const ledger::RecordId& incident,
                                               const std::string& class_id) {
  const auto in_force = policy_in_force(transaction, transaction.now());
  if (!in_force) return std::unexpected(in_force.error());
  const auto& policy = *in_force;
  if (!policy) return std::nullopt;
  auto tasks = tasks_of(transaction, incident);
  if (!tasks) return std::unexpected(tasks.error());
  const ClassPolicy* entry = find_class(*policy, class_id);
  for (const PolicyTask& task : entry == nullptr ? std::vector<PolicyTask>{} : entry->tasks) {
    const bool there =
        std::ranges::any_of(*tasks, [&](const Record& record) { return text_at(record.body, "code") == task.code; });
    if (there) continue;
    const Timestamp due{transaction.now().ns + task.due_minutes * 60 * ns_per_second};
    auto made = transaction.create("incident_task", {{"incident", incident.value},
                                                     {"code", task.code},
                                                     {"what_ja", task.what_ja},
                                                     {"what_en", task.what_en},
                                                     {"role", task.role},
                                                     {"authority_ja", task.authority_ja},
                                                     {"authority_en", task.authority_en},
                                                     {"due_at", format_time(due)},
                                                     {"policy", policy->record_id}});
    if (!made) return std::unexpected(made.error());
  }
  return policy->record_id;
}

void join_texts(json::object& changes, const json::object& body, std::string_view key,
                const std::vector<std::string>& more, size_t max) {
  std::vector<std::string> all = texts_at(body, key);
  for (const std::string& text : more)
    if (!text.empty() && all.size() < max && std::ranges::find(all, text) == all.end()) all.push_back(text);
  if (!all.empty()) changes[key] = to_array(all);
}

}  // namespace yagura::desks::response
