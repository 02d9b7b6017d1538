#include <boost/json.hpp>

#include "base/text.hpp"
#include "desks/blank.hpp"
#include "desks/json_fields.hpp"
#include "desks/response/desk.hpp"
#include "desks/response/incident.hpp"

namespace yagura::desks::response {

namespace json = boost::json;
using ledger::Transaction;

namespace {

void put(json::object& body, std::string_view key, std::string_view text) {
  if (const std::string_view kept = trim_blank(text); !kept.empty()) body[key] = kept;
}

}  // namespace

Outcome<Record> ResponseDesk::report_incident(const Actor& actor, const Intake& intake) {
  if (auto allowed = require(actor, "incident.report"); !allowed) return std::unexpected(allowed.error());
  json::object body{{"received_at", format_time(ledger_.now())}};
  put(body, "title", intake.title);
  put(body, "summary", intake.summary);
  put(body, "origin", intake.origin);
  put(body, "channel", intake.channel);
  put(body, "reporter", intake.reporter);
  put(body, "reporter_contact", intake.reporter_contact);
  put(body, "occurred_at", intake.occurred_at);
  put(body, "detected_at", intake.detected_at);
  if (!intake.hosts.empty()) body["hosts"] = to_array(intake.hosts);
  if (!intake.users.empty()) body["users"] = to_array(intake.users);
  if (text_at(body, "origin") == "alert")
    return refuse_because("response.intake.origin", "an incident from an alert is opened by escalating the alert",
                          "use internal_report or external_report");
  Outcome<Record> out;
  auto done = ledger_.write(with_response_keys(actor), "response", [&](Transaction& transaction) -> Outcome<void> {
    out = transaction.create("incident", body);
    if (!out) return std::unexpected(out.error());
    auto fact = transaction.append_fact("incident.opened", out->id.value, {{"alerts", json::array{}}});
    if (!fact) return std::unexpected(fact.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

Outcome<Record> ResponseDesk::add_alerts(const Actor& actor, const Target& incident,
                                         const std::vector<RecordId>& alerts) {
  return on_incident(
      ledger_, actor, "incident.update", incident,
      [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
        json::object changes;
        std::vector<std::string> ids;
        std::vector<std::string> hosts;
        std::vector<std::string> users;
        for (const RecordId& id : alerts) {
          auto alert = transaction.get(id);
          if (!alert) return std::unexpected(alert.error());
          const std::string other = text_at(alert->body, "incident");
          if (alert->type != "alert" || is_final(transaction, *alert) || (!other.empty() && other != record.id.value))
            return refuse_because("response.alerts.not_free", id.value + " is no open alert without an incident",
                                  "reopen the alert, or merge the incidents", {{"alert", id.value}});
          ids.push_back(id.value);
          hosts.push_back(text_at(alert->body, "host"));
          users.push_back(text_at(alert->body, "user"));
        }
        if (texts_at(record.body, "alerts").size() + ids.size() > alerts_max)
          return ledger::refuse(ErrorKind::limit, "an incident holds at most 200 alerts");
        join_texts(changes, record.body, "alerts", ids, alerts_max);
        join_texts(changes, record.body, "hosts", hosts, hosts_max);
        join_texts(changes, record.body, "users", users, hosts_max);
        auto updated = transaction.update(record.id, version_of(incident, record), std::move(changes));
        if (!updated) return updated;
        auto fact = transaction.append_fact("incident.alerts_added", record.id.value, {{"alerts", to_array(ids)}});
        if (!fact) return std::unexpected(fact.error());
        return updated;
      });
}

}  // namespace yagura::desks::response
