// What governance does on hearing of facts of other desks.
#include <boost/json.hpp>

#include "desks/governance/acknowledgement.hpp"
#include "desks/governance/desk.hpp"
#include "desks/governance/playbook_exchange.hpp"
#include "desks/governance/policy_document.hpp"
#include "desks/json_fields.hpp"
#include "desks/vulnerability_criteria.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Fact;
using ledger::Outcome;
using ledger::Record;
using ledger::Transaction;

constexpr size_t examples_max = 20;

/// "alert.off_criteria", "incident.judged_off_criteria", "vulnerability.judged_off_criteria": one open proposal for
/// each combination gathers them.
Outcome<void> gather(Transaction& transaction, const Fact& fact) {
  const bool vulnerability = fact.kind.starts_with("vulnerability.");
  const TableShape& shape = vulnerability ? vulnerability_shape : incident_shape;
  const std::string decided = text_at(fact.body, "decided");
  const bool departed = fact.kind == "incident.judged_off_criteria" || (vulnerability && !decided.empty());
  std::string title;
  for (const std::string_view cell : shape.cells) title += (title.empty() ? "" : " x ") + text_at(fact.body, cell);
  const std::string combination = std::string(vulnerability ? "vulnerability " : "") +
                                  (departed ? "departed: " : "uncovered: ") + title +
                                  (departed ? " -> " + decided : "");
  ledger::RecordQuery query;
  query.type = "criteria_proposal";
  query.states = {"open"};
  query.filters = {{"combination", ledger::FilterOp::equals, {combination}}};
  query.limit = 1;
  auto page = transaction.list(query);
  if (!page) return std::unexpected(page.error());
  json::object body{{"last_at", format_time(fact.time)}};
  if (!page->records.empty()) {
    const Record& proposal = page->records.front();
    body["occurrences"] = integer_at(proposal.body, "occurrences") + 1;
    json::array examples = array_at(proposal.body, "examples");
    if (examples.size() < examples_max) {
      examples.emplace_back(fact.subject);
      body["examples"] = std::move(examples);
    }
    auto updated = transaction.update(proposal.id, proposal.version, std::move(body));
    if (!updated) return std::unexpected(updated.error());
    return {};
  }
  body["title"] = title;
  body["set"] = to_text(vulnerability ? CriteriaSet::vulnerability : CriteriaSet::incident);
  body["kind"] = departed ? "departed" : "uncovered";
  body["combination"] = combination;
  for (const std::string_view cell : shape.cells) body[cell] = text_at(fact.body, cell);
  body["decided"] = decided;
  body["reason"] = text_at(fact.body, "reason");
  body["occurrences"] = 1;
  body["examples"] = json::array{fact.subject};
  auto created = transaction.create("criteria_proposal", std::move(body));
  if (!created) return std::unexpected(created.error());
  return {};
}

/// "incident.measure_handed_over": the measure gets a record of its own, and the incident hears of it.
Outcome<void> take_over(Transaction& transaction, const Fact& fact) {
  const std::string measure = text_at(fact.body, "measure");
  ledger::RecordQuery query;
  query.type = "long_measure";
  query.filters = {{"incident", ledger::FilterOp::equals, {fact.subject}},
                   {"measure", ledger::FilterOp::equals, {measure}}};
  query.limit = 1;
  auto page = transaction.list(query);
  if (!page) return std::unexpected(page.error());
  std::string taken;
  if (page->records.empty()) {
    auto created = transaction.create("long_measure", {{"title", text_at(fact.body, "what")},
                                                       {"incident", fact.subject},
                                                       {"measure", measure},
                                                       {"owner", text_at(fact.body, "owner")},
                                                       {"due", text_at(fact.body, "due")}});
    if (!created) return std::unexpected(created.error());
    taken = created->id.value;
  } else {
    taken = page->records.front().id.value;
  }
  auto told =
      transaction.append_fact("governance.measure_taken", fact.subject, {{"measure", measure}, {"taken_as", taken}});
  if (!told) return std::unexpected(told.error());
  return {};
}

}  // namespace

Status register_reactions(ledger::Ledger& ledger) {
  if (auto added = ledger.register_reaction(
          {"governance.gather_proposals",
           "governance",
           {"alert.off_criteria", "incident.judged_off_criteria", "vulnerability.judged_off_criteria"},
           gather});
      !added)
    return added;
  if (auto added =
          ledger.register_reaction({"governance.ask_policy_owners", "governance", {"policy.approved"}, ask_owners});
      !added)
    return added;
  if (auto added = ledger.register_reaction(
          {"governance.withdraw_replaced_policy", "governance", {"policy_document.moved"}, withdraw_replaced});
      !added)
    return added;
  if (auto added = ledger.register_reaction(
          {"governance.retire_older_playbooks", "governance", {"playbook.moved"}, retire_older_playbooks});
      !added)
    return added;
  return ledger.register_reaction(
      {"governance.take_over_measure", "governance", {"incident.measure_handed_over"}, take_over});
}

}  // namespace yagura::desks::governance
