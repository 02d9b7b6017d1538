// Approving editions: criteria and policy of one set alone against what is in force or both together, and the naming
// table against the criteria.
#include <algorithm>
#include <boost/json.hpp>

#include "desks/governance/criteria_check.hpp"
#include "desks/governance/desk.hpp"
#include "desks/governance/replay.hpp"
#include "desks/governance/table_members.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::Outcome;
using ledger::Reason;
using ledger::Record;
using ledger::RecordId;

constexpr int64_t approved_editions_read = 1000;

template <typename T>
using Reading = Diagnosed<T> (*)(const json::object&);

/// The open proposal of that id; `refused` when it is no proposal any more.
Outcome<Record> open_proposal(auto& reader, const RecordId& id, std::initializer_list<std::string_view> types) {
  auto record = reader.get(id);
  if (!record) return record;
  if (std::ranges::find(types, std::string_view(record->type)) == types.end())
    return ledger::refuse(ErrorKind::not_found, id.value + " is of another type");
  if (record->state != "draft")
    return refuse_because("governance.approve.not_a_proposal", id.value + " is no open proposal",
                          "propose a new edition", {{"id", id.value}});
  return record;
}

template <typename T>
Outcome<T> table_in(const Record& record, Reading<T> read) {
  Diagnosed<T> out = read(record.body);
  if (!out) return ledger::refuse(ErrorKind::invalid, out.error().what);
  if (const auto known = check_members(record.type, record.body); !known)
    return ledger::refuse(ErrorKind::invalid, known.error().what);
  return std::move(*out);
}

template <typename T>
using Editions = std::vector<std::pair<Timestamp, T>>;

/// Every approved edition that is in force at `from` or later, with its start; oldest first.
template <typename T>
Outcome<Editions<T>> approved_since(auto& reader, std::string_view type, Timestamp from, Reading<T> read,
                                    const std::optional<ledger::Filter>& more = std::nullopt) {
  ledger::RecordQuery query;
  query.type = type;
  query.states = {"approved"};
  if (more) query.filters = {*more};
  query.sort = "in_force_from";
  query.limit = approved_editions_read;
  auto page = reader.list(query);
  if (!page) return std::unexpected(page.error());
  Editions<T> out;
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

/// A class or an action without its twin, because there is no edition at all on the other side.
void check_alone(const auto& criteria, const Editions<ActionPolicy>& policies, std::vector<Reason>& faults) {
  if (policies.empty() && !criteria.empty())
    for (const NamedValue& value : criteria.front().second.classes)
      faults.push_back({"governance.policy.class_without_action",
                        "actions",
                        "the class '" + value.id + "' of the criteria has no action",
                        "approve a policy together with it",
                        {{"class", value.id}}});
  if (criteria.empty() && !policies.empty())
    for (const ClassPolicy& entry : policies.front().second.classes)
      faults.push_back({"governance.policy.action_without_class",
                        "actions",
                        "the action for '" + entry.class_id + "' answers no class of the criteria",
                        "approve criteria together with it",
                        {{"class", entry.class_id}}});
}

/// Criteria and policies of one set, the proposals among them, have to answer each other at every moment to come.
template <typename T>
Outcome<void> check_set(auto& reader, std::string_view type, CriteriaSet set, Reading<T> read, Timestamp from,
                        const std::optional<Record>& criteria, const std::optional<Record>& policy,
                        std::vector<Reason>& faults) {
  auto all_criteria = approved_since<T>(reader, type, from, read);
  if (!all_criteria) return std::unexpected(all_criteria.error());
  auto all_policies = approved_since<ActionPolicy>(reader, "action_policy", from, read_action_policy, policies_of(set));
  if (!all_policies) return std::unexpected(all_policies.error());
  if (criteria) {
    auto proposed = table_in<T>(*criteria, read);
    if (!proposed) return std::unexpected(proposed.error());
    std::ranges::move(check_criteria(*proposed), std::back_inserter(faults));
    check_start(*all_criteria, from, faults);
    all_criteria->assign(1, {from, std::move(*proposed)});
  }
  if (policy) {
    auto proposed = table_in<ActionPolicy>(*policy, read_action_policy);
    if (!proposed) return std::unexpected(proposed.error());
    check_start(*all_policies, from, faults);
    all_policies->assign(1, {from, std::move(*proposed)});
  }
  // Approved alone, an edition has to answer everything that will stand beside it.
  for (const auto& [start, one] : *all_criteria)
    for (const auto& [other_start, other] : *all_policies)
      std::ranges::move(check_pair(one, other), std::back_inserter(faults));
  check_alone(*all_criteria, *all_policies, faults);
  return {};
}

/// The naming table against the criteria that will be in force beside it.
Outcome<void> check_names(auto& reader, const Record& naming, Timestamp from, const std::optional<Record>& criteria,
                          std::vector<Reason>& faults) {
  auto proposed = table_in<AttackNames>(naming, AttackNames::read);
  if (!proposed) return std::unexpected(proposed.error());
  auto earlier = approved_since<AttackNames>(reader, "attack_naming", from, AttackNames::read);
  if (!earlier) return std::unexpected(earlier.error());
  check_start(*earlier, from, faults);
  auto beside = approved_since<Criteria>(reader, "incident_criteria", from, read_criteria);
  if (!beside) return std::unexpected(beside.error());
  if (criteria && criteria->type == "incident_criteria") {
    auto together = table_in<Criteria>(*criteria, read_criteria);
    if (!together) return std::unexpected(together.error());
    beside->assign(1, {from, std::move(*together)});
  }
  if (!beside->empty()) std::ranges::move(check_naming(*proposed, beside->front().second), std::back_inserter(faults));
  return {};
}

struct Proposals {
  std::optional<Record> criteria;
  std::optional<Record> policy;
  std::optional<Record> naming;
};

Outcome<Proposals> proposals_of(auto& reader, const Approval& approval) {
  Proposals out;
  const auto take = [&](const std::optional<RecordId>& id, std::optional<Record>& to,
                        std::initializer_list<std::string_view> types) -> Outcome<void> {
    if (!id) return {};
    auto record = open_proposal(reader, *id, types);
    if (!record) return std::unexpected(record.error());
    to = std::move(*record);
    return {};
  };
  for (const auto& done :
       {take(approval.criteria, out.criteria, {"incident_criteria", "vulnerability_criteria"}),
        take(approval.policy, out.policy, {"action_policy"}), take(approval.naming, out.naming, {"attack_naming"})})
    if (!done) return std::unexpected(done.error());
  return out;
}

CriteriaSet set_of(const Record& record) {
  const bool vulnerability =
      record.type == "vulnerability_criteria" || text_at(record.body, "set") == to_text(CriteriaSet::vulnerability);
  return vulnerability ? CriteriaSet::vulnerability : CriteriaSet::incident;
}

/// Everything that stops `approval` at the moment `now`.
Outcome<std::vector<Reason>> faults_of(auto& reader, const Approval& approval, Timestamp now) {
  std::vector<Reason> faults;
  const Timestamp from = approval.in_force_from.value_or(now);
  if (!approval.criteria && !approval.policy && !approval.naming)
    faults.push_back(
        {"governance.approve.nothing", "", "nothing is named to approve", "name what is to be approved", {}});
  if (from < now)
    faults.push_back({"governance.approve.past",
                      "in_force_from",
                      "an edition can't come into force in the past",
                      "choose now or later",
                      {}});
  const auto proposals = proposals_of(reader, approval);
  if (!proposals) return std::unexpected(proposals.error());
  const auto& [criteria, policy, naming] = *proposals;
  if (criteria && policy && set_of(*criteria) != set_of(*policy)) {
    faults.push_back({"governance.approve.sets_differ",
                      "policy",
                      "the policy answers another set of criteria",
                      "approve each with its own",
                      {}});
  } else if (criteria || policy) {
    const CriteriaSet set = set_of(criteria ? *criteria : *policy);
    auto checked =
        set == CriteriaSet::incident
            ? check_set<Criteria>(reader, "incident_criteria", set, read_criteria, from, criteria, policy, faults)
            : check_set<VulnerabilityCriteria>(reader, "vulnerability_criteria", set, read_vulnerability_criteria, from,
                                               criteria, policy, faults);
    if (!checked) return std::unexpected(checked.error());
  }
  if (naming)
    if (auto checked = check_names(reader, *naming, from, criteria, faults); !checked)
      return std::unexpected(checked.error());
  return faults;
}

/// The versions that were looked at before the transaction.
using Versions = std::vector<std::pair<RecordId, int64_t>>;

/// Criteria and naming tables are held against the past, in the version that is to be approved.
Outcome<Versions> check_replayed(ledger::Ledger& ledger, const Approval& approval, std::vector<Reason>& faults) {
  Versions seen;
  for (const auto& id : {approval.criteria, approval.naming}) {
    if (!id) continue;
    auto record = ledger.get(*id);
    if (!record) return std::unexpected(record.error());
    auto replayed = was_replayed(ledger, *record);
    if (!replayed) return std::unexpected(replayed.error());
    seen.emplace_back(*id, record->version);
    if (!*replayed)
      faults.push_back({"governance.approve.not_replayed",
                        "",
                        id->value + " was not replayed on the past since it was last changed",
                        "replay it first, and look at what would have been decided otherwise",
                        {{"id", id->value}}});
  }
  return seen;
}

Outcome<void> may(const ledger::Actor& actor, const Approval& approval, const std::string& act) {
  if (approval.criteria || approval.naming)
    if (auto allowed = require(actor, "criteria." + act); !allowed) return allowed;
  if (approval.policy)
    if (auto allowed = require(actor, "policy." + act); !allowed) return allowed;
  return {};
}

}  // namespace

Outcome<std::vector<Reason>> GovernanceDesk::check(const ledger::Actor& actor, const Approval& approval) {
  if (auto allowed = may(actor, approval, "read"); !allowed) return std::unexpected(allowed.error());
  auto faults = faults_of(ledger_, approval, ledger_.now());
  if (!faults) return faults;
  if (auto checked = check_replayed(ledger_, approval, *faults); !checked) return std::unexpected(checked.error());
  return faults;
}

Outcome<Approved> GovernanceDesk::approve_in(ledger::Transaction& transaction, const Approval& approval,
                                             const std::vector<Reason>& known) {
  auto faults = faults_of(transaction, approval, transaction.now());
  if (!faults) return std::unexpected(faults.error());
  faults->insert(faults->end(), known.begin(), known.end());
  if (!faults->empty())
    return ledger::refuse(ErrorKind::refused, "criteria and action policy do not hold together", std::move(*faults));
  const std::string from = format_time(approval.in_force_from.value_or(transaction.now()));
  Approved out;
  const auto pass = [&](const std::optional<RecordId>& id, std::optional<Record>& approved,
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
  if (auto passed = pass(approval.naming, out.naming, "naming.approved"); !passed)
    return std::unexpected(passed.error());
  return out;
}

Outcome<Approved> GovernanceDesk::approve(const ledger::Actor& actor, const Approval& approval) {
  if (auto allowed = may(actor, approval, "approve"); !allowed) return std::unexpected(allowed.error());
  std::vector<Reason> faults;
  const auto seen = check_replayed(ledger_, approval, faults);
  if (!seen) return std::unexpected(seen.error());
  Outcome<Approved> out;
  auto done = ledger_.write(with_keys(actor, {"criteria.desk", "policy.desk", "criteria.read", "policy.read"}),
                            "governance", [&](ledger::Transaction& transaction) -> Outcome<void> {
                              for (const auto& [id, version] : *seen) {
                                auto record = transaction.get(id);
                                if (!record) return std::unexpected(record.error());
                                if (record->version != version)
                                  return ledger::refuse(ErrorKind::conflict, id.value + " was changed meanwhile");
                              }
                              out = approve_in(transaction, approval, faults);
                              if (!out) return std::unexpected(out.error());
                              return {};
                            });
  if (!done) return std::unexpected(done.error());
  return out;
}

}  // namespace yagura::desks::governance
