// One correlation engine for all takers of events, and its state on disk. What a taker acknowledges is in the journal
// before; what was found is handed out until somebody says that it is recorded.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "base/counters.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "detect/correlation/engine.hpp"
#include "pipeline/correlation_files.hpp"

namespace yagura::pipeline {

/// The journal may grow to this, or to twice the last snapshot, before a new snapshot takes its place.
constexpr uint64_t correlation_journal_bytes_max = 64 << 20;

class Correlator {
 public:
  /// Takes up what `folder` holds: snapshot, then journal. State that can't be read is put aside and counted
  /// ("correlation.state_broken"): then correlations start anew. An Error means that the disk fails.
  static Result<std::unique_ptr<Correlator>> open(const std::filesystem::path& folder,
                                                  std::shared_ptr<const detect::RuleSet> rules, Counters& counters,
                                                  const detect::correlation::Limits& limits = {},
                                                  Clock clock = system_now);
  /// Saves a snapshot.
  ~Correlator();

  const detect::correlation::HashKey& key() const { return key_; }

  /// Writes the offers down, then takes them. Gives every finding that is due: those of these offers and those that an
  /// earlier caller could not record. Whoever gets findings answers with recorded() or unrecorded(). On failure nothing
  /// was taken. Thread-safe.
  Result<std::vector<detect::Finding>> take(const detect::correlation::Offers& offers);

  /// Findings of an earlier life of the program that nobody may have recorded.
  std::vector<detect::Finding> pending();

  void recorded(std::span<const detect::Finding> findings);
  void unrecorded(std::span<const detect::Finding> findings);

  /// The set in force from now on; asked by take() for the newest that offers were made with.
  void use(const std::shared_ptr<const detect::RuleSet>& rules);

  /// State into a snapshot; while findings are unrecorded the journal is kept instead, which gives them again.
  Status save();

 private:
  Correlator(const std::filesystem::path& folder, const detect::correlation::Limits& limits, Counters& counters,
             Clock clock)
      : files_(folder), engine_(limits), counters_(counters), clock_(std::move(clock)) {}

  Status save_locked();
  std::vector<detect::Finding> due();
  void count();

  struct Waiting {
    detect::Finding finding;
    bool handed_out = false;
  };

  std::mutex mutex_;  // guards everything but key_
  CorrelationFiles files_;
  detect::correlation::Engine engine_;
  detect::correlation::HashKey key_;
  Counters& counters_;
  Clock clock_;
  std::map<std::string, Waiting> unrecorded_;  // by id
};

}  // namespace yagura::pipeline
