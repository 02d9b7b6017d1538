// Correlations over scanned files: what feeds them is put aside while files are read in any order, and taken in the
// order of the events' times.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/counters.hpp"
#include "detect/correlation/engine.hpp"
#include "pipeline/scan_match.hpp"

namespace yagura::pipeline {

/// Events that wait for the end of the scan; past it the earliest are taken, and what comes later and is older than
/// those is judged as late ("scan.correlations_taken_early" counts how often).
constexpr size_t scan_offers_max = 2'000'000;

class CorrelationJudge : public ScanJudge {
 public:
  /// `counters` outlives it. Findings below `level_min` are left out; `details` as ScanOptions says.
  CorrelationJudge(std::shared_ptr<const detect::RuleSet> rules, detect::Level level_min, bool details,
                   Counters& counters);
  ~CorrelationJudge() override;

  std::unique_ptr<Worker> open() override;
  std::vector<std::string_view> wanted_fields() const override;
  void take(Notes& notes, uint64_t lines_before, std::vector<ScanMatch>& found) override;
  void finish(std::vector<ScanMatch>& found) override;

 private:
  class Reader;
  struct Put;

  /// An event that waits: which batch's notes, and which of their offers.
  struct Waiting {
    int64_t time;
    uint32_t batch;
    uint32_t offer;
  };

  void take_waiting(std::vector<ScanMatch>& found);

  std::shared_ptr<const detect::RuleSet> rules_;
  detect::Level level_min_;
  bool details_;
  Counters& counters_;
  detect::correlation::Engine engine_;
  std::map<std::string, std::shared_ptr<const ScanSubject>, std::less<>> subjects_;  // by id
  std::vector<std::unique_ptr<Put>> batches_;
  std::vector<Waiting> waiting_;
  uint64_t events_ = 0;
};

}  // namespace yagura::pipeline
