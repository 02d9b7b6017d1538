// Who may give a desk's command. A desk's registers are written only through its commands: their create,
// update and move permissions ("alert.desk") are in no role, and a command that has checked its own
// permission hands them to the ledger together with the person's id, so the journal names the person.
#pragma once

#include <initializer_list>
#include <string_view>

#include "ledger/actor.hpp"
#include "ledger/record.hpp"
#include "ledger/refusal.hpp"

namespace yagura::desks {

/// `forbidden` with the reason "permission.missing" unless the actor holds `permission`.
ledger::Outcome<void> require(const ledger::Actor& actor, std::string_view permission);

/// The same person, holding the register's keys for the length of one command.
ledger::Actor with_keys(const ledger::Actor& actor, std::initializer_list<std::string_view> keys);

/// The record that a command is about. With an expected version the command is refused as `conflict` when
/// somebody else changed the record since that version was read; 0 takes it as it is.
struct Target {
  ledger::RecordId id;
  int64_t expected_version = 0;

  Target(ledger::RecordId record, int64_t version = 0)  // NOLINT: an id alone is a target
      : id(std::move(record)), expected_version(version) {}
};

/// The version to hand to the ledger for a record read in this transaction.
inline int64_t version_of(const Target& target, const ledger::Record& record) {
  return target.expected_version != 0 ? target.expected_version : record.version;
}

/// A refusal with one reason. `code` has its texts under "desks.reason.<code>" in catalog/i18n.
std::unexpected<ledger::Refusal> refuse_because(std::string code, std::string message, std::string hint = {},
                                                std::map<std::string, std::string> args = {});

}  // namespace yagura::desks
