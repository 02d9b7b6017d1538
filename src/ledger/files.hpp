#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::ledger {

/// The whole file; `not_found`, `limit` when it is longer than `bytes_max`, `io`.
Result<std::string> read_file(const std::filesystem::path& file, size_t bytes_max);

/// Writes a new file in place of any old one, whole or not at all, on the disk when it returns.
Status write_file(const std::filesystem::path& file, std::string_view bytes, unsigned mode);

/// Copies a file of any size, on the disk when it returns; gives the copy's SHA-256.
Result<std::string> copy_file(const std::filesystem::path& from, const std::filesystem::path& to, unsigned mode);

/// The SHA-256 of a file's bytes, read piece by piece.
Result<std::string> hash_file(const std::filesystem::path& file);

/// Makes the names in a folder (created, renamed, removed files) durable.
Status sync_folder(const std::filesystem::path& folder);

}  // namespace yagura::ledger
