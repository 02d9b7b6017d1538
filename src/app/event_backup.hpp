// A copy of the embedded lake's events, by the engine's own BACKUP: consistent while events come in.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.hpp"
#include "lake/event_store.hpp"

namespace yagura::app {

/// Copies the events of `store`, whose own folder is `lake`, to the new folder `to`, with a list of every file's
/// SHA-256 beside them. Needs room for a second copy when `to` is on another disk. `checkpoints` go along, so that a
/// file that was read half goes on where the copy ends.
Status back_up_events(lake::EventStore& store, const std::filesystem::path& lake,
                      const std::filesystem::path& checkpoints, const std::filesystem::path& to);

/// Brings such a copy into the data folder `data`, whose lake must not exist yet; how many events came. Fails with
/// `corrupt`, naming the file, when one is missing, changed or too many, before anything is brought in.
Result<uint64_t> restore_events(const std::filesystem::path& from, const std::filesystem::path& data);

}  // namespace yagura::app
