// Rules over files, stateless: nothing is stored, every core works on a file of its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/counters.hpp"
#include "detect/rule_set.hpp"
#include "pipeline/decode.hpp"

namespace yagura::pipeline {

/// One rule held for one event.
struct ScanMatch {
  uint32_t rule = 0;  // index into the rule set
  Timestamp time;
  std::string host;
  std::string channel;
  int64_t event_id = 0;
  uint64_t record_id = 0;
  std::string file;
  uint64_t line = 0;  // 0 for binary formats
};

struct ScanOptions {
  const formats::Format* format = nullptr;  // null: recognised
  InputOptions input;
  unsigned threads = 1;
  detect::Level level_min = detect::Level::informational;
  Counters* counters = nullptr;                                                                 // never null
  std::function<void(uint64_t bytes_done, uint64_t bytes_total, uint64_t events)> on_progress;  // from any thread
};

struct ScanStats {
  uint64_t events = 0;
  uint64_t events_dirty = 0;
  uint64_t bytes = 0;  // expanded: what the formats read
  uint64_t matches = 0;
  double seconds = 0;
  std::vector<InputFailure> failures;
};

/// Calls `on_file` once for each file that has matches, in the order of the files whatever the number of
/// threads, never from two threads at once. What can't be read is in `failures`; the rest is scanned.
ScanStats scan(std::span<const std::filesystem::path> paths, const std::shared_ptr<const detect::RuleSet>& rules,
               const ScanOptions& options, const std::function<void(std::span<const ScanMatch>)>& on_file);

}  // namespace yagura::pipeline
