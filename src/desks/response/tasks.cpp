#include <boost/json.hpp>

#include "base/text.hpp"
#include "desks/blank.hpp"
#include "desks/json_fields.hpp"
#include "desks/response/desk.hpp"
#include "desks/response/incident.hpp"

namespace yagura::desks::response {
namespace {

namespace json = boost::json;
using ledger::Transaction;

/// Refuses when the incident is closed, rejected or merged: its tasks stand still then.
Outcome<void> incident_is_open(Transaction& transaction, const RecordId& id) {
  auto incident = get_incident(transaction, id);
  if (!incident) return std::unexpected(incident.error());
  if (is_final(transaction, *incident))
    return refuse_because("response.task.incident_final",
                          id.value + " is " + incident->state + "; its tasks stand still", "reopen the incident first",
                          {{"id", id.value}});
  return {};
}

Outcome<Record> on_task(ledger::Ledger& ledger, const Actor& actor, const Target& target,
                        const std::function<Outcome<Record>(Transaction&, const Record&)>& change) {
  if (auto allowed = require(actor, "incident_task.work"); !allowed) return std::unexpected(allowed.error());
  Outcome<Record> out;
  auto done = ledger.write(with_response_keys(actor), "response", [&](Transaction& transaction) -> Outcome<void> {
    auto task = transaction.get(target.id);
    if (!task) return std::unexpected(task.error());
    if (task->type != "incident_task") return ledger::refuse(ErrorKind::not_found, target.id.value + " is no task");
    if (auto open = incident_is_open(transaction, {text_at(task->body, "incident")}); !open) return open;
    out = change(transaction, *task);
    if (!out) return std::unexpected(out.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

}  // namespace

Outcome<Record> ResponseDesk::add_task(const Actor& actor, const RecordId& incident, const NewTask& task) {
  if (auto allowed = require(actor, "incident_task.add"); !allowed) return std::unexpected(allowed.error());
  Outcome<Record> out;
  auto done = ledger_.write(with_response_keys(actor), "response", [&](Transaction& transaction) -> Outcome<void> {
    if (auto open = incident_is_open(transaction, incident); !open) return open;
    auto tasks = tasks_of(transaction, incident);
    if (!tasks) return std::unexpected(tasks.error());
    if (static_cast<int64_t>(tasks->size()) >= tasks_per_incident_max)
      return ledger::refuse(ErrorKind::limit, "an incident holds at most 500 tasks");
    // Who writes one language only is understood in both.
    const std::string_view ja = trim_blank(task.what_ja);
    const std::string_view en = trim_blank(task.what_en);
    out = transaction.create("incident_task", {{"incident", incident.value},
                                               {"code", "added_" + std::to_string(tasks->size() + 1)},
                                               {"what_ja", ja.empty() ? en : ja},
                                               {"what_en", en.empty() ? ja : en},
                                               {"role", trim_blank(task.role)},
                                               {"due_at", format_time(task.due_at)}});
    if (!out) return std::unexpected(out.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

Outcome<Record> ResponseDesk::start_task(const Actor& actor, const Target& task) {
  return on_task(ledger_, actor, task, [&](Transaction& transaction, const Record& record) {
    json::object changes;
    if (text_at(record.body, "assignee").empty()) changes["assignee"] = actor.id;
    return transaction.move(record.id, version_of(task, record), "start", std::move(changes));
  });
}

Outcome<Record> ResponseDesk::finish_task(const Actor& actor, const Target& task, const std::string& result) {
  return on_task(ledger_, actor, task, [&](Transaction& transaction, const Record& record) {
    json::object changes{{"result", trim_blank(result)}, {"finished_at", format_time(transaction.now())}};
    if (text_at(record.body, "assignee").empty()) changes["assignee"] = actor.id;
    return transaction.move(record.id, version_of(task, record), "finish", std::move(changes));
  });
}

Outcome<Record> ResponseDesk::skip_task(const Actor& actor, const Target& task, const std::string& reason) {
  return on_task(ledger_, actor, task, [&](Transaction& transaction, const Record& record) {
    return transaction.move(record.id, version_of(task, record), "skip",
                            {{"result", trim_blank(reason)}, {"finished_at", format_time(transaction.now())}});
  });
}

Outcome<Record> ResponseDesk::redo_task(const Actor& actor, const Target& task, const std::string& reason) {
  return on_task(ledger_, actor, task, [&](Transaction& transaction, const Record& record) {
    return transaction.move(record.id, version_of(task, record), "reopen",
                            {{"result", trim_blank(reason)}, {"finished_at", nullptr}});
  });
}

Outcome<Record> ResponseDesk::assign_task(const Actor& actor, const Target& task, const std::string& user) {
  return on_task(ledger_, actor, task, [&](Transaction& transaction, const Record& record) {
    return transaction.update(record.id, version_of(task, record), {{"assignee", user}});
  });
}

}  // namespace yagura::desks::response
