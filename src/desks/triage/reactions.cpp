// What triage does on hearing of facts of other desks.
#include <boost/json.hpp>

#include "base/digest.hpp"
#include "desks/in_force.hpp"
#include "desks/json_fields.hpp"
#include "desks/triage/alert_draft.hpp"
#include "desks/triage/desk.hpp"
#include "desks/triage/ruling.hpp"

namespace yagura::desks::triage {
namespace {

namespace json = boost::json;
using ledger::Fact;
using ledger::Outcome;
using ledger::Record;
using ledger::Transaction;

/// The alerts that a fact names; ids that are no alert any more are left out.
Outcome<std::vector<Record>> alerts_of(Transaction& transaction, const Fact& fact) {
  std::vector<Record> out;
  for (const std::string& id : texts_at(fact.body, "alerts")) {
    auto alert = transaction.get({id});
    if (!alert && alert.error().kind == ErrorKind::not_found) continue;
    if (!alert) return std::unexpected(alert.error());
    if (alert->type == "alert") out.push_back(std::move(*alert));
  }
  return out;
}

/// "incident.opened", "incident.alerts_added": the alert knows its incident from now on.
Outcome<void> note_incident(Transaction& transaction, const Fact& fact) {
  auto alerts = alerts_of(transaction, fact);
  if (!alerts) return std::unexpected(alerts.error());
  for (const Record& alert : *alerts) {
    if (transaction.types().find("alert")->state(alert.state)->final) continue;
    auto updated = transaction.update(alert.id, alert.version, {{"incident", fact.subject}});
    if (updated && alert.state != "escalated")
      updated = transaction.move(alert.id, updated->version, "escalate", {{"reason", fact.subject}});
    if (!updated) return std::unexpected(updated.error());
  }
  return {};
}

std::string verdict_after(const std::string& verdict, const std::string& feedback) {
  if (feedback == "false_alarm") return "false_positive";
  return verdict.empty() || verdict == "false_positive" ? "true_positive" : verdict;
}

/// "incident.feedback_sent": whether the analysis was right, what was done, whether that solved it, and what
/// to learn. Every alert keeps it; those that are open are closed with it.
Outcome<void> take_feedback(Transaction& transaction, const Fact& fact) {
  auto alerts = alerts_of(transaction, fact);
  if (!alerts) return std::unexpected(alerts.error());
  json::array told;
  for (const Record& alert : *alerts) {
    const std::string feedback = text_at(fact.body, "verdict");
    json::object changes{{"feedback_verdict", feedback},
                         {"feedback_actions", text_at(fact.body, "actions")},
                         {"feedback_resolved", flag_at(fact.body, "resolved")},
                         {"feedback_lessons", text_at(fact.body, "lessons")},
                         {"feedback_number", integer_at(fact.body, "number")},
                         {"incident", fact.subject},
                         {"verdict", verdict_after(text_at(alert.body, "verdict"), feedback)}};
    int64_t version = alert.version;
    if (alert.state == "closed" || alert.state == "dismissed") {
      auto open = transaction.move(alert.id, version, "reopen", {{"reason", fact.subject}});
      if (!open) return std::unexpected(open.error());
      version = open->version;
    }
    if (alert.state != "escalated") {
      auto escalated = transaction.move(alert.id, version, "escalate", {{"reason", fact.subject}});
      if (!escalated) return std::unexpected(escalated.error());
      version = escalated->version;
    }
    auto closed = transaction.move(alert.id, version, "close", std::move(changes));
    if (!closed) return std::unexpected(closed.error());
    told.emplace_back(alert.id.value);
  }
  auto acknowledged =
      transaction.append_fact("triage.feedback_acknowledged", fact.subject,
                              {{"number", integer_at(fact.body, "number")}, {"alerts", std::move(told)}});
  if (!acknowledged) return std::unexpected(acknowledged.error());
  return {};
}

/// "session.break_glass": somebody signed in to an account that lies in a safe. Whatever the criteria say of it, it is
/// an alert that nobody sets aside.
Outcome<void> raise_break_glass(Transaction& transaction, const Fact& fact, const std::string& title) {
  detect::Finding finding;
  finding.id = sha256_hex("break_glass:" + text_at(fact.body, "session"));
  finding.rule_id = "yagura.break_glass";
  finding.rule_title = title;
  finding.level = detect::Level::critical;
  finding.tags = {"attack.t1078"};
  finding.time = fact.time;
  finding.host = "yagura";
  finding.user = fact.subject.substr(fact.subject.find(':') + 1);
  finding.fields = {{"account", finding.user},
                    {"address", text_at(fact.body, "address")},
                    {"agent", text_at(fact.body, "agent")},
                    {"session", text_at(fact.body, "session")}};
  auto criteria = criteria_in_force(transaction, transaction.now());
  if (!criteria) return std::unexpected(criteria.error());
  auto names = attack_names_in_force(transaction, transaction.now());
  if (!names) return std::unexpected(names.error());
  AlertDraft draft(finding);
  draft.add(finding);
  // Without a naming table the alert is made all the same, off the criteria; and so it is when they would set it aside.
  AlertRuling ruling{{"unauthorized_access", "intrusion", "unknown"}, {}};
  if (const std::optional<AttackNames>& named = *names; named.has_value())
    ruling = rule_on(*named, *criteria, finding.tags, finding.level, finding.host, finding.fields);
  if (ruling.decision.ruling != Ruling::incident) ruling.decision = {};
  json::object body = draft.fields();
  for (auto& field : ruling.fields(*criteria)) body[field.key()] = field.value();
  body["priority"] = 1;
  auto alert = transaction.create("alert", std::move(body));
  if (!alert) return std::unexpected(alert.error());
  return {};
}

}  // namespace

Status register_reactions(ledger::Ledger& ledger, const Texts& texts, Lang lang) {
  if (auto added = ledger.register_reaction(
          {"triage.note_incident", "triage", {"incident.opened", "incident.alerts_added"}, note_incident});
      !added)
    return added;
  const std::string title = texts.get(lang, "triage.break_glass.title");
  const auto raise = [title](Transaction& transaction, const Fact& fact) {
    return raise_break_glass(transaction, fact, title);
  };
  if (auto added = ledger.register_reaction({"triage.raise_break_glass", "triage", {"session.break_glass"}, raise});
      !added)
    return added;
  return ledger.register_reaction({"triage.take_feedback", "triage", {"incident.feedback_sent"}, take_feedback});
}

}  // namespace yagura::desks::triage
