// Playbooks in and out as CACAO 2.0 (role A-3).
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "desks/actor.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

struct PlaybookImport {
  boost::json::object document;
  std::string set;       // "incident", "vulnerability"; empty: what the document says, else "incident"
  std::string class_id;  // of the criteria of that set in force; empty: what the document says, or none
};

/// governance.write: a draft of what the document says, or nothing with every fault of it (check_cacao()). The document
/// is kept whole. A later version of one that is here goes into its draft, or becomes the next edition once that is
/// approved; "governance.playbook.not_newer" when it is not later, "governance.playbook.class" when the criteria in
/// force have no such class.
ledger::Outcome<ledger::Record> import_playbook(ledger::Ledger& ledger, const ledger::Actor& actor,
                                                const PlaybookImport& order);

/// governance.read: the document of a playbook (cacao_of()).
ledger::Outcome<boost::json::object> export_playbook(ledger::Ledger& ledger, const ledger::Actor& actor,
                                                     const ledger::RecordId& id);

/// On "playbook.moved": an approved edition retires the earlier ones of the same document.
ledger::Outcome<void> retire_older_playbooks(ledger::Transaction& transaction, const ledger::Fact& fact);

}  // namespace yagura::desks::governance
