// Findings -> alerts. Everything of one call (up to findings_per_transaction_max) is one transaction.
#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <tuple>

#include "base/check.hpp"
#include "desks/in_force.hpp"
#include "desks/triage/alert_draft.hpp"
#include "desks/triage/desk.hpp"
#include "desks/triage/ruling.hpp"

namespace yagura::desks::triage {
namespace {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Record;
using ledger::Transaction;

constexpr int64_t open_alerts_per_entity_max = 200;
constexpr int64_t window_minutes_without_criteria = 60;
constexpr int64_t ns_per_minute = 60 * ns_per_second;

/// What was noted for a finding that was taken: its alert.
std::string note_key(const detect::Finding& finding) {
  return "triage.finding:" + one_line(finding.id, 128);
}

Outcome<std::vector<AlertDraft>> open_alerts(Transaction& transaction, const std::string& entity) {
  ledger::RecordQuery query;
  query.type = "alert";
  query.states = {"new", "set_aside", "acknowledged", "escalated"};
  query.filters = {{"entity", ledger::FilterOp::equals, {entity}}};
  query.limit = open_alerts_per_entity_max;
  auto page = transaction.list(query);
  if (!page) return std::unexpected(page.error());
  std::vector<AlertDraft> out;
  for (Record& record : page->records) out.emplace_back(std::move(record));
  return out;
}

/// The worst that the criteria say of the findings that came to the alert.
AlertRuling worst_of(const AlertDraft& draft, const AttackNames& names, const std::optional<Criteria>& criteria) {
  std::vector<AlertRuling> rulings;
  for (const detect::Finding* finding : draft.added())
    rulings.push_back(rule_on(names, criteria, finding->tags, finding->level, finding->host, finding->fields));
  check(!rulings.empty(), "an alert is made of findings");
  return std::move(*std::ranges::max_element(
      rulings, [](const AlertRuling& a, const AlertRuling& b) { return is_worse(b.decision, a.decision); }));
}

Outcome<Record> make_alert(Transaction& transaction, const AlertDraft& draft, const AttackNames& names,
                           const std::optional<Criteria>& criteria) {
  const AlertRuling ruling = worst_of(draft, names, criteria);
  json::object body = draft.fields();
  for (auto& field : ruling.fields(criteria)) body[field.key()] = field.value();
  auto alert = transaction.create("alert", std::move(body));
  if (!alert) return alert;
  if (ruling.decision.ruling == Ruling::not_incident) return transaction.move(alert->id, alert->version, "set_aside");
  if (ruling.decision.ruling == Ruling::off_criteria) {
    json::object told = ruling.fields(criteria);
    told["rule"] = alert->body.at("rule");
    told["title"] = alert->body.at("title");
    auto fact = transaction.append_fact("alert.off_criteria", alert->id.value, std::move(told));
    if (!fact) return std::unexpected(fact.error());
  }
  return alert;
}

/// More findings on an alert. What the criteria in force now say of them counts when it is worse than what was said
/// before, and is told as a fact; what is less changes nothing, since a person may have acted on it already.
Outcome<Record> extend_alert(Transaction& transaction, const Record& stored, const AlertDraft& draft,
                             const AttackNames& names, const std::optional<Criteria>& criteria) {
  const Decision before = decision_in(stored.body);
  const AlertRuling ruling = worst_of(draft, names, criteria);
  json::object changes = draft.fields();
  const bool worse = criteria && is_worse(ruling.decision, before);
  json::object told;
  if (worse) {
    const json::object fields = ruling.fields(criteria);
    for (const std::string_view name : {"attack_type", "progress", "importance", "decision", "class", "priority",
                                        "criteria", "criteria_edition", "criteria_row"}) {
      const json::value* was = stored.body.if_contains(name);
      const json::value* is = fields.if_contains(name);
      changes[name] = is ? *is : json::value();
      told[std::string(name) + "_before"] = was ? *was : json::value();
      told[name] = changes[name];
    }
  }
  auto alert = transaction.update(stored.id, stored.version, std::move(changes));
  if (!alert || !worse) return alert;
  if (auto fact = transaction.append_fact("alert.upgraded", stored.id.value, std::move(told)); !fact)
    return std::unexpected(fact.error());
  if (alert->state == "set_aside") return transaction.move(alert->id, alert->version, "raise");
  return alert;
}

}  // namespace

Outcome<TakenFindings> TriageDesk::take_findings(std::span<const detect::Finding> findings) {
  TakenFindings taken;
  while (!findings.empty()) {
    const auto some = findings.first(std::min(findings.size(), findings_per_transaction_max));
    TakenFindings now = taken;
    auto done = ledger_.write(ledger::system_actor("triage"), "triage",
                              [&](Transaction& transaction) { return take_some(transaction, some, now); });
    if (!done) return std::unexpected(done.error());
    taken = std::move(now);
    findings = findings.subspan(some.size());
  }
  return taken;
}

Outcome<AttackNames> TriageDesk::names_now(Transaction& transaction) const {
  auto names = attack_names_in_force(transaction, transaction.now());
  if (!names) return std::unexpected(names.error());
  return names->value_or(names_);
}

Outcome<void> TriageDesk::take_some(Transaction& transaction, std::span<const detect::Finding> findings,
                                    TakenFindings& taken) const {
  auto criteria = criteria_in_force(transaction, transaction.now());
  if (!criteria) return std::unexpected(criteria.error());
  auto names = names_now(transaction);
  if (!names) return std::unexpected(names.error());
  const auto& in_force = *criteria;
  const int64_t window_ns =
      (in_force ? in_force->alert_window_minutes : window_minutes_without_criteria) * ns_per_minute;

  std::map<std::string, std::vector<const detect::Finding*>> by_entity;
  for (const detect::Finding& finding : findings) {
    const std::string key = note_key(finding);
    auto known = transaction.note(key);
    if (!known) return std::unexpected(known.error());
    if (*known) {
      ++taken.duplicates;
      continue;
    }
    if (auto noted = transaction.set_note(key, "taken"); !noted) return noted;
    by_entity[entity_key(finding)].push_back(&finding);
    ++taken.taken;
  }
  for (auto& [entity, group] : by_entity) {
    std::ranges::sort(group, [](const detect::Finding* a, const detect::Finding* b) {
      return std::tie(a->time, a->id) < std::tie(b->time, b->id);
    });
    auto drafts = open_alerts(transaction, entity);
    if (!drafts) return std::unexpected(drafts.error());
    for (const detect::Finding* finding : group) {
      auto fits =
          std::ranges::find_if(*drafts, [&](const AlertDraft& d) { return d.reaches(finding->time, window_ns); });
      if (fits == drafts->end()) fits = drafts->insert(drafts->end(), AlertDraft(*finding));
      fits->add(*finding);
    }
    for (const AlertDraft& draft : *drafts) {
      if (!draft.changed()) continue;
      const auto& stored = draft.stored();
      auto alert = stored ? extend_alert(transaction, *stored, draft, *names, *criteria)
                          : make_alert(transaction, draft, *names, *criteria);
      if (!alert) return std::unexpected(alert.error());
      (stored ? taken.extended : taken.made).push_back(alert->id);
    }
  }
  return {};
}

}  // namespace yagura::desks::triage
