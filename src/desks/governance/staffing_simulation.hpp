// What a staffing comes to: work arrives by chance, waits for people who are on duty, and misses its deadline or not.
// A discrete-event simulation, run several times; every figure comes with how far chance may have moved it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.hpp"
#include "desks/governance/staffing_table.hpp"

namespace yagura::desks::governance {

/// A kind of work. Times are minutes of the calendar, nights and weekends included.
struct WorkKind {
  std::string id;
  std::string title_ja;
  std::string title_en;
  std::string team;           // title_ja of the team that does it
  double per_day = 0;         // arrivals from outside, Poisson, at any hour
  double minutes = 0;         // mean handling time
  double variation = 1;       // its coefficient of variation: 0 always the same, 1 exponential, else log-normal
  double within_minutes = 0;  // must be finished so long after it arrived; 0: no deadline
  int priority = 1;           // 1 goes first; who has begun is not interrupted
  std::vector<std::pair<std::string, double>> leads_to;  // kinds that follow when it is finished, with their share
};

/// What arrives, read from a file (catalog/staffing/demand.yaml says how).
struct StaffingDemand {
  int day_from = 9 * 60;  // day shift, minutes after midnight, Monday to Friday
  int day_to = 17 * 60 + 30;
  std::vector<WorkKind> work;

  static Diagnosed<StaffingDemand> load(const std::filesystem::path& file);
};

constexpr int simulated_days_max = 3660;
constexpr int simulated_runs_max = 200;
/// Work items in one run; past it the run ends and says so.
constexpr uint64_t simulated_items_max = 20'000'000;

struct SimulationOptions {
  int days = 365;        // measured, 1 to simulated_days_max
  int warmup_days = 28;  // before that, not measured
  int runs = 20;         // 2 to simulated_runs_max
  uint64_t seed = 1;     // the same seed gives the same figures
};

/// Mean over the runs and half the width of its 95 % confidence interval.
struct Estimate {
  double mean = 0;
  double half_width = 0;
};

struct WorkOutcome {
  std::string id;
  Estimate per_day;    // arrived
  Estimate wait_mean;  // minutes until somebody starts; what never started counts with its wait so far
  Estimate wait_median;
  Estimate wait_p90;
  Estimate missed;              // of what was due before the end, the share not finished in time; 0 without a deadline
  Estimate left_over;           // items unfinished at the end
  bool done_by_nobody = false;  // its team does not exist in this staffing
};

struct TeamOutcome {
  std::string title_ja;
  std::string title_en;
  int people = 0;
  double staffed_hours = 0;  // of all its seats, a week
  Estimate utilisation;      // share of the staffed time spent on work
};

struct SimulationOutcome {
  std::vector<WorkOutcome> work;
  std::vector<TeamOutcome> teams;
  bool cut_short = false;  // simulated_items_max was reached
};

/// Runs `options.runs` simulations of the staffing. A team without seats that another does too ("shared") hands its
/// work to that one. Work of a team that the staffing does not name, or a kind that leads to an unknown one, is a
/// Diagnostic. Cost: about a microsecond an item.
Diagnosed<SimulationOutcome> simulate_staffing(const StaffingLevel& staffing, const StaffingDemand& demand,
                                               const SimulationOptions& options);

/// The same staffing with one thing changed.
struct StaffingVariant {
  std::string team;  // title_ja
  enum class Change { one_more, night_cover } change = Change::one_more;
  int people = 0;  // more than before
  StaffingLevel staffing;
};

/// One more person by day for each team (with nobody: the first one), and a seat around the clock for each team that
/// works by day only. A shared team is staffed of its own then.
std::vector<StaffingVariant> staffing_variants(const StaffingLevel& staffing, int people_per_always_seat = 6);

}  // namespace yagura::desks::governance
