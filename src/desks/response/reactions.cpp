// What response does on hearing of facts of other desks.
#include <algorithm>
#include <boost/json.hpp>

#include "desks/json_fields.hpp"
#include "desks/response/desk.hpp"
#include "desks/response/incident.hpp"

namespace yagura::desks::response {
namespace {

namespace json = boost::json;
using ledger::Fact;
using ledger::Transaction;

/// The fields that an incident takes from the alert that opens it.
json::object incident_from(const Record& alert, const Fact& fact) {
  json::object body{{"title", text_at(alert.body, "title")},
                    {"summary", text_at(fact.body, "reason")},
                    {"origin", "alert"},
                    {"channel", "monitoring"},
                    {"received_at", format_time(fact.time)},
                    {"detected_at", format_time(alert.created_at)},
                    {"occurred_at", text_at(alert.body, "first_seen")},
                    {"alerts", json::array{alert.id.value}}};
  join_texts(body, {}, "hosts", {text_at(alert.body, "host")}, hosts_max);
  join_texts(body, {}, "users", {text_at(alert.body, "user")}, hosts_max);
  for (const char* field : {"attack_type", "progress", "importance", "criteria", "criteria_row"})
    if (const std::string text = text_at(alert.body, field); !text.empty()) body[field] = text;
  if (const int64_t edition = integer_at(alert.body, "criteria_edition"); edition > 0)
    body["criteria_edition"] = edition;
  // Off the criteria and what they call no incident have no class: a person judges.
  if (const std::string class_id = text_at(alert.body, "class"); !class_id.empty()) {
    body["class"] = class_id;
    body["priority"] = integer_at(alert.body, "priority");
    body["off_criteria"] = false;
  }
  return body;
}

/// Analysis reports that were issued before the incident existed.
Outcome<void> link_known_analysis(Transaction& transaction, const RecordId& incident, const RecordId& alert) {
  ledger::RecordQuery query;
  query.type = "analysis_report";
  query.states = {"issued", "completed"};
  query.filters = {{"alerts", ledger::FilterOp::contains, {alert.value}}};
  auto page = transaction.list(query);
  if (!page) return std::unexpected(page.error());
  for (const Record& report : page->records)
    if (auto linked = transaction.link(incident, "analysed_in", report.id); !linked)
      return std::unexpected(linked.error());
  return {};
}

Outcome<void> add_to_open_incident(Transaction& transaction, const Record& alert, const RecordId& into) {
  auto incident = get_incident(transaction, into);
  if (!incident) return std::unexpected(incident.error());
  if (is_final(transaction, *incident))
    return refuse_because("response.escalated.incident_final", into.value + " is not open any more",
                          "reopen it and try again, or escalate anew", {{"id", into.value}});
  json::object changes;
  join_texts(changes, incident->body, "alerts", {alert.id.value}, alerts_max);
  join_texts(changes, incident->body, "hosts", {text_at(alert.body, "host")}, hosts_max);
  join_texts(changes, incident->body, "users", {text_at(alert.body, "user")}, hosts_max);
  auto updated = transaction.update(into, incident->version, std::move(changes));
  if (!updated) return std::unexpected(updated.error());
  auto fact = transaction.append_fact("incident.alerts_added", into.value, {{"alerts", json::array{alert.id.value}}});
  if (!fact) return std::unexpected(fact.error());
  return link_known_analysis(transaction, into, alert.id);
}

/// "alert.escalated": the alert becomes an incident with the tasks of its class, or joins the one named.
Outcome<void> open_incident(Transaction& transaction, const Fact& fact) {
  auto alert = transaction.get({fact.subject});
  if (!alert) return std::unexpected(alert.error());
  if (const std::string into = text_at(fact.body, "into"); !into.empty())
    return add_to_open_incident(transaction, *alert, {into});
  // An alert that was escalated before, dismissed and escalated again goes on in its incident while that is open.
  if (const std::string before = text_at(alert->body, "incident"); !before.empty()) {
    auto incident = get_incident(transaction, {before});
    if (!incident) return std::unexpected(incident.error());
    if (!is_final(transaction, *incident)) return {};
  }
  auto incident = transaction.create("incident", incident_from(*alert, fact));
  if (!incident) return std::unexpected(incident.error());
  if (const std::string class_id = text_at(incident->body, "class"); !class_id.empty()) {
    const auto made = make_tasks(transaction, incident->id, class_id);
    if (!made) return std::unexpected(made.error());
    if (const auto& policy = *made; policy)
      incident = transaction.update(incident->id, incident->version, {{"policy", *policy}});
    if (!incident) return std::unexpected(incident.error());
  }
  if (auto linked = transaction.link(incident->id, "opened_by", alert->id); !linked)
    return std::unexpected(linked.error());
  auto told =
      transaction.append_fact("incident.opened", incident->id.value, {{"alerts", json::array{alert->id.value}}});
  if (!told) return std::unexpected(told.error());
  return link_known_analysis(transaction, incident->id, alert->id);
}

/// "triage.feedback_acknowledged": an acknowledgement of an older feedback changes nothing that counts.
Outcome<void> note_acknowledgement(Transaction& transaction, const Fact& fact) {
  auto incident = get_incident(transaction, {fact.subject});
  if (!incident) return std::unexpected(incident.error());
  if (is_final(transaction, *incident)) return {};
  auto updated =
      transaction.update(incident->id, incident->version, {{"feedback_acknowledged", integer_at(fact.body, "number")}});
  if (!updated) return std::unexpected(updated.error());
  return {};
}

/// "governance.measure_taken": the measure knows where it is followed from now on.
Outcome<void> note_hand_over(Transaction& transaction, const Fact& fact) {
  auto incident = get_incident(transaction, {fact.subject});
  if (!incident) return std::unexpected(incident.error());
  if (is_final(transaction, *incident)) return {};
  json::array measures = array_at(incident->body, "measures");
  for (json::value& measure : measures)
    if (text_at(measure.as_object(), "id") == text_at(fact.body, "measure"))
      measure.as_object()["handed_to"] = text_at(fact.body, "taken_as");
  auto updated = transaction.update(incident->id, incident->version, {{"measures", std::move(measures)}});
  if (!updated) return std::unexpected(updated.error());
  return {};
}

/// "analysis_report.issued": the incidents of its alerts refer to it.
Outcome<void> link_analysis(Transaction& transaction, const Fact& fact) {
  for (const std::string& id : texts_at(fact.body, "alerts")) {
    auto alert = transaction.get({id});
    if (!alert) return std::unexpected(alert.error());
    const std::string incident = text_at(alert->body, "incident");
    if (incident.empty()) continue;
    if (auto linked = transaction.link({incident}, "analysed_in", {fact.subject}); !linked)
      return std::unexpected(linked.error());
  }
  return {};
}

}  // namespace

Status register_reactions(ledger::Ledger& ledger) {
  for (auto& reaction : std::vector<ledger::Reaction>{
           {"response.open_incident", "response", {"alert.escalated"}, open_incident},
           {"response.note_acknowledgement", "response", {"triage.feedback_acknowledged"}, note_acknowledgement},
           {"response.note_hand_over", "response", {"governance.measure_taken"}, note_hand_over},
           {"response.link_analysis", "response", {"analysis_report.issued"}, link_analysis}})
    if (auto added = ledger.register_reaction(std::move(reaction)); !added) return added;
  return {};
}

}  // namespace yagura::desks::response
