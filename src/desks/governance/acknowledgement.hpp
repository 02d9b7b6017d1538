// Who has to act by an action policy knows it and agrees (role A-3): each owner is asked, and answers for themselves.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "desks/actor.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

constexpr int64_t policy_owners_max = 1000;  // asked for one edition

struct PolicyOwner {
  std::string person;
  std::string organisation;  // or the system that they answer for
  std::string account;       // empty: somebody without one, for whom their answer is written down
};

/// How far the owners of an edition know it. A policy is in force from its approval on, so that nothing waits for an
/// answer in the night; whether it is acknowledged stands beside that and is never taken for granted.
enum class Acknowledged { no_owners, waiting, objected, yes };

std::string_view to_text(Acknowledged state);

struct PolicyStanding {
  ledger::Record policy;
  bool in_force = false;
  Acknowledged acknowledged = Acknowledged::no_owners;  // `objected` goes before `waiting`
  int64_t late = 0;                                     // asked, and their time to answer is over
  struct Asked {
    ledger::Record record;  // a policy_acknowledgement
    std::optional<Timestamp> due_at;
  };
  std::vector<Asked> owners;  // of this edition, in the order in which they were asked
};

/// policy.read.
ledger::Outcome<PolicyStanding> standing_of(ledger::Ledger& ledger, const ledger::Actor& actor,
                                            const ledger::RecordId& policy);
boost::json::object to_json(const PolicyStanding& standing);

/// policy.propose: asks one more owner of an approved edition. "governance.acknowledgement.not_approved",
/// "governance.acknowledgement.asked" when this person was asked for this organisation already.
ledger::Outcome<ledger::Record> ask_owner(ledger::Ledger& ledger, const ledger::Actor& actor,
                                          const ledger::RecordId& policy, const PolicyOwner& owner);

enum class Answer { acknowledge, object };

/// By the account that was asked, whatever it may do else (policy.read is enough); where no account was named, by who
/// holds governance.write, who writes down what they were told. An objection says why (`remarks`).
ledger::Outcome<ledger::Record> answer_policy(ledger::Ledger& ledger, const ledger::Actor& actor, const Target& asked,
                                              Answer answer, const std::string& remarks);

/// On "policy.approved": the owners that the edition names are asked, and open questions on earlier editions of the
/// set end.
ledger::Outcome<void> ask_owners(ledger::Transaction& transaction, const ledger::Fact& fact);

}  // namespace yagura::desks::governance
