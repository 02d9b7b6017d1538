// Files into the lake, as if their events had arrived: each file once, and of a file that grew only what is new.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <vector>

#include "base/counters.hpp"
#include "pipeline/checkpoints.hpp"
#include "pipeline/decode.hpp"
#include "pipeline/ingest.hpp"

namespace yagura::pipeline {

/// Batches that wait between reading and storing; with them the memory of one file is bounded.
constexpr size_t ingest_batches_waiting_max = 4;
/// Small batches are joined until they hold this many events, because each insert is synced to disk.
constexpr size_t ingest_events_joined = 10'000;

struct IngestFilesOptions {
  const formats::Format* format = nullptr;  // null: recognised
  InputOptions input;
  int zone_offset_seconds = 0;
  std::function<void(uint64_t bytes_done, uint64_t bytes_total, uint64_t events)> on_progress;
};

struct IngestSummary {
  uint64_t inputs = 0;         // files and archive members
  uint64_t events = 0;         // stored by this call
  uint64_t events_before = 0;  // found stored by an earlier one
  uint64_t dirty = 0;
  uint64_t findings = 0;
  std::vector<InputFailure> failures;
};

/// Ingests what `paths` name. What can't be read is in `failures` and the rest goes on; an Error means that the
/// lake or the ledger could not take a batch: everything counted in the summary so far is stored, and calling
/// again goes on from there.
Result<IngestSummary> ingest_files(std::span<const std::filesystem::path> paths, Ingest& ingest,
                                   const Checkpoints& checkpoints, Counters& counters,
                                   const IngestFilesOptions& options);

}  // namespace yagura::pipeline
