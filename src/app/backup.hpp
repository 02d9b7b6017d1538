// A copy of what people decided: the ledger with its blobs, and the accounts. Events are not in it: the lake is as
// large as the disk lets it be, and ClickHouse's own tools copy it.
#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "ledger/ledger.hpp"
#include "ledger/verify.hpp"

namespace yagura::app {

/// Copies the open ledger and the accounts of `data` into the new folder `to`, while work goes on.
Status back_up(ledger::Ledger& ledger, const std::filesystem::path& data, const std::filesystem::path& to);

/// Brings a backup into the data folder `data`, which must hold no ledger yet, and verifies it.
Result<ledger::VerifyReport> restore_house(const std::filesystem::path& backup, const std::filesystem::path& data);

}  // namespace yagura::app
