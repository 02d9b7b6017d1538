// What correlations know, on disk: a snapshot, and a journal of all that was taken since. Both carry a generation, so
// that a journal is never replayed over another snapshot than its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::pipeline {

class CorrelationFiles {
 public:
  /// Keeps them in `folder`, which is made when it is missing.
  explicit CorrelationFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}
  ~CorrelationFiles();
  CorrelationFiles(const CorrelationFiles&) = delete;
  CorrelationFiles& operator=(const CorrelationFiles&) = delete;

  /// What was found when they were opened.
  struct Found {
    bool snapshot = false;
    bool broken = false;      // a file that is not what we wrote was put aside as "*.broken"
    uint64_t records = 0;     // of the journal
    uint64_t bytes_torn = 0;  // behind its last whole record: what a crash left, never acknowledged
  };

  /// Hands the snapshot's bytes, if there is one, to `load` and each record of its journal to `replay`, in order; then
  /// appends to the journal. When `load` refuses the snapshot it is put aside.
  Result<Found> open(const std::function<Status(std::string_view)>& load,
                     const std::function<Status(std::string_view)>& replay);

  /// Durable when it returns. After a failure nothing of it remains.
  Status append(std::string_view record);
  uint64_t journal_bytes() const { return end_; }
  /// Whether anything was appended since the last snapshot.
  bool has_records() const;

  /// The state after everything appended so far; replaces snapshot and journal. Durable when it returns.
  Status save(std::string_view state);
  uint64_t snapshot_bytes() const { return snapshot_bytes_; }

 private:
  std::filesystem::path snapshot() const { return folder_ / "state"; }
  std::filesystem::path journal(uint64_t generation) const;
  Status start_journal(uint64_t generation);
  Result<std::string> read_snapshot(Found& found);
  Status replay_journal(const std::function<Status(std::string_view)>& replay, Found& found);
  void put_aside(const std::filesystem::path& file, Found& found);
  void remove_others() const;

  std::filesystem::path folder_;
  uint64_t generation_ = 0;
  uint64_t snapshot_bytes_ = 0;
  int fd_ = -1;       // the journal
  uint64_t end_ = 0;  // of its last whole record
};

}  // namespace yagura::pipeline
