// What arrives and how long it takes, measured from the platform's own records, for the staffing simulation.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "desks/governance/staffing_simulation.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

constexpr int measured_days_max = 400;
constexpr int64_t measured_facts_max = 300'000;  // of people, in the period; the newest count

/// Which registers tell of a kind of work: catalog/staffing/measured.yaml.
struct WorkSource {
  std::string work;
  std::vector<std::string> arrivals;  // record types
  std::vector<std::string> effort;
};

struct WorkSources {
  int pause_minutes = 0;
  int first_minutes = 0;
  int least = 0;
  std::vector<WorkSource> work;

  /// A kind that `demand` does not have, or a record type that is not there, is a Diagnostic.
  static Diagnosed<WorkSources> load(const std::filesystem::path& file, const StaffingDemand& demand,
                                     const ledger::RecordTypes& types);
};

/// Where the figures of one kind come from.
struct MeasuredWork {
  std::string id;
  int64_t arrived = 0;    // records in the period
  int64_t worked_on = 0;  // records on which people's time was seen
  bool arrivals_measured = false;
  bool minutes_measured = false;
};

struct MeasuredDemand {
  StaffingDemand demand;
  std::vector<MeasuredWork> work;  // in the order of demand.work
  double days = 0;                 // that were looked at: no more than the ledger is old
  bool cut = false;                // measured_facts_max was reached: times come from the newest facts
};

/// `base` with arrivals and handling times of the last `days`, where they can be measured. Where a kind's arrivals are
/// measured, other kinds no longer lead to it: it would come twice.
ledger::Outcome<MeasuredDemand> measure_demand(ledger::Ledger& ledger, const StaffingDemand& base,
                                               const WorkSources& sources, int days);

}  // namespace yagura::desks::governance
