// A copy of the indicators in force: lists from elsewhere, but also what people added, took back and let expire.
#pragma once

#include <filesystem>

#include "base/result.hpp"

namespace yagura::app {

/// Copies the store in the folder `from` into the new folder `to`, while it is changed: what was in force at one
/// moment. Makes nothing where there never was an indicator. `corrupt`, naming the file, when one is not what was
/// written.
Status back_up_indicators(const std::filesystem::path& from, const std::filesystem::path& to);

/// Brings such a copy into the folder `to`, in which there must be none yet. `corrupt` when a file is missing or
/// changed; then nothing is left behind.
Status restore_indicators(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace yagura::app
