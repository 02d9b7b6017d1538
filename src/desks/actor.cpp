#include "desks/actor.hpp"

#include <fmt/format.h>

namespace yagura::desks {

ledger::Outcome<void> require(const ledger::Actor& actor, std::string_view permission) {
  if (actor.may(permission)) return {};
  std::string message = fmt::format("{} lacks the permission {}", actor.id, permission);
  return ledger::refuse(ErrorKind::forbidden, message,
                        {{"permission.missing",
                          "",
                          message,
                          "ask an administrator for a role that holds it",
                          {{"permission", std::string(permission)}}}});
}

ledger::Actor with_keys(const ledger::Actor& actor, std::initializer_list<std::string_view> keys) {
  ledger::Actor out = actor;
  for (const std::string_view key : keys) out.permissions.emplace(key);
  return out;
}

std::unexpected<ledger::Refusal> refuse_because(std::string code, std::string message, std::string hint,
                                                std::map<std::string, std::string> args) {
  return ledger::refuse(ErrorKind::refused, message,
                        {{std::move(code), "", message, std::move(hint), std::move(args)}});
}

}  // namespace yagura::desks
