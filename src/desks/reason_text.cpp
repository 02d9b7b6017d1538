#include "desks/reason_text.hpp"

namespace yagura::desks {

std::string reason_text(const Texts& texts, Lang lang, const ledger::Reason& reason) {
  for (const char* prefix : {"desks.reason.", "ledger.reason."})
    if (const std::string key = prefix + reason.code; texts.has(lang, key)) return texts.get(lang, key, reason.args);
  return reason.message.empty() ? reason.code : reason.message;
}

}  // namespace yagura::desks
