#include "ledger/refusal.hpp"

namespace yagura::ledger {

Error Refusal::error() const {
  std::string text = message;
  for (const Reason& reason : reasons) {
    text += text.empty() ? "" : "; ";
    text += reason.field.empty() ? reason.message : reason.field + ": " + reason.message;
  }
  return {kind, std::move(text)};
}

}  // namespace yagura::ledger
