#include "desks/governance/pulse.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace yagura::desks::governance {
namespace {

using ledger::Outcome;

Standing standing_of(const RolePulse& pulse) {
  const bool performed = pulse.rhythm.performed > 0;
  const bool decided_against =
      !pulse.assignments.empty() &&
      std::ranges::all_of(pulse.assignments, [](const Assignment& one) { return one.sourcing == "none"; });
  if (!performed && decided_against) return Standing::not_performed;
  if (pulse.owner.empty()) return performed ? Standing::without_owner : Standing::missing;
  if (!performed) return Standing::in_name_only;
  return pulse.rhythm.periods.front() > 0 ? Standing::alive : Standing::slowing;
}

int64_t cadence_days_of(const RolePulse& pulse) {
  for (const Assignment& one : pulse.assignments)
    if (one.cadence_seconds > 0)
      return std::clamp<int64_t>((one.cadence_seconds + 86'399) / 86'400, 1, cadence_days_max);
  return 0;
}

}  // namespace

std::string_view to_text(Standing standing) {
  switch (standing) {
    case Standing::alive:
      return "alive";
    case Standing::slowing:
      return "slowing";
    case Standing::in_name_only:
      return "in_name_only";
    case Standing::without_owner:
      return "without_owner";
    case Standing::missing:
      return "missing";
    case Standing::not_performed:
      break;
  }
  return "not_performed";
}

Rhythm rhythm_of(const RoleDeeds& deeds, int64_t every_days, int periods_max, int64_t today, int64_t since) {
  Rhythm out;
  out.every_days = every_days;
  const int64_t passed = std::max<int64_t>(0, today - since) / every_days + 1;
  out.periods.assign(static_cast<size_t>(std::min<int64_t>(passed, periods_max)), 0);
  for (const auto& [day, count] : deeds.by_day) {
    const int64_t period = std::max<int64_t>(0, today - day) / every_days;
    if (period < static_cast<int64_t>(out.periods.size())) out.periods[static_cast<size_t>(period)] += count;
  }
  out.performed = static_cast<int>(std::ranges::count_if(out.periods, [](int64_t count) { return count > 0; }));
  return out;
}

int score_of(const Rhythm& rhythm, int64_t overdue, const Cadences& rule) {
  constexpr double full = 100;
  const auto share = static_cast<double>(rhythm.performed) / static_cast<double>(rhythm.periods.size());
  const int64_t cost = std::min<int64_t>(overdue * rule.overdue_cost, rule.overdue_cost_max);
  return static_cast<int>(std::max<int64_t>(0, std::lround(full * share) - cost));
}

Pulse::Pulse(ledger::Ledger& ledger, const Textbook& book, const Cadences& cadences,
             std::function<bool(std::string_view)> is_person)
    : ledger_(ledger), book_(book), cadences_(cadences), deeds_(ledger, cadences, std::move(is_person)) {}

Outcome<int64_t> Pulse::first_day() {
  ledger::FactQuery query;
  query.limit = 1;
  auto first = ledger_.facts(query);
  if (!first) return std::unexpected(first.error());
  return day_of(first->empty() ? ledger_.now() : first->front().time);
}

Outcome<Duties> Pulse::duties_of(const RoleCadence& role, Timestamp now) {
  Duties out;
  for (const std::string& type : role.home) {
    ledger::DueQuery query;
    query.type = type;
    query.limit = duties_counted_max;
    auto due = ledger_.due(now, query);
    if (!due) return std::unexpected(due.error());
    out.more |= due->more;
    for (ledger::Due& item : due->items) {
      if (item.kind == ledger::DueKind::retention) continue;
      ++out.open;
      if (item.overdue) ++out.overdue;
      out.soonest.push_back(std::move(item));
    }
  }
  std::ranges::sort(out.soonest, {},
                    [](const ledger::Due& due) { return std::tie(due.due_at, due.record, due.clock); });
  if (out.soonest.size() > duties_shown_max) out.soonest.resize(duties_shown_max);
  return out;
}

Outcome<PulseBoard> Pulse::board(std::string_view role) {
  PulseBoard out;
  out.at = ledger_.now();
  auto assignments = current_assignments(ledger_, out.at);
  if (!assignments) return std::unexpected(assignments.error());
  const auto since = first_day();
  if (!since) return std::unexpected(since.error());
  for (const RoleCadence& cadence : cadences_.roles) {
    if (!role.empty() && cadence.role != role) continue;
    RolePulse pulse;
    pulse.role = book_.find(cadence.role);
    pulse.cadence = &cadence;
    if (const auto found = assignments->find(cadence.role); found != assignments->end())
      pulse.assignments = found->second;
    pulse.owner = owner_of(pulse.assignments);
    auto duties = duties_of(cadence, out.at);
    if (!duties) return std::unexpected(duties.error());
    pulse.duties = std::move(*duties);
    out.roles.push_back(std::move(pulse));
  }
  auto looked = deeds_.look([&](const DeedsByRole& deeds) {
    for (RolePulse& pulse : out.roles) pulse.deeds = deeds.find(pulse.role->id)->second;
  });
  if (!looked) return std::unexpected(looked.error());
  for (RolePulse& pulse : out.roles) {
    const int64_t own = cadence_days_of(pulse);
    pulse.own_cadence = own > 0;
    pulse.rhythm = rhythm_of(pulse.deeds, pulse.own_cadence ? own : pulse.cadence->every_days, cadences_.periods,
                             day_of(out.at), *since);
    pulse.score = score_of(pulse.rhythm, pulse.duties.overdue, cadences_);
    pulse.standing = standing_of(pulse);
  }
  for (const auto& [id, given] : *assignments)
    if (!book_.find(id)) out.unknown_roles.insert(out.unknown_roles.end(), given.begin(), given.end());
  return out;
}

}  // namespace yagura::desks::governance
