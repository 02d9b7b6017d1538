// A copy of what people decided: the ledger with its blobs, the accounts and the indicators; on demand of the events
// too, which may be as large as the disk.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "base/result.hpp"
#include "lake/event_store.hpp"
#include "ledger/ledger.hpp"
#include "ledger/verify.hpp"

namespace yagura::app {

/// Copies the open ledger, the accounts and the indicators of `data`, and with `events` the lake's events, into the new
/// folder `to`, while work goes on. The ledger goes first: every event that it speaks of is in the copy then.
Status back_up(ledger::Ledger& ledger, lake::EventStore* events, const std::filesystem::path& data,
               const std::filesystem::path& to);

/// Where the ledger lies in a backup.
std::filesystem::path backed_up_ledger(const std::filesystem::path& backup);

struct Restored {
  ledger::VerifyReport ledger;
  std::optional<uint64_t> events;  // how many came, when the backup holds them
};

/// Brings a backup into the data folder `data`, which must hold no ledger yet, and verifies it.
Result<Restored> restore_house(const std::filesystem::path& backup, const std::filesystem::path& data);

}  // namespace yagura::app
