// Overall policy (role A-1): documents in editions, and what they say together today.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "desks/actor.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

constexpr int64_t policy_documents_max = 1000;  // looked at for the statement
constexpr int64_t statement_items_max = 200;    // roadmap items and long measures named, soonest first

/// governance.write: the next edition of a document in force as a draft: its content, the edition counted on, and what
/// it replaces. "governance.policy_document.not_in_force", or ".revised_already" when a next edition is under way.
ledger::Outcome<ledger::Record> revise_document(ledger::Ledger& ledger, const ledger::Actor& actor,
                                                const ledger::RecordId& document, const std::string& change_note);

/// governance.read: what is in scope, when the organisation works, what it protects and by which means, as the
/// documents in force today say (days of UTC); the roadmap and the long measures that have not ended; and what no
/// document says
/// ("missing"). A document is in force from its day on until the day of the one that replaces it.
ledger::Outcome<boost::json::object> policy_statement(ledger::Ledger& ledger, const ledger::Actor& actor);

/// On "policy_document.moved": a new edition in force withdraws the one that it replaces, once its day has come.
ledger::Outcome<void> withdraw_replaced(ledger::Transaction& transaction, const ledger::Fact& fact);

/// Withdraws every document whose successor's day has come since; writes nothing where there is none. To be called when
/// days turn: nothing else happens then that a reaction could hear of.
ledger::Outcome<void> withdraw_replaced_by_now(ledger::Ledger& ledger);

}  // namespace yagura::desks::governance
