// Playbook records as CACAO 2.0 documents and back. What CACAO has no words for (criteria set, class, deadline of a
// step) goes along as an extension of ours, so that what goes out comes in again as it was.
#pragma once

#include <boost/json/object.hpp>
#include <string_view>

#include "ledger/record.hpp"
#include "ledger/refusal.hpp"

namespace yagura::desks::governance {

constexpr std::string_view cacao_extension = "extension-definition--6f0f7d4c-5a0e-4d52-9a55-0c8f4d1b7e21";

/// The fields of a `playbook` that a document without faults gives: title, purpose, steps (actions in reading order),
/// cacao, cacao_id; set and class when it carries our extension.
boost::json::object playbook_fields(const boost::json::object& document);

/// The document of a playbook. One that came as a document goes out as it came, to the letter, unless title, purpose or
/// steps were changed since: then with the changes in its own steps, its branches kept. When lines were added, removed
/// or moved it is made from the steps, one after the other; "governance.playbook.branches" where the document says
/// more than that. What was written here is made from the steps too. Identifiers follow from `ledger_id` and the
/// record, so that they stay the same from one export to the next.
ledger::Outcome<boost::json::object> cacao_of(const ledger::Record& playbook, std::string_view ledger_id);

}  // namespace yagura::desks::governance
