// Approving criteria and policy: alone against what is in force, or both together.
#include <algorithm>
#include <boost/json.hpp>

#include "desks/governance/criteria_check.hpp"
#include "desks/governance/desk.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Reason;
using ledger::Record;

constexpr int64_t approved_editions_read = 1000;

std::string_view type_of(const Criteria&) {
  return "incident_criteria";
}
std::string_view type_of(const ActionPolicy&) {
  return "action_policy";
}

/// The proposal of that id as T; `refused` when it is no proposal any more.
template <typename T>
Outcome<T> proposal(auto& reader, const ledger::RecordId& id, Diagnosed<T> (*read)(const json::object&)) {
  auto record = reader.get(id);
  if (!record) return std::unexpected(record.error());
  if (record->type != type_of(T{})) return ledger::refuse(ErrorKind::not_found, id.value + " is of another type");
  if (record->state != "draft")
    return refuse_because("governance.approve.not_a_proposal", id.value + " is no open proposal",
                          "propose a new edition", {{"id", id.value}});
  Diagnosed<T> out = read(record->body);
  if (!out) return ledger::refuse(ErrorKind::invalid, out.error().what);
  return std::move(*out);
}

/// Every approved edition that is in force at `from` or later, with its start; oldest first.
template <typename T>
Outcome<std::vector<std::pair<Timestamp, T>>> approved_since(auto& reader, Timestamp from,
                                                             Diagnosed<T> (*read)(const json::object&)) {
  ledger::RecordQuery query;
  query.type = type_of(T{});
  query.states = {"approved"};
  query.sort = "in_force_from";
  query.limit = approved_editions_read;
  auto page = reader.list(query);
  if (!page) return std::unexpected(page.error());
  std::vector<std::pair<Timestamp, T>> out;
  for (const Record& record : page->records) {
    Diagnosed<T> parsed = read(record.body);
    if (!parsed) return ledger::refuse(ErrorKind::corrupt, record.id.value + " can't be read: " + parsed.error().what);
    const Timestamp start = parse_time(text_at(record.body, "in_force_from")).value_or(Timestamp{});
    out.emplace_back(start, std::move(*parsed));
    if (start <= from) break;
  }
  std::ranges::reverse(out);
  return out;
}

void check_start(const auto& editions, Timestamp from, std::vector<Reason>& faults) {
  if (editions.empty() || editions.back().first < from) return;
  const std::string start = format_time(editions.back().first);
  faults.push_back({"governance.approve.not_later",
                    "in_force_from",
                    "an edition already approved is in force from " + start + " on",
                    "choose a later moment",
                    {{"start", start}}});
}

/// Everything that stops `approval` at the moment `now`.
Outcome<std::vector<Reason>> faults_of(auto& reader, const Approval& approval, Timestamp now) {
  std::vector<Reason> faults;
  const Timestamp from = approval.in_force_from.value_or(now);
  if (!approval.criteria && !approval.policy)
    faults.push_back(
        {"governance.approve.nothing", "", "nothing is named to approve", "name criteria, a policy or both", {}});
  if (from < now)
    faults.push_back({"governance.approve.past",
                      "in_force_from",
                      "an edition can't come into force in the past",
                      "choose now or later",
                      {}});
  auto all_criteria = approved_since<Criteria>(reader, from, read_criteria);
  if (!all_criteria) return std::unexpected(all_criteria.error());
  auto all_policies = approved_since<ActionPolicy>(reader, from, read_action_policy);
  if (!all_policies) return std::unexpected(all_policies.error());
  if (approval.criteria) {
    auto proposed = proposal<Criteria>(reader, *approval.criteria, read_criteria);
    if (!proposed) return std::unexpected(proposed.error());
    std::ranges::move(check_criteria(*proposed), std::back_inserter(faults));
    check_start(*all_criteria, from, faults);
    all_criteria->assign(1, {from, std::move(*proposed)});
  }
  if (approval.policy) {
    auto proposed = proposal<ActionPolicy>(reader, *approval.policy, read_action_policy);
    if (!proposed) return std::unexpected(proposed.error());
    check_start(*all_policies, from, faults);
    all_policies->assign(1, {from, std::move(*proposed)});
  }
  // Approved alone, an edition has to answer everything that will stand beside it.
  for (const auto& [start, criteria] : *all_criteria)
    for (const auto& [other_start, policy] : *all_policies)
      std::ranges::move(check_pair(criteria, policy), std::back_inserter(faults));
  if (approval.criteria && all_policies->empty())
    for (const NamedValue& value : all_criteria->front().second.classes)
      faults.push_back({"governance.policy.class_without_action",
                        "actions",
                        "the class '" + value.id + "' of the criteria has no action",
                        "approve a policy together with it",
                        {{"class", value.id}}});
  if (approval.policy && all_criteria->empty())
    for (const ClassPolicy& entry : all_policies->front().second.classes)
      faults.push_back({"governance.policy.action_without_class",
                        "actions",
                        "the action for '" + entry.class_id + "' answers no class of the criteria",
                        "approve criteria together with it",
                        {{"class", entry.class_id}}});
  return faults;
}

}  // namespace

Outcome<std::vector<Reason>> GovernanceDesk::check(const ledger::Actor& actor, const Approval& approval) {
  if (approval.criteria)
    if (auto allowed = require(actor, "criteria.read"); !allowed) return std::unexpected(allowed.error());
  if (approval.policy)
    if (auto allowed = require(actor, "policy.read"); !allowed) return std::unexpected(allowed.error());
  return faults_of(ledger_, approval, ledger_.now());
}

Outcome<Approved> GovernanceDesk::approve_in(ledger::Transaction& transaction, const Approval& approval) {
  auto faults = faults_of(transaction, approval, transaction.now());
  if (!faults) return std::unexpected(faults.error());
  if (!faults->empty())
    return ledger::refuse(ErrorKind::refused, "criteria and action policy do not hold together", std::move(*faults));
  const std::string from = format_time(approval.in_force_from.value_or(transaction.now()));
  Approved out;
  const auto pass = [&](const std::optional<ledger::RecordId>& id, std::optional<Record>& approved,
                        const char* kind) -> Outcome<void> {
    if (!id) return {};
    auto record = transaction.get(*id);
    if (!record) return std::unexpected(record.error());
    auto moved = transaction.move(*id, record->version, "approve",
                                  {{"in_force_from", from}, {"approved_by", transaction.actor().id}});
    if (!moved) return std::unexpected(moved.error());
    json::object told{{"edition", integer_at(moved->body, "edition")}, {"in_force_from", from}};
    if (auto fact = transaction.append_fact(kind, id->value, std::move(told)); !fact)
      return std::unexpected(fact.error());
    approved = std::move(*moved);
    return {};
  };
  if (auto passed = pass(approval.criteria, out.criteria, "criteria.approved"); !passed)
    return std::unexpected(passed.error());
  if (auto passed = pass(approval.policy, out.policy, "policy.approved"); !passed)
    return std::unexpected(passed.error());
  return out;
}

Outcome<Approved> GovernanceDesk::approve(const ledger::Actor& actor, const Approval& approval) {
  if (approval.criteria)
    if (auto allowed = require(actor, "criteria.approve"); !allowed) return std::unexpected(allowed.error());
  if (approval.policy)
    if (auto allowed = require(actor, "policy.approve"); !allowed) return std::unexpected(allowed.error());
  Outcome<Approved> out;
  auto done = ledger_.write(with_keys(actor, {"criteria.desk", "policy.desk", "criteria.read", "policy.read"}),
                            "governance", [&](ledger::Transaction& transaction) -> Outcome<void> {
                              out = approve_in(transaction, approval);
                              if (!out) return std::unexpected(out.error());
                              return {};
                            });
  if (!done) return std::unexpected(done.error());
  return out;
}

}  // namespace yagura::desks::governance
