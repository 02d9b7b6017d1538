// governance: function A, running the organisation. Here the triage criteria and the action policy: proposed,
// checked, approved by another person and in force from a moment; and what other desks bring to it.
#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desks/action_policy.hpp"
#include "desks/actor.hpp"
#include "desks/criteria.hpp"
#include "desks/governance/replay.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

/// Roles of the textbook that this desk performs; A-1 only so far as long measures are taken over.
constexpr std::array<std::string_view, 3> role_ids{"A-1", "A-2", "A-3"};

/// What is approved together. At least one; what is not named then is what is in force.
struct Approval {
  std::optional<ledger::RecordId> criteria = {};  // of incidents or of vulnerabilities
  std::optional<ledger::RecordId> policy = {};    // of the same set
  std::optional<ledger::RecordId> naming = {};
  std::optional<Timestamp> in_force_from = {};  // default: now
};

struct Approved {
  std::optional<ledger::Record> criteria;
  std::optional<ledger::Record> policy;
  std::optional<ledger::Record> naming;
};

/// Every command checks its permission first, then the rule, and writes records and facts in one transaction.
class GovernanceDesk {
 public:
  explicit GovernanceDesk(ledger::Ledger& ledger) : ledger_(ledger) {}

  /// At the first start of a ledger: criteria and policies of both sets and the naming table of `folder` are stored by
  /// "system:catalogue" and approved by "system:default", which the fact "criteria.default_approved" tells. What has an
  /// approved edition is left alone. `invalid` names every fault of a file that does not hold.
  ledger::Outcome<void> install_defaults(const std::filesystem::path& folder);

  /// criteria.propose: a new edition from a whole table (the fields of the record type, "rows" and so on).
  /// Its number follows the highest so far. A table with gaps may be stored; approval refuses it.
  ledger::Outcome<ledger::Record> propose_criteria(const ledger::Actor& actor, boost::json::object table);
  ledger::Outcome<ledger::Record> propose_vulnerability_criteria(const ledger::Actor& actor, boost::json::object table);
  ledger::Outcome<ledger::Record> propose_naming(const ledger::Actor& actor, boost::json::object table);
  /// policy.propose
  ledger::Outcome<ledger::Record> propose_policy(const ledger::Actor& actor, boost::json::object table);
  /// The proposer's right too: changes a proposal that is not yet approved.
  ledger::Outcome<ledger::Record> revise(const ledger::Actor& actor, const Target& proposal,
                                         boost::json::object changes);

  /// criteria.read, policy.read: every fault that would stop the approval; empty when there is none.
  ledger::Outcome<std::vector<ledger::Reason>> check(const ledger::Actor& actor, const Approval& approval);

  /// criteria.read: what a proposed table would have changed in what the platform decided (replay.hpp). By whom may
  /// propose or approve, it is told by the fact "criteria.replayed", without which criteria and naming tables are not
  /// approved.
  ledger::Outcome<Replay> replay(const ledger::Actor& actor, const ReplayOrder& order);

  /// criteria.approve, policy.approve, and not by who wrote it. In force from a moment that is not past and
  /// later than that of any edition approved before. Refused with every fault that check() names.
  ledger::Outcome<Approved> approve(const ledger::Actor& actor, const Approval& approval);
  /// criteria.approve or policy.approve
  ledger::Outcome<ledger::Record> reject(const ledger::Actor& actor, const Target& proposal, const std::string& reason);

  /// What is in force at `at`; nothing before the first approval. No permission is checked.
  ledger::Outcome<std::optional<Criteria>> current_criteria(Timestamp at);
  ledger::Outcome<std::optional<ActionPolicy>> current_policy(Timestamp at);
  /// The record's id of the table of that type in force at `at`, empty when none is.
  ledger::Outcome<std::string> current(std::string_view type, Timestamp at, CriteriaSet set = CriteriaSet::incident);

 private:
  ledger::Outcome<Approved> approve_in(ledger::Transaction& transaction, const Approval& approval,
                                       const std::vector<ledger::Reason>& known);

  ledger::Ledger& ledger_;
};

/// How governance answers facts: decisions off the criteria are gathered as proposals, long measures are taken
/// over and acknowledged by the fact "governance.measure_taken", owners are asked about approved policies, and an
/// approved playbook retires its earlier editions.
Status register_reactions(ledger::Ledger& ledger);

}  // namespace yagura::desks::governance
