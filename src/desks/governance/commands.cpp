#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "desks/blank.hpp"
#include "desks/governance/desk.hpp"
#include "desks/governance/table_members.hpp"
#include "desks/in_force.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Actor;
using ledger::Outcome;
using ledger::Record;
using ledger::Transaction;

constexpr std::array<std::string_view, 4> table_types{"incident_criteria", "vulnerability_criteria", "attack_naming",
                                                      "action_policy"};

Actor with_governance_keys(const Actor& actor) {
  return with_keys(actor, {"criteria.desk", "policy.desk", "criteria.read", "policy.read"});
}

Outcome<void> shape_of(const Diagnosed<void>& checked) {
  if (checked) return {};
  const Diagnostic& fault = checked.error();
  return ledger::refuse(ErrorKind::invalid, fault.what,
                        {{"governance.table.shape", "", fault.what, fault.hint, {{"what", fault.what}}}});
}

/// The reader's own complaint comes first: it says more of what is missing than of what is too much.
Outcome<void> check_shape(std::string_view type, const json::object& table) {
  const auto readable = [&](const auto& parsed) -> Diagnosed<void> {
    if (!parsed) return std::unexpected(parsed.error());
    return check_members(type, table);
  };
  if (type == "incident_criteria") return shape_of(readable(read_criteria(table)));
  if (type == "vulnerability_criteria") return shape_of(readable(read_vulnerability_criteria(table)));
  if (type == "attack_naming") return shape_of(readable(AttackNames::read(table)));
  return shape_of(readable(read_action_policy(table)));
}

Outcome<int64_t> next_edition(Transaction& transaction, std::string_view type, const json::object& table) {
  ledger::RecordQuery query;
  query.type = type;
  if (type == "action_policy") {
    const bool vulnerability = text_at(table, "set") == to_text(CriteriaSet::vulnerability);
    query.filters = {policies_of(vulnerability ? CriteriaSet::vulnerability : CriteriaSet::incident)};
  }
  query.sort = "edition";
  query.limit = 1;
  auto page = transaction.list(query);
  if (!page) return std::unexpected(page.error());
  return page->records.empty() ? 1 : integer_at(page->records.front().body, "edition") + 1;
}

Outcome<Record> propose(ledger::Ledger& ledger, const Actor& actor, std::string_view type, json::object table) {
  if (auto shaped = check_shape(type, table); !shaped) return std::unexpected(shaped.error());
  for (const char* decided_at_approval : {"in_force_from", "approved_by", "rejected_reason"})
    table.erase(decided_at_approval);
  Outcome<Record> out;
  auto done = ledger.write(with_governance_keys(actor), "governance", [&](Transaction& transaction) -> Outcome<void> {
    auto edition = next_edition(transaction, type, table);
    if (!edition) return std::unexpected(edition.error());
    table["edition"] = *edition;
    out = transaction.create(type, std::move(table));
    if (!out) return std::unexpected(out.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

std::string family(std::string_view type) {
  return type == "action_policy" ? "policy" : "criteria";
}

/// Reads a proposal, checks the permission of its family, and lets `change` write.
Outcome<Record> on_proposal(ledger::Ledger& ledger, const Actor& actor, std::string_view act, const Target& target,
                            const std::function<Outcome<Record>(Transaction&, const Record&)>& change) {
  Outcome<Record> out;
  auto done = ledger.write(with_governance_keys(actor), "governance", [&](Transaction& transaction) -> Outcome<void> {
    auto record = transaction.get(target.id);
    if (!record) return std::unexpected(record.error());
    if (std::ranges::find(table_types, std::string_view(record->type)) == table_types.end())
      return ledger::refuse(ErrorKind::not_found, target.id.value + " is no table of governance");
    if (auto allowed = require(actor, family(record->type) + "." + std::string(act)); !allowed) return allowed;
    out = change(transaction, *record);
    if (!out) return std::unexpected(out.error());
    return {};
  });
  if (!done) return std::unexpected(done.error());
  return out;
}

}  // namespace

Outcome<Record> GovernanceDesk::propose_criteria(const Actor& actor, json::object table) {
  if (auto allowed = require(actor, "criteria.propose"); !allowed) return std::unexpected(allowed.error());
  return propose(ledger_, actor, "incident_criteria", std::move(table));
}

Outcome<Record> GovernanceDesk::propose_vulnerability_criteria(const Actor& actor, json::object table) {
  if (auto allowed = require(actor, "criteria.propose"); !allowed) return std::unexpected(allowed.error());
  return propose(ledger_, actor, "vulnerability_criteria", std::move(table));
}

Outcome<Record> GovernanceDesk::propose_naming(const Actor& actor, json::object table) {
  if (auto allowed = require(actor, "criteria.propose"); !allowed) return std::unexpected(allowed.error());
  return propose(ledger_, actor, "attack_naming", std::move(table));
}

Outcome<Record> GovernanceDesk::propose_policy(const Actor& actor, json::object table) {
  if (auto allowed = require(actor, "policy.propose"); !allowed) return std::unexpected(allowed.error());
  return propose(ledger_, actor, "action_policy", std::move(table));
}

Outcome<Record> GovernanceDesk::revise(const Actor& actor, const Target& proposal, json::object changes) {
  for (const char* not_by_hand : {"edition", "in_force_from", "approved_by", "rejected_reason"})
    changes.erase(not_by_hand);
  return on_proposal(ledger_, actor, "propose", proposal,
                     [&](Transaction& transaction, const Record& record) -> Outcome<Record> {
                       json::object whole = record.body;
                       for (const auto& field : changes) whole[field.key()] = field.value();
                       if (auto shaped = check_shape(record.type, whole); !shaped)
                         return std::unexpected(shaped.error());
                       return transaction.update(record.id, version_of(proposal, record), std::move(changes));
                     });
}

Outcome<Record> GovernanceDesk::reject(const Actor& actor, const Target& proposal, const std::string& reason) {
  return on_proposal(ledger_, actor, "approve", proposal, [&](Transaction& transaction, const Record& record) {
    return transaction.move(record.id, version_of(proposal, record), "reject",
                            {{"rejected_reason", trim_blank(reason)}});
  });
}

Outcome<std::optional<Criteria>> GovernanceDesk::current_criteria(Timestamp at) {
  return criteria_in_force(ledger_, at);
}

Outcome<std::optional<ActionPolicy>> GovernanceDesk::current_policy(Timestamp at) {
  return policy_in_force(ledger_, at);
}

Outcome<std::string> GovernanceDesk::current(std::string_view type, Timestamp at, CriteriaSet set) {
  const auto id = [](auto&& found) -> Outcome<std::string> {
    if (!found) return std::unexpected(found.error());
    if (!*found) return std::string();
    if constexpr (requires { (*found)->record_id(); })
      return (*found)->record_id();
    else
      return (*found)->record_id;
  };
  if (type == "incident_criteria") return id(criteria_in_force(ledger_, at));
  if (type == "vulnerability_criteria") return id(vulnerability_criteria_in_force(ledger_, at));
  if (type == "attack_naming") return id(attack_names_in_force(ledger_, at));
  return id(policy_in_force(ledger_, at, set));
}

}  // namespace yagura::desks::governance
