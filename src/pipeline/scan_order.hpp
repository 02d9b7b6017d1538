#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "pipeline/scan.hpp"
#include "pipeline/scan_parts.hpp"

namespace yagura::pipeline {

/// What was found in one batch.
struct BatchResult {
  std::vector<ScanMatch> matches;
  std::vector<std::unique_ptr<ScanJudge::Notes>> notes;  // one a judge, may be null
  uint64_t events = 0;
  uint64_t events_dirty = 0;
};

/// A batch's turn.
struct BatchPlace {
  size_t part = 0;
  size_t number = 0;  // in the part
};

/// Brings what threads find into the order of the inputs and hands it on when its turn has come. What has to wait is
/// matches, not events.
class ScanOrder {
 public:
  /// All of these outlive it.
  ScanOrder(std::span<const ScanPart> parts, const ScanOptions& options, const OnMatches& on_matches);

  /// The place of the part's next batch. One thread reads a part.
  BatchPlace place_for(size_t part);

  /// From any thread; may call on_matches and the judges' take() for this and other batches.
  void deliver(const BatchPlace& place, BatchResult result);

  /// No place of the part will be asked for any more.
  void end_part(size_t part, PartOutcome outcome);

  /// After the last delivery: lets the judges finish, and sums up.
  ScanStats finish();

  uint64_t files_done() const { return files_done_; }

 private:
  struct Part {
    std::deque<std::optional<BatchResult>> waiting;
    size_t handed_on = 0;  // batches
    size_t given = 0;      // places
    bool ended = false;
    PartOutcome outcome;
  };

  void drain(std::unique_lock<std::mutex>& lock);
  void hand_on(BatchResult& result);
  void close(Part& part);
  void emit(std::vector<ScanMatch>& matches);

  std::span<const ScanPart> cuts_;
  const ScanOptions& options_;
  const OnMatches& on_matches_;
  std::atomic<uint64_t> files_done_{0};
  std::mutex mutex_;  // guards parts_ and draining_; what follows belongs to the thread that drains
  std::vector<Part> parts_;
  bool draining_ = false;
  size_t next_ = 0;            // the part whose turn it is
  uint64_t lines_before_ = 0;  // of its file, in earlier parts
  ScanStats stats_;
};

}  // namespace yagura::pipeline
