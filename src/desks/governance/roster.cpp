#include "desks/governance/roster.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace yagura::desks::governance {
namespace {

using Kind = RosterFinding::Kind;

bool overlap(const Span& a, const Span& b) {
  return a.from < b.until && b.from < a.until;
}

Span common(const Span& a, const Span& b) {
  return {std::max(a.from, b.from), std::min(a.until, b.until)};
}

bool sound(const RosterShift& shift) {
  return shift.span.from < shift.span.until &&
         shift.span.until.ns - shift.span.from.ns <= shift_hours_max * 3600 * ns_per_second;
}

/// Somebody in a seat, or on call.
struct Presence {
  const RosterShift* shift = nullptr;
  std::string person;
  Span span;
};

using Absences = std::map<std::string, std::vector<const Absence*>, std::less<>>;

/// Parts of `span` in which the person is away, in order and apart.
std::vector<Span> away(const Absences& absences, const std::string& person, const Span& span,
                       std::vector<std::string>* records = nullptr) {
  std::vector<Span> out;
  const auto found = absences.find(person);
  if (found == absences.end()) return out;
  for (const Absence* one : found->second) {
    if (!overlap(one->span, span)) continue;
    if (records) records->push_back(one->record);
    const Span part = common(one->span, span);
    if (!out.empty() && part.from <= out.back().until)
      out.back().until = std::max(out.back().until, part.until);
    else
      out.push_back(part);
  }
  return out;
}

/// What is left of `span` without `holes`, which are in order and apart.
std::vector<Span> without(Span span, const std::vector<Span>& holes) {
  std::vector<Span> out;
  for (const Span& hole : holes) {
    if (span.from < hole.from) out.push_back({span.from, hole.from});
    span.from = std::max(span.from, hole.until);
  }
  if (span.from < span.until) out.push_back(span);
  return out;
}

/// Who really sits there: the person, and where that one is away the substitute, unless away too.
std::vector<Presence> presences_of(const RosterShift& shift, const Absences& absences, std::vector<RosterFinding>& out,
                                   const Span& period) {
  std::vector<Presence> present;
  RosterFinding absent{Kind::absent, shift.team, shift.person, {}, 0, {shift.record}};
  const std::vector<Span> holes = away(absences, shift.person, shift.span, &absent.records);
  for (const Span& span : without(shift.span, holes)) present.push_back({&shift, shift.person, span});
  for (const Span& hole : holes) {
    std::vector<Span> uncovered{hole};
    if (!shift.substitute.empty() && shift.substitute != shift.person) {
      uncovered = away(absences, shift.substitute, hole);
      for (const Span& span : without(hole, uncovered)) present.push_back({&shift, shift.substitute, span});
    }
    for (const Span& span : uncovered)
      if (overlap(span, period)) {
        absent.span = common(span, period);
        out.push_back(absent);
      }
  }
  return present;
}

/// A change of what is asked for, or of who is there, at one moment.
struct Step {
  Timestamp at;
  int demand = 0;
  const std::string* person = nullptr;
  int presence = 0;
};

std::vector<Step> steps_of(const std::string& team, const RosterPlan& plan, const std::vector<Presence>& presences,
                           const Span& period) {
  std::vector<Step> steps;
  const auto add = [&](const Span& span, int demand, const std::string* person) {
    if (!overlap(span, period)) return;
    const Span part = common(span, period);
    steps.push_back({part.from, demand, person, 1});
    steps.push_back({part.until, -demand, person, -1});
  };
  for (const SeatDemand& demand : plan.demand)
    if (demand.team == team)
      for (const Span& span : demand.spans) add(span, demand.seats, nullptr);
  for (const Presence& one : presences)
    if (one.shift->team == team && !one.shift->on_call) add(one.span, 0, &one.person);
  std::ranges::sort(steps, {}, &Step::at);
  return steps;
}

void find_gaps(const std::string& team, const RosterPlan& plan, const std::vector<Presence>& presences,
               const Span& period, std::vector<RosterFinding>& out) {
  const std::vector<Step> steps = steps_of(team, plan, presences, period);
  std::map<std::string_view, int> there;  // a person in two shifts takes one seat
  int demand = 0;
  RosterFinding gap{Kind::gap, team, {}, {}, 0, {}};
  for (const SeatDemand& one : plan.demand)
    if (one.team == team) gap.records.push_back(one.roster);
  for (size_t i = 0; i < steps.size();) {
    const Timestamp at = steps[i].at;
    for (; i < steps.size() && steps[i].at == at; ++i) {
      demand += steps[i].demand;
      if (!steps[i].person) continue;
      const auto who = there.try_emplace(*steps[i].person, 0).first;
      who->second += steps[i].presence;
      if (who->second == 0) there.erase(who);
    }
    const int missing = std::max(0, demand - static_cast<int>(there.size()));
    if (missing == gap.missing) continue;
    if (gap.missing > 0) {
      gap.span.until = at;
      out.push_back(gap);
    }
    gap.missing = missing;
    gap.span.from = at;
  }
}

void find_twice(std::vector<Presence> presences, const Span& period, std::vector<RosterFinding>& out) {
  std::erase_if(presences, [&](const Presence& one) { return one.shift->on_call || !overlap(one.span, period); });
  std::ranges::sort(presences, [](const Presence& a, const Presence& b) {
    return std::tie(a.person, a.span.from, a.shift->record) < std::tie(b.person, b.span.from, b.shift->record);
  });
  for (size_t i = 0; i < presences.size(); ++i)
    for (size_t j = i + 1; j < presences.size() && presences[j].person == presences[i].person &&
                           presences[j].span.from < presences[i].span.until;
         ++j) {
      const Presence& a = presences[i];
      const Presence& b = presences[j];
      const Span both = common(a.span, b.span);
      if (overlap(both, period))
        out.push_back(
            {Kind::twice, a.shift->team, a.person, common(both, period), 0, {a.shift->record, b.shift->record}});
    }
}

/// Shifts of one team whose end is another's begin, in the same seat where both name one, by other people.
void find_handovers(const RosterPlan& plan, const Span& period, Timestamp now, std::vector<RosterFinding>& out) {
  std::multimap<std::pair<std::string_view, int64_t>, const RosterShift*> begins;
  for (const RosterShift& shift : plan.shifts)
    if (!shift.on_call && sound(shift))
      begins.emplace(std::pair(std::string_view(shift.team), shift.span.from.ns), &shift);
  std::map<std::string_view, const Handover*> written_by;
  for (const Handover& one : plan.handovers) {
    const auto [entry, fresh] = written_by.try_emplace(one.from_shift, &one);
    if (!fresh && one.confirmed) entry->second = &one;
  }
  const auto asks = [&](const std::string& team) {
    return std::ranges::any_of(plan.demand, [&](const SeatDemand& one) { return one.handover && one.team == team; });
  };
  for (const RosterShift& shift : plan.shifts) {
    if (shift.on_call || !sound(shift) || shift.span.until > now || shift.span.until < period.from ||
        shift.span.until >= period.until || !asks(shift.team))
      continue;
    const auto [from, to] = begins.equal_range({shift.team, shift.span.until.ns});
    const auto next = std::find_if(from, to, [&](const auto& entry) {
      const RosterShift& other = *entry.second;
      return other.person != shift.person && (other.seat.empty() || shift.seat.empty() || other.seat == shift.seat);
    });
    if (next == to) continue;
    const auto written = written_by.find(shift.record);
    const Span moment{shift.span.until, shift.span.until};
    if (written == written_by.end())
      out.push_back(
          {Kind::handover_missing, shift.team, shift.person, moment, 0, {shift.record, next->second->record}});
    else if (!written->second->confirmed)
      out.push_back(
          {Kind::handover_unconfirmed, shift.team, next->second->person, moment, 0, {written->second->record}});
  }
}

}  // namespace

std::string_view to_text(RosterFinding::Kind kind) {
  switch (kind) {
    case Kind::gap:
      return "gap";
    case Kind::nobody:
      return "nobody";
    case Kind::absent:
      return "absent";
    case Kind::twice:
      return "twice";
    case Kind::backwards:
      return "backwards";
    case Kind::handover_missing:
      return "handover_missing";
    case Kind::handover_unconfirmed:
      break;
  }
  return "handover_unconfirmed";
}

std::vector<RosterFinding> check_roster(const RosterPlan& plan, Span period, Timestamp now) {
  std::vector<RosterFinding> out;
  Absences absences;
  for (const Absence& one : plan.absences) absences[one.person].push_back(&one);
  for (auto& [person, all] : absences) std::ranges::sort(all, {}, [](const Absence* one) { return one->span.from; });
  std::vector<Presence> presences;
  for (const RosterShift& shift : plan.shifts) {
    if (!sound(shift)) {
      out.push_back({Kind::backwards, shift.team, shift.person, shift.span, 0, {shift.record}});
      continue;
    }
    if (!overlap(shift.span, period)) continue;
    if (shift.person.empty()) {
      out.push_back({Kind::nobody, shift.team, {}, common(shift.span, period), 0, {shift.record}});
      continue;
    }
    std::ranges::move(presences_of(shift, absences, out, period), std::back_inserter(presences));
  }
  std::vector<std::string> teams;
  for (const SeatDemand& demand : plan.demand)
    if (std::ranges::find(teams, demand.team) == teams.end()) teams.push_back(demand.team);
  for (const std::string& team : teams) find_gaps(team, plan, presences, period, out);
  find_twice(presences, period, out);
  find_handovers(plan, period, now, out);
  std::ranges::sort(out, {}, [](const RosterFinding& one) {
    return std::tie(one.span.from, one.kind, one.team, one.person, one.records);
  });
  return out;
}

}  // namespace yagura::desks::governance
