// Rules over files, stateless: nothing is stored, every core works, and the matches come in the order of the inputs
// whatever the number of threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/counters.hpp"
#include "detect/rule_set.hpp"
#include "pipeline/decode.hpp"
#include "pipeline/scan_match.hpp"

namespace yagura::pipeline {

/// Where a scan stands.
struct ScanProgress {
  uint64_t files_done = 0;
  uint64_t files_total = 0;
  uint64_t bytes_done = 0;  // on disk
  uint64_t bytes_total = 0;
  uint64_t events = 0;
  uint64_t matches = 0;
};

struct ScanOptions {
  const formats::Format* format = nullptr;  // null: recognised
  InputOptions input;
  unsigned threads = 1;
  detect::Level level_min = detect::Level::informational;
  std::optional<Timestamp> since;                        // of the event's time, inclusive
  std::optional<Timestamp> until;                        // exclusive
  bool details = false;                                  // fill a match's user, process, command line and details
  std::vector<ScanJudge*> judges;                        // beside the rules; outlive the scan
  Counters* counters = nullptr;                          // never null
  std::function<void(const ScanProgress&)> on_progress;  // from any thread
};

struct ScanStats {
  uint64_t files = 0;
  uint64_t events = 0;
  uint64_t events_dirty = 0;
  uint64_t bytes = 0;  // expanded: what the formats read
  uint64_t matches = 0;
  double seconds = 0;
  std::vector<InputFailure> failures;
};

/// Takes matches as they become due: by file, and within one by event and then by rule; never from two threads at once.
/// What judges find of a batch stands behind what rules find in it.
using OnMatches = std::function<void(std::span<const ScanMatch>)>;

/// What can't be read is in `failures`; the rest is scanned. A big file is cut into parts (scan_parts.hpp), the same
/// ones whatever the number of threads.
ScanStats scan(std::span<const std::filesystem::path> paths, const std::shared_ptr<const detect::RuleSet>& rules,
               const ScanOptions& options, const OnMatches& on_matches);

}  // namespace yagura::pipeline
