// The shipped criteria and policy, stored and approved when a ledger has none.
#include <array>
#include <boost/json.hpp>
#include <map>

#include "desks/governance/criteria_check.hpp"
#include "desks/governance/desk.hpp"
#include "desks/json_fields.hpp"
#include "desks/table_file.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Record;
using ledger::Transaction;

struct Shipped {
  std::string_view type;
  std::string_view file;
  std::optional<ledger::Filter> among;  // which records of the type are editions of it
  std::string_view told_as;
};

const std::array<Shipped, 5>& shipped() {
  static const std::array<Shipped, 5> out{{
      {"incident_criteria", "incident_criteria.yaml", std::nullopt, "criteria"},
      {"action_policy", "action_policy.yaml", policies_of(CriteriaSet::incident), "policy"},
      {"vulnerability_criteria", "vulnerability_criteria.yaml", std::nullopt, "vulnerability_criteria"},
      {"action_policy", "vulnerability_policy.yaml", policies_of(CriteriaSet::vulnerability), "vulnerability_policy"},
      {"attack_naming", "attack_names.yaml", std::nullopt, "naming"},
  }};
  return out;
}

Outcome<bool> has_approved(Transaction& transaction, const Shipped& table) {
  ledger::RecordQuery query;
  query.type = table.type;
  query.states = {"approved"};
  if (table.among) query.filters = {*table.among};
  query.limit = 1;
  auto page = transaction.list(query);
  if (!page) return std::unexpected(page.error());
  return !page->records.empty();
}

/// The shipped table as a proposal: the one left by a start that was interrupted, or a new one.
Outcome<ledger::RecordId> stored(Transaction& transaction, const Shipped& table, const json::object& body) {
  ledger::RecordQuery query;
  query.type = table.type;
  query.states = {"draft"};
  query.filters = {{"created_by", ledger::FilterOp::equals, {transaction.actor().id}}};
  if (table.among) query.filters.push_back(*table.among);
  query.limit = 1;
  auto page = transaction.list(query);
  if (!page) return std::unexpected(page.error());
  if (!page->records.empty()) return page->records.front().id;
  auto record = transaction.create(table.type, body);
  if (!record) return std::unexpected(record.error());
  return record->id;
}

/// What was stored, by the name under which it is told.
using Stored = std::map<std::string_view, ledger::RecordId>;

std::optional<ledger::RecordId> of(const Stored& stored, std::string_view name) {
  const auto found = stored.find(name);
  return found == stored.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

Outcome<void> GovernanceDesk::install_defaults(const std::filesystem::path& folder) {
  std::vector<json::object> bodies;
  for (const Shipped& table : shipped()) {
    auto body = read_table_file(folder / table.file);
    if (!body) return ledger::refuse(ErrorKind::invalid, to_text(body.error()));
    bodies.push_back(std::move(*body));
  }
  Stored made;
  // Two transactions: who stores is not who approves, in the journal too.
  auto done =
      ledger_.write(ledger::system_actor("catalogue"), "governance", [&](Transaction& transaction) -> Outcome<void> {
        made.clear();
        for (size_t i = 0; i < bodies.size(); ++i) {
          const Shipped& table = shipped()[i];
          auto approved = has_approved(transaction, table);
          if (!approved) return std::unexpected(approved.error());
          if (*approved) continue;
          auto record = stored(transaction, table, bodies[i]);
          if (!record) return std::unexpected(record.error());
          made[table.told_as] = *record;
        }
        return {};
      });
  if (!done || made.empty()) return done;
  return ledger_.write(ledger::system_actor("default"), "governance", [&](Transaction& transaction) -> Outcome<void> {
    for (const Approval& approval :
         {Approval{.criteria = of(made, "criteria"), .policy = of(made, "policy")},
          Approval{.criteria = of(made, "vulnerability_criteria"), .policy = of(made, "vulnerability_policy")},
          Approval{.naming = of(made, "naming")}}) {
      if (!approval.criteria && !approval.policy && !approval.naming) continue;
      auto approved = approve_in(transaction, approval, {});
      if (!approved) return std::unexpected(approved.error());
    }
    json::object told;
    for (const auto& [name, id] : made) told[name] = id.value;
    auto fact = transaction.append_fact("criteria.default_approved", made.begin()->second.value, std::move(told));
    if (!fact) return std::unexpected(fact.error());
    return {};
  });
}

}  // namespace yagura::desks::governance
