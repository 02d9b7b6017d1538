#include "desks/governance/staffing_simulation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <map>
#include <numbers>
#include <optional>
#include <queue>
#include <random>

#include "desks/governance/shift_clock.hpp"

namespace yagura::desks::governance {
namespace {

struct Item {
  uint32_t kind;
  double arrived;
};

struct Seat {
  ShiftClock shift;
  bool busy = false;
  Item item{};
  double busy_minutes = 0;  // within the measured time
};

struct Crew {
  std::vector<Seat> seats;
  std::map<int, std::deque<Item>> waiting;  // by priority
};

struct Happening {
  enum class What : uint8_t { arrival, finished, day_begins };
  double at;
  What what;
  uint32_t index;  // arrival: the kind; finished: the crew
  uint32_t seat;
  uint64_t order;  // of equal times the earlier made goes first: runs repeat exactly

  bool operator>(const Happening& other) const { return at != other.at ? at > other.at : order > other.order; }
};

/// What one run saw of a kind.
struct Seen {
  std::vector<float> waits;
  uint64_t arrived = 0;
  uint64_t due = 0;  // arrived, with a deadline before the end
  uint64_t missed = 0;
  uint64_t unfinished = 0;
};

/// Uniform in (0, 1]: never 0, whose logarithm is not there.
double uniform(std::mt19937_64& random) {
  return (static_cast<double>(random() >> 11) + 1) * 0x1.0p-53;
}

double handling(const WorkKind& kind, std::mt19937_64& random) {
  if (kind.variation == 0) return kind.minutes;
  if (kind.variation == 1) return -kind.minutes * std::log(uniform(random));
  const double spread = std::log(1 + kind.variation * kind.variation);
  const double normal =
      std::sqrt(-2 * std::log(uniform(random))) * std::cos(2 * std::numbers::pi * uniform(random));  // Box-Muller
  return kind.minutes * std::exp(-spread / 2 + std::sqrt(spread) * normal);
}

/// What stays the same over the runs.
struct Plan {
  const StaffingDemand& demand;
  std::vector<std::vector<ShiftClock>> crews;                  // seats of each team
  std::vector<uint32_t> crew_of;                               // kind -> team that really does it
  std::vector<std::vector<std::pair<uint32_t, double>>> next;  // kind -> kinds that follow
};

class Run {
 public:
  Run(const Plan& plan, const SimulationOptions& options, uint64_t seed)
      : plan_(plan),
        begins_(options.warmup_days * minutes_per_day),
        ends_(begins_ + options.days * minutes_per_day),
        seen_(plan.demand.work.size()) {
    for (const auto& shifts : plan.crews) {
      Crew& crew = crews_.emplace_back();
      for (const ShiftClock& shift : shifts) crew.seats.push_back({shift, false, {}, 0});
    }
    // A stream of chance for each kind, so that a changed staffing meets the same arrivals.
    for (size_t kind = 0; kind < plan.demand.work.size(); ++kind) {
      std::seed_seq sequence{seed, static_cast<uint64_t>(kind)};
      arrivals_.emplace_back(sequence);
      std::seed_seq other{seed, static_cast<uint64_t>(kind), uint64_t{1}};
      handling_.emplace_back(other);
    }
  }

  void go() {
    for (uint32_t kind = 0; kind < plan_.demand.work.size(); ++kind) plan_arrival(kind, 0);
    happenings_.push({static_cast<double>(plan_.demand.day_from), Happening::What::day_begins, 0, 0, order_++});
    while (!happenings_.empty() && items_ < simulated_items_max) {
      const Happening next = happenings_.top();
      if (next.at >= ends_) break;
      happenings_.pop();
      happen(next);
    }
    count_what_is_left();
  }

  const std::vector<Seen>& seen() const { return seen_; }
  bool cut_short() const { return items_ >= simulated_items_max; }
  double utilisation(size_t crew) const {
    double busy = 0;
    double staffed = 0;
    for (const Seat& seat : crews_[crew].seats) {
      busy += seat.busy_minutes;
      staffed += seat.shift.on_duty(begins_, ends_);
    }
    return staffed == 0 ? 0 : busy / staffed;
  }

 private:
  void plan_arrival(uint32_t kind, double now) {
    const double per_minute = plan_.demand.work[kind].per_day / minutes_per_day;
    if (per_minute <= 0) return;
    const double at = now - std::log(uniform(arrivals_[kind])) / per_minute;
    happenings_.push({at, Happening::What::arrival, kind, 0, order_++});
  }

  void happen(const Happening& happening) {
    switch (happening.what) {
      case Happening::What::arrival:
        plan_arrival(happening.index, happening.at);
        arrive(happening.index, happening.at);
        break;
      case Happening::What::finished:
        finished(happening);
        break;
      case Happening::What::day_begins:
        happenings_.push({happening.at + minutes_per_day, Happening::What::day_begins, 0, 0, order_++});
        for (uint32_t crew = 0; crew < crews_.size(); ++crew) take_up(crew, happening.at);
        break;
    }
  }

  void arrive(uint32_t kind, double now) {
    ++items_;
    if (measured(now)) {
      ++seen_[kind].arrived;
      const double within = plan_.demand.work[kind].within_minutes;
      if (within > 0 && now + within < ends_) ++seen_[kind].due;
    }
    const uint32_t crew = plan_.crew_of[kind];
    crews_[crew].waiting[plan_.demand.work[kind].priority].push_back({kind, now});
    take_up(crew, now);
  }

  void finished(const Happening& happening) {
    Seat& seat = crews_[happening.index].seats[happening.seat];
    const Item item = seat.item;
    seat.busy = false;
    const WorkKind& kind = plan_.demand.work[item.kind];
    if (measured(item.arrived) && kind.within_minutes > 0 && happening.at > item.arrived + kind.within_minutes)
      ++seen_[item.kind].missed;
    for (const auto& [next, share] : plan_.next[item.kind])
      if (uniform(handling_[item.kind]) <= share) arrive(next, happening.at);
    take_up(happening.index, happening.at);
  }

  /// Gives waiting work to seats that are free and on duty.
  void take_up(uint32_t crew_index, double now) {
    Crew& crew = crews_[crew_index];
    for (uint32_t i = 0; i < crew.seats.size(); ++i) {
      Seat& seat = crew.seats[i];
      if (seat.busy || !seat.shift.on(now)) continue;
      const auto queue = std::ranges::find_if(crew.waiting, [](const auto& entry) { return !entry.second.empty(); });
      if (queue == crew.waiting.end()) return;
      const Item item = queue->second.front();
      queue->second.pop_front();
      seat.busy = true;
      seat.item = item;
      if (measured(item.arrived)) seen_[item.kind].waits.push_back(static_cast<float>(now - item.arrived));
      const double done = seat.shift.finish(now, handling(plan_.demand.work[item.kind], handling_[item.kind]));
      const double from = std::max(now, begins_);
      const double to = std::min(done, ends_);
      if (to > from) seat.busy_minutes += seat.shift.on_duty(from, to);
      happenings_.push({done, Happening::What::finished, crew_index, i, order_++});
    }
  }

  void count_what_is_left() {
    for (Crew& crew : crews_) {
      for (const auto& [priority, queue] : crew.waiting)
        for (const Item& item : queue) leave(item, true);
      for (const Seat& seat : crew.seats)
        if (seat.busy) leave(seat.item, false);
    }
  }

  void leave(const Item& item, bool waiting) {
    Seen& seen = seen_[item.kind];
    ++seen.unfinished;
    if (!measured(item.arrived)) return;
    if (waiting) seen.waits.push_back(static_cast<float>(ends_ - item.arrived));
    const double within = plan_.demand.work[item.kind].within_minutes;
    if (within > 0 && ends_ > item.arrived + within) ++seen.missed;
  }

  bool measured(double arrived) const { return arrived >= begins_; }

  const Plan& plan_;
  double begins_;
  double ends_;
  std::vector<Crew> crews_;
  std::vector<Seen> seen_;
  std::vector<std::mt19937_64> arrivals_;
  std::vector<std::mt19937_64> handling_;
  std::priority_queue<Happening, std::vector<Happening>, std::greater<>> happenings_;
  uint64_t order_ = 0;
  uint64_t items_ = 0;
};

/// Student's t for 95 %, two-sided, by degrees of freedom; beyond the table the normal value is near enough.
double student_t(size_t freedom) {
  constexpr std::array<double, 30> table{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228,
                                         2.201,  2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086,
                                         2.080,  2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  return freedom <= table.size() ? table[freedom - 1] : 1.96 + 2.5 / static_cast<double>(freedom);
}

Estimate estimate(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  double sum = 0;
  for (const double value : values) sum += value;
  const double mean = sum / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, student_t(values.size() - 1) * std::sqrt(squares / (count - 1) / count)};
}

double quantile(std::vector<float>& values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + at);
  return values[static_cast<size_t>(at)];
}

std::vector<ShiftClock> seats_of(const StaffedTeam& team, const StaffingDemand& demand) {
  std::vector<ShiftClock> out;
  if (team.mode == "day" || team.mode == "always")
    out.assign(static_cast<size_t>(team.seats), ShiftClock(team.mode == "always", demand.day_from, demand.day_to));
  out.insert(out.end(), static_cast<size_t>(team.day_seats), ShiftClock(false, demand.day_from, demand.day_to));
  return out;
}

Diagnostic unknown(const std::string& what) {
  return {"staffing.unknown", "", 0, 0, what, "name teams as the staffing does, and kinds by their id"};
}

/// The team that really does a team's work: shared ones lead on to another.
std::optional<uint32_t> resolve(const StaffingLevel& staffing, const std::string& name) {
  std::string wanted = name;
  for (size_t step = 0; step <= staffing.teams.size(); ++step) {
    const auto team = std::ranges::find(staffing.teams, wanted, &StaffedTeam::title_ja);
    if (team == staffing.teams.end()) return std::nullopt;
    if (team->mode != "shared") return static_cast<uint32_t>(team - staffing.teams.begin());
    wanted = team->by;
  }
  return std::nullopt;
}

Diagnosed<Plan> make_plan(const StaffingLevel& staffing, const StaffingDemand& demand) {
  Plan plan{demand, {}, {}, {}};
  for (const StaffedTeam& team : staffing.teams) plan.crews.push_back(seats_of(team, demand));
  for (const WorkKind& kind : demand.work) {
    const auto crew = resolve(staffing, kind.team);
    if (!crew) return std::unexpected(unknown("the staffing has no team " + kind.team));
    plan.crew_of.push_back(*crew);
    auto& next = plan.next.emplace_back();
    for (const auto& [id, share] : kind.leads_to) {
      const auto found = std::ranges::find(demand.work, id, &WorkKind::id);
      if (found == demand.work.end()) return std::unexpected(unknown("no kind of work is called " + id));
      next.emplace_back(static_cast<uint32_t>(found - demand.work.begin()), share);
    }
  }
  return plan;
}

}  // namespace

Diagnosed<SimulationOutcome> simulate_staffing(const StaffingLevel& staffing, const StaffingDemand& demand,
                                               const SimulationOptions& options) {
  auto plan = make_plan(staffing, demand);
  if (!plan) return std::unexpected(plan.error());
  const size_t kinds = demand.work.size();
  struct Figures {
    std::vector<double> per_day, mean, median, p90, missed, left;
  };
  std::vector<Figures> figures(kinds);
  std::vector<std::vector<double>> utilisation(staffing.teams.size());
  SimulationOutcome out;
  for (int number = 0; number < options.runs; ++number) {
    Run run(*plan, options, options.seed * 1'000'003 + static_cast<uint64_t>(number));
    run.go();
    out.cut_short = out.cut_short || run.cut_short();
    for (size_t kind = 0; kind < kinds; ++kind) {
      Seen seen = run.seen()[kind];
      double sum = 0;
      for (const float wait : seen.waits) sum += wait;
      Figures& figure = figures[kind];
      figure.per_day.push_back(static_cast<double>(seen.arrived) / options.days);
      figure.mean.push_back(seen.waits.empty() ? 0 : sum / static_cast<double>(seen.waits.size()));
      figure.median.push_back(quantile(seen.waits, 0.5));
      figure.p90.push_back(quantile(seen.waits, 0.9));
      figure.missed.push_back(seen.due == 0 ? 0 : static_cast<double>(seen.missed) / static_cast<double>(seen.due));
      figure.left.push_back(static_cast<double>(seen.unfinished));
    }
    for (size_t crew = 0; crew < utilisation.size(); ++crew) utilisation[crew].push_back(run.utilisation(crew));
  }
  for (size_t kind = 0; kind < kinds; ++kind) {
    const Figures& figure = figures[kind];
    out.work.push_back({demand.work[kind].id, estimate(figure.per_day), estimate(figure.mean), estimate(figure.median),
                        estimate(figure.p90), estimate(figure.missed), estimate(figure.left),
                        plan->crews[plan->crew_of[kind]].empty()});
  }
  for (size_t crew = 0; crew < staffing.teams.size(); ++crew) {
    const StaffedTeam& team = staffing.teams[crew];
    double hours = 0;
    for (const ShiftClock& shift : plan->crews[crew]) hours += shift.hours_per_week();
    out.teams.push_back({team.title_ja, team.title_en, team.headcount, hours, estimate(utilisation[crew])});
  }
  return out;
}

}  // namespace yagura::desks::governance
