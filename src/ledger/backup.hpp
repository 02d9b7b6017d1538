#pragma once

#include <filesystem>

#include "base/result.hpp"
#include "ledger/verify.hpp"

namespace yagura::ledger {

/// Checks a backup against its manifest (every file's SHA-256) without restoring it. `corrupt` names the
/// first file that differs.
Status check_backup(const std::filesystem::path& backup);

/// Puts a backup into the empty or not existing folder `folder`, checks the copy with verify() and gives its
/// report. On any failure `folder` is left without a ledger.
Result<VerifyReport> restore(const std::filesystem::path& backup, const std::filesystem::path& folder);

}  // namespace yagura::ledger
