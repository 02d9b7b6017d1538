// What one role hands over to another along a link of the textbook: sent, received, answered, closed. Each is a record
// of the type "referral", linked to the record that it is about; the duties that follow show in obligations.hpp.
#pragma once

#include <optional>
#include <string>

#include "desks/actor.hpp"
#include "desks/role_links.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks {

struct NewReferral {
  ledger::RecordId record;  // what it is about
  std::string from;         // the sending role; empty: the one of the record's roles that has a link to `to`
  std::string to;           // a role, a function's letter or "ext:..."
  std::string what;
  std::optional<Timestamp> due_at;
};

/// The sender works in the desk of the sending role ("<desk>.write"), the receiver in one of the receiving role's; what
/// goes outside is received and answered for by the sender. Everything in one transaction. Thread-safe.
class Referrals {
 public:
  Referrals(ledger::Ledger& ledger, RoleLinks links) : ledger_(ledger), links_(std::move(links)) {}

  const RoleLinks& links() const { return links_; }

  /// Refused with "referral.no_link" where the textbook has no way from the one role to the other; the hint names
  /// those there are.
  ledger::Outcome<ledger::Record> send(const ledger::Actor& actor, const NewReferral& referral);
  ledger::Outcome<ledger::Record> receive(const ledger::Actor& actor, const Target& referral);
  ledger::Outcome<ledger::Record> answer(const ledger::Actor& actor, const Target& referral,
                                         const std::string& outcome);
  ledger::Outcome<ledger::Record> refuse(const ledger::Actor& actor, const Target& referral, const std::string& reason);
  /// By the sender: the answer will do.
  ledger::Outcome<ledger::Record> close(const ledger::Actor& actor, const Target& referral);

 private:
  enum class Side { sender, receiver };

  bool works_for(const ledger::Actor& actor, std::string_view role) const;
  ledger::Outcome<ledger::Record> pass(const ledger::Actor& actor, const Target& referral, Side side,
                                       std::string_view move, boost::json::object changes);

  ledger::Ledger& ledger_;
  RoleLinks links_;
};

/// The kind of the link from a referral to the record that it is about.
constexpr std::string_view referral_about = "about";

}  // namespace yagura::desks
