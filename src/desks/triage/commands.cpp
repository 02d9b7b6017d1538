// What an analyst does with one alert.
#include <boost/json.hpp>

#include "base/text.hpp"
#include "desks/blank.hpp"
#include "desks/json_fields.hpp"
#include "desks/triage/desk.hpp"

namespace yagura::desks::triage {
namespace {

namespace json = boost::json;
using ledger::Actor;
using ledger::Outcome;
using ledger::Record;
using ledger::Transaction;

/// Checks the permission, reads the alert, and lets `change` write what follows from it.
Outcome<Record> on_alert(ledger::Ledger& ledger, const Actor& actor, std::string_view permission, const Target& target,
                         const std::function<Outcome<Record>(Transaction&, const Record&)>& change) {
  if (auto allowed = require(actor, permission); !allowed) return std::unexpected(allowed.error());
  Outcome<Record> out;
  auto done = ledger.write(with_keys(actor, {"alert.desk", "alert.read"}), "triage",
                           [&](Transaction& transaction) -> Outcome<void> {
                             auto alert = transaction.get(target.id);
                             if (!alert) return std::unexpected(alert.error());
                             if (alert->type != "alert")
                               return ledger::refuse(ErrorKind::not_found, target.id.value + " is no alert");
                             out = change(transaction, *alert);
                             if (!out) return std::unexpected(out.error());
                             return {};
                           });
  if (!done) return std::unexpected(done.error());
  return out;
}

}  // namespace

Outcome<Record> TriageDesk::acknowledge(const Actor& actor, const Target& alert) {
  return on_alert(ledger_, actor, "alert.acknowledge", alert, [&](Transaction& transaction, const Record& record) {
    json::object changes;
    if (text_at(record.body, "assignee").empty()) changes["assignee"] = actor.id;
    return transaction.move(record.id, version_of(alert, record), "acknowledge", std::move(changes));
  });
}

Outcome<Record> TriageDesk::assign(const Actor& actor, const Target& alert, const std::string& user) {
  return on_alert(ledger_, actor, "alert.assign", alert, [&](Transaction& transaction, const Record& record) {
    return transaction.update(record.id, version_of(alert, record), {{"assignee", user}});
  });
}

Outcome<ledger::Fact> TriageDesk::comment(const Actor& actor, const ledger::RecordId& alert, const std::string& text) {
  if (trim_blank(text).empty())
    return refuse_because("triage.comment.empty", "the comment is empty", "write something");
  if (text.size() > comment_bytes_max || !is_utf8(text))
    return refuse_because("triage.comment.too_long", "the comment is longer than 20,000 bytes or no UTF-8",
                          "attach longer texts as files");
  Outcome<ledger::Fact> out;
  auto done = on_alert(
      ledger_, actor, "alert.comment", alert, [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
        out = transaction.append_fact("alert.commented", record.id.value, {{"text", trim_blank(text)}});
        if (!out) return std::unexpected(out.error());
        return record;
      });
  if (!done) return std::unexpected(done.error());
  return out;
}

Outcome<Record> TriageDesk::judge(const Actor& actor, const Target& alert, const std::string& verdict,
                                  const std::string& reason) {
  if (trim_blank(reason).empty())
    return refuse_because("triage.judge.no_reason", "a verdict needs its reason", "say what shows it");
  return on_alert(ledger_, actor, "alert.judge", alert, [&](Transaction& transaction, const Record& record) {
    return transaction.update(record.id, version_of(alert, record),
                              {{"verdict", verdict}, {"verdict_reason", trim_blank(reason)}});
  });
}

Outcome<Record> TriageDesk::escalate(const Actor& actor, const Target& alert, const std::string& reason,
                                     const std::optional<ledger::RecordId>& into) {
  return on_alert(
      ledger_, actor, "alert.escalate", alert, [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
        json::object told{{"reason", trim_blank(reason)}};
        if (into) {
          auto incident = transaction.get(*into);
          if (!incident) return std::unexpected(incident.error());
          const auto* type = transaction.types().find(incident->type);
          if (incident->type != "incident" || type == nullptr || type->state(incident->state)->final)
            return refuse_because("triage.escalate.incident_not_open", into->value + " is no open incident",
                                  "name an open incident, or none to open a new one", {{"id", into->value}});
          told["into"] = into->value;
        }
        auto moved =
            transaction.move(record.id, version_of(alert, record), "escalate", {{"reason", trim_blank(reason)}});
        if (!moved) return moved;
        auto fact = transaction.append_fact("alert.escalated", record.id.value, std::move(told));
        if (!fact) return std::unexpected(fact.error());
        return moved;
      });
}

Outcome<Record> TriageDesk::dismiss(const Actor& actor, const Target& alert, const std::string& verdict,
                                    const std::string& reason) {
  return on_alert(
      ledger_, actor, "alert.dismiss", alert, [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
        if (verdict == "true_positive" && text_at(record.body, "decision") != "not_incident")
          return refuse_because("triage.dismiss.true_positive",
                                "an attack that the criteria do not call 'not an incident' can't be dismissed",
                                "escalate it, or correct the verdict");
        return transaction.move(record.id, version_of(alert, record), "dismiss",
                                {{"verdict", verdict}, {"verdict_reason", trim_blank(reason)}});
      });
}

Outcome<Record> TriageDesk::reopen(const Actor& actor, const Target& alert, const std::string& reason) {
  return on_alert(ledger_, actor, "alert.reopen", alert, [&](Transaction& transaction, const Record& record) {
    return transaction.move(record.id, version_of(alert, record), "reopen", {{"reason", trim_blank(reason)}});
  });
}

}  // namespace yagura::desks::triage
