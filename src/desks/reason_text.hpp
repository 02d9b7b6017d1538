#pragma once

#include <string>

#include "base/texts.hpp"
#include "ledger/refusal.hpp"

namespace yagura::desks {

/// A reason as a sentence for a person: the desks' text of its code, else the ledger's, else its English
/// message. Never empty for a reason that has a code or a message.
std::string reason_text(const Texts& texts, Lang lang, const ledger::Reason& reason);

}  // namespace yagura::desks
