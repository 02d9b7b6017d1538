// Closing an incident: what it needs, what is still missing, and the two hand-overs before it.
#include <algorithm>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "desks/blank.hpp"
#include "desks/json_fields.hpp"
#include "desks/response/desk.hpp"
#include "desks/response/edition.hpp"
#include "desks/response/incident.hpp"

namespace yagura::desks::response {
namespace {

namespace json = boost::json;
using ledger::Reason;
using ledger::Transaction;

void add(std::vector<Reason>& reasons, std::string code, std::string field, std::string message, std::string hint,
         std::map<std::string, std::string> args = {}) {
  reasons.push_back(
      {"response.close." + std::move(code), std::move(field), std::move(message), std::move(hint), std::move(args)});
}

void case_is_known(const Record& incident, std::vector<Reason>& reasons) {
  if (incident.state != "closing")
    add(reasons, "not_closing", "", "the incident is not being prepared for closing", "pass the step prepare_closing",
        {{"state", incident.state}});
  if (text_at(incident.body, "class").empty())
    add(reasons, "no_class", "class", "no class was decided", "judge the incident by the criteria");
  for (const char* field : {"cause", "leak", "direct_impact", "indirect_impact"})
    if (text_at(incident.body, field).empty())
      add(reasons, "analysis_missing", field, std::string("the analysis does not say ") + field,
          "write it, or 'unknown' when it can't be known", {{"field", field}});
}

void tasks_are_done(const std::vector<Record>& tasks, std::vector<Reason>& reasons) {
  for (const Record& task : tasks)
    if (task.state != "done" && task.state != "skipped")
      add(reasons, "task_open", "", "task " + task.id.value + " is neither done nor skipped",
          "finish it, or skip it with a reason",
          {{"task", task.id.value},
           {"what_ja", text_at(task.body, "what_ja")},
           {"what_en", text_at(task.body, "what_en")}});
}

void measures_are_settled(const Record& incident, std::vector<Reason>& reasons) {
  const json::array& measures = array_at(incident.body, "measures");
  if (measures.empty())
    add(reasons, "no_measure", "measures", "no measure was recorded", "record at least what was done for the moment");
  for (const json::value& item : measures) {
    const json::object& measure = item.as_object();
    const std::map<std::string, std::string> args{{"measure", text_at(measure, "id")},
                                                  {"what", text_at(measure, "what")}};
    const std::string name = "measure " + text_at(measure, "id");
    if (!flag_at(measure, "long")) {
      if (!flag_at(measure, "done"))
        add(reasons, "measure_open", "measures", name + " is neither done nor marked as long",
            "finish it, or mark it long", args);
    } else if (text_at(measure, "handed_at").empty()) {
      add(reasons, "measure_not_handed_over", "measures", name + " was not handed over to governance",
          "hand over the long measures", args);
    } else if (text_at(measure, "handed_to").empty()) {
      add(reasons, "measure_not_recorded", "measures",
          name + " was handed over, but governance has not recorded it yet",
          "wait a moment; if it stays so, look at the parked reactions", args);
    }
  }
}

void result_was_fed_back(const Record& incident, std::vector<Reason>& reasons) {
  const int64_t current = integer_at(incident.body, "feedback_current");
  if (current == 0)
    add(reasons, "feedback_not_sent", "feedback_verdict", "the result was not fed back to triage",
        "send the feedback; a new judgement or reopening makes an earlier one void");
  else if (integer_at(incident.body, "feedback_acknowledged") != current)
    add(reasons, "feedback_not_acknowledged", "feedback_verdict", "triage has not acknowledged the feedback yet",
        "wait a moment; if it stays so, look at the parked reactions");
}

/// What was done remotely and on site is finished, and analysis was told of it (D-4 and D-5 to B).
template <typename Reader>
Outcome<void> actions_are_shared(Reader& reader, const Record& incident, std::vector<Reason>& reasons) {
  for (const auto& [type, open] : {std::pair{"remote_action", "approved"}, std::pair{"onsite_visit", "dispatched"}}) {
    ledger::RecordQuery query;
    query.type = type;
    query.states = {"planned", open, "done"};
    query.filters = {{"incident", ledger::FilterOp::equals, {incident.id.value}}};
    query.descending = false;
    auto page = reader.list(query);
    if (!page) return std::unexpected(page.error());
    for (const Record& action : page->records) {
      const std::map<std::string, std::string> args{{"action", action.id.value},
                                                    {"what", text_at(action.body, "title")}};
      if (action.state == "done")
        add(reasons, "action_not_told", "", "analysis was not told what came of " + action.id.value,
            "tell it and pass the step share", args);
      else
        add(reasons, "action_open", "", action.id.value + " is neither carried out nor cancelled",
            "finish it, or cancel it with a reason", args);
    }
  }
  return {};
}

/// Reader: a Transaction or a Ledger.
template <typename Reader>
Outcome<std::vector<Reason>> missing(Reader& reader, const Record& incident, const ReportCatalog& reports) {
  std::vector<Reason> reasons;
  case_is_known(incident, reasons);
  auto tasks = tasks_of(reader, incident.id);
  if (!tasks) return std::unexpected(tasks.error());
  tasks_are_done(*tasks, reasons);
  measures_are_settled(incident, reasons);
  if (auto asked = actions_are_shared(reader, incident, reasons); !asked) return std::unexpected(asked.error());
  auto facts = read_case(reader, incident);
  if (!facts) return std::unexpected(facts.error());
  for (const Edition edition : {Edition::internal, Edition::external}) {
    const std::string name(to_text(edition));
    const auto found = latest_report(reader, incident.id, edition);
    if (!found) return std::unexpected(found.error());
    const auto& latest = *found;
    if (!latest)
      add(reasons, "report_missing", name, "the " + name + " edition of the report is not issued", "issue it",
          {{"edition", name}});
    else if (text_at(latest->body, "content_hash") != content_hash(reports.of(edition), *facts))
      add(reasons, "report_stale", name, "the case changed after " + latest->id.value + " was issued", "issue it anew",
          {{"edition", name}, {"report", latest->id.value}});
  }
  result_was_fed_back(incident, reasons);
  return reasons;
}

}  // namespace

Outcome<std::vector<Reason>> ResponseDesk::missing_to_close(const Actor& actor, const RecordId& incident) {
  if (auto allowed = require(actor, "incident.read"); !allowed) return std::unexpected(allowed.error());
  auto record = ledger_.get(incident);
  if (!record) return std::unexpected(record.error());
  if (record->type != "incident") return ledger::refuse(ErrorKind::not_found, incident.value + " is no incident");
  return missing(ledger_, *record, reports_);
}

Outcome<Record> ResponseDesk::close(const Actor& actor, const Target& incident) {
  return on_incident(
      ledger_, actor, "incident.close", incident,
      [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
        auto reasons = missing(transaction, record, reports_);
        if (!reasons) return std::unexpected(reasons.error());
        if (!reasons->empty())
          return ledger::refuse(ErrorKind::refused, record.id.value + " can't be closed yet", std::move(*reasons));
        auto closed = transaction.move(record.id, version_of(incident, record), "close",
                                       {{"closed_at", format_time(transaction.now())}});
        if (!closed) return closed;
        auto fact =
            transaction.append_fact("incident.closed", record.id.value, {{"alerts", array_at(record.body, "alerts")}});
        if (!fact) return std::unexpected(fact.error());
        return closed;
      });
}

Outcome<Record> ResponseDesk::send_feedback(const Actor& actor, const Target& incident, const Feedback& feedback) {
  if (trim_blank(feedback.actions).empty() || trim_blank(feedback.verdict).empty())
    return refuse_because("response.feedback.empty",
                          "the feedback says neither whether analysis was right nor what was done",
                          "give verdict and actions");
  return on_incident(ledger_, actor, "incident.update", incident,
                     [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
                       const int64_t number = integer_at(record.body, "feedback_count") + 1;
                       auto updated = transaction.update(record.id, version_of(incident, record),
                                                         {{"feedback_verdict", feedback.verdict},
                                                          {"feedback_actions", trim_blank(feedback.actions)},
                                                          {"feedback_resolved", feedback.resolved},
                                                          {"feedback_lessons", trim_blank(feedback.lessons)},
                                                          {"feedback_count", number},
                                                          {"feedback_current", number}});
                       if (!updated) return updated;
                       auto fact = transaction.append_fact("incident.feedback_sent", record.id.value,
                                                           {{"alerts", array_at(record.body, "alerts")},
                                                            {"number", number},
                                                            {"verdict", feedback.verdict},
                                                            {"actions", trim_blank(feedback.actions)},
                                                            {"resolved", feedback.resolved},
                                                            {"lessons", trim_blank(feedback.lessons)}});
                       if (!fact) return std::unexpected(fact.error());
                       return updated;
                     });
}

Outcome<Record> ResponseDesk::hand_over_measures(const Actor& actor, const Target& incident) {
  return on_incident(ledger_, actor, "incident.update", incident,
                     [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
                       json::array measures = array_at(record.body, "measures");
                       for (json::value& item : measures) {
                         json::object& measure = item.as_object();
                         if (!flag_at(measure, "long") || !text_at(measure, "handed_at").empty()) continue;
                         measure["handed_at"] = format_time(transaction.now());
                         auto fact = transaction.append_fact("incident.measure_handed_over", record.id.value,
                                                             {{"measure", text_at(measure, "id")},
                                                              {"what", text_at(measure, "what")},
                                                              {"owner", text_at(measure, "owner")},
                                                              {"due", text_at(measure, "due")}});
                         if (!fact) return std::unexpected(fact.error());
                       }
                       return transaction.update(record.id, version_of(incident, record),
                                                 {{"measures", std::move(measures)}});
                     });
}

}  // namespace yagura::desks::response
