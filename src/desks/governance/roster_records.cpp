#include "desks/governance/roster_records.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>
#include <set>
#include <tuple>

#include "desks/governance/assignments.hpp"
#include "desks/governance/deeds.hpp"
#include "desks/governance/register_pages.hpp"
#include "desks/governance/zone.hpp"
#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using ledger::FilterOp;
using ledger::Outcome;
using ledger::Record;
using ledger::RecordQuery;

constexpr std::string_view zone_default = "Asia/Tokyo";
constexpr std::array<std::string_view, 7> weekday_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/// Records of a register whose starts_at and ends_at touch the period.
Outcome<std::vector<Record>> touching(ledger::Ledger& ledger, const std::string& type, std::vector<std::string> states,
                                      const Span& period) {
  RecordQuery query;
  query.type = type;
  query.states = std::move(states);
  query.filters = {{"starts_at", FilterOp::at_most, {format_time(period.until)}},
                   {"ends_at", FilterOp::at_least, {format_time(period.from)}}};
  return all_records(ledger, query, roster_records_max);
}

Span span_of(const Record& record) {
  return {parse_time(text_at(record.body, "starts_at")).value_or(Timestamp{}),
          parse_time(text_at(record.body, "ends_at")).value_or(Timestamp{})};
}

RosterShift read_shift(const Record& record) {
  return {record.id.value,
          text_at(record.body, "team"),
          text_at(record.body, "seat"),
          span_of(record),
          account_name(text_at(record.body, "person")),
          account_name(text_at(record.body, "substitute")),
          flag_at(record.body, "on_call")};
}

using Holidays = std::map<std::string, std::map<int64_t, std::string>>;  // calendar -> day -> name

Outcome<Holidays> read_holidays(ledger::Ledger& ledger) {
  RecordQuery query;
  query.type = "holiday_calendar";
  query.states = {"current"};
  auto records = all_records(ledger, query, roster_records_max);
  if (!records) return std::unexpected(records.error());
  Holidays out;
  for (const Record& record : *records)
    for (const json::value& line : array_at(record.body, "days"))
      if (const auto day = line.is_object() ? parse_day(text_at(line.as_object(), "date")) : std::nullopt)
        out[record.id.value][*day] = text_at(line.as_object(), "name");
  return out;
}

/// When and where a roster's hours run.
struct Hours {
  Zone zone;
  int from = 0;
  int to = 24 * 60;
  std::array<bool, 7> weekdays{};
  std::set<int64_t> days_off;
  int64_t first_day = 0;
  int64_t last_day = 0;
  bool always = false;
};

std::optional<Hours> read_hours(const Record& roster, const Holidays& holidays, std::vector<RosterFault>& faults) {
  const auto wrong = [&](const char* what) {
    faults.push_back({roster.id.value, what});
    return std::nullopt;
  };
  std::string name = text_at(roster.body, "zone");
  if (name.empty()) name = zone_default;
  auto zone = Zone::open(name);
  if (!zone) return wrong("zone");
  Hours out{.zone = *zone, .days_off = {}};
  out.always = text_at(roster.body, "mode") == "always";
  out.first_day = parse_day(text_at(roster.body, "from")).value_or(INT32_MIN);
  out.last_day = parse_day(text_at(roster.body, "until")).value_or(INT32_MAX);
  if (out.always) return out;
  const auto from = parse_minutes(text_at(roster.body, "day_from"));
  const auto to = parse_minutes(text_at(roster.body, "day_to"));
  if (!from || !to || *from == *to) return wrong("hours");
  out.from = *from;
  out.to = *to > *from ? *to : *to + 24 * 60;  // over midnight
  const std::vector<std::string> given = texts_at(roster.body, "weekdays");
  for (size_t i = 0; i < weekday_names.size(); ++i)
    out.weekdays[i] = given.empty() ? i < 5 : std::ranges::find(given, weekday_names[i]) != given.end();
  for (const std::string& calendar : texts_at(roster.body, "holidays")) {
    const auto found = holidays.find(calendar);
    if (found == holidays.end()) {
      faults.push_back({roster.id.value, "holiday"});
      continue;
    }
    for (const auto& [day, title] : found->second) out.days_off.insert(day);
  }
  return out;
}

std::vector<Span> spans_of(const Hours& hours, const Span& period) {
  std::vector<Span> out;
  // A day before: its night may reach into the period.
  const int64_t first = std::max(hours.first_day, hours.zone.day(period.from) - 1);
  const int64_t last = std::min(hours.last_day, hours.zone.day(period.until));
  for (int64_t day = first; day <= last; ++day) {
    if (!hours.always && (!hours.weekdays[static_cast<size_t>(weekday_of(day))] || hours.days_off.contains(day)))
      continue;
    const Span span = hours.always ? Span{hours.zone.at(day, 0), hours.zone.at(day + 1, 0)}
                                   : Span{hours.zone.at(day, hours.from), hours.zone.at(day, hours.to)};
    if (span.from < period.until && period.from < span.until) out.push_back(span);
  }
  return out;
}

Outcome<void> read_demand(ledger::Ledger& ledger, std::string_view team, const Span& period, RosterLook& out) {
  auto holidays = read_holidays(ledger);
  if (!holidays) return std::unexpected(holidays.error());
  RecordQuery query;
  query.type = "roster";
  query.states = {"current"};
  auto rosters = all_records(ledger, query, roster_records_max);
  if (!rosters) return std::unexpected(rosters.error());
  for (const Record& roster : *rosters) {
    if (!team.empty() && text_at(roster.body, "team") != team) continue;
    const auto hours = read_hours(roster, *holidays, out.faults);
    if (!hours) continue;
    out.plan.demand.push_back({roster.id.value, text_at(roster.body, "team"),
                               static_cast<int>(integer_at(roster.body, "seats", 1)), spans_of(*hours, period),
                               flag_at(roster.body, "handover")});
  }
  return {};
}

Outcome<void> read_handovers(ledger::Ledger& ledger, const Span& period, RosterLook& out) {
  RecordQuery query;
  query.type = "shift_handover";
  // Written around the shift's end; what is written days later hands nothing over.
  constexpr int64_t around_ns = 2 * 86'400 * ns_per_second;
  query.filters = {{"created_at", FilterOp::at_least, {format_time({period.from.ns - around_ns})}},
                   {"created_at", FilterOp::at_most, {format_time({period.until.ns + around_ns})}}};
  auto records = all_records(ledger, query, roster_records_max);
  if (!records) return std::unexpected(records.error());
  for (const Record& record : *records)
    out.plan.handovers.push_back({record.id.value, text_at(record.body, "from_shift"), record.state == "confirmed"});
  return {};
}

CalendarEvent event_of(const Record& record, const std::string& ledger_id, const CalendarWords& words) {
  const RosterShift shift = read_shift(record);
  CalendarEvent out;
  out.uid = record.id.value + "@" + ledger_id;
  out.stamp = record.updated_at;
  out.sequence = record.version - 1;
  out.from = shift.span.from;
  out.until = shift.span.until;
  out.summary = shift.team;
  if (!shift.seat.empty()) out.summary += " " + shift.seat;
  out.summary += ": " + (shift.person.empty() ? words.nobody : shift.person);
  if (shift.on_call) out.summary += " (" + words.on_call + ")";
  out.description = text_at(record.body, "note");
  out.category = shift.team;
  out.status = record.state == "cancelled" ? CalendarEvent::Status::cancelled
               : record.state == "planned" ? CalendarEvent::Status::tentative
                                           : CalendarEvent::Status::confirmed;
  out.busy = !shift.on_call && out.status != CalendarEvent::Status::cancelled;
  return out;
}

}  // namespace

Outcome<RosterLook> read_roster(ledger::Ledger& ledger, std::string_view team, Span period) {
  RosterLook out;
  if (auto done = read_demand(ledger, team, period, out); !done) return std::unexpected(done.error());
  auto shifts = touching(ledger, "shift", {"planned", "confirmed", "worked"}, period);
  if (!shifts) return std::unexpected(shifts.error());
  for (const Record& record : *shifts) out.plan.shifts.push_back(read_shift(record));
  if (!team.empty()) std::erase_if(out.plan.shifts, [&](const RosterShift& one) { return one.team != team; });
  std::ranges::sort(out.plan.shifts, {}, [](const RosterShift& one) { return std::tuple(one.span.from, one.record); });
  auto absences = touching(ledger, "absence", {"current"}, period);
  if (!absences) return std::unexpected(absences.error());
  for (const Record& record : *absences)
    out.plan.absences.push_back({record.id.value, account_name(text_at(record.body, "person")), span_of(record)});
  if (auto done = read_handovers(ledger, period, out); !done) return std::unexpected(done.error());
  return out;
}

Outcome<std::vector<CalendarEvent>> roster_calendar(ledger::Ledger& ledger, std::string_view team,
                                                    std::string_view person, Span period, const CalendarWords& words) {
  std::vector<CalendarEvent> out;
  auto shifts = touching(ledger, "shift", {}, period);
  if (!shifts) return std::unexpected(shifts.error());
  for (const Record& record : *shifts) {
    const RosterShift shift = read_shift(record);
    if ((!team.empty() && shift.team != team) || (!person.empty() && shift.person != person) ||
        shift.span.until <= shift.span.from)
      continue;
    out.push_back(event_of(record, ledger.id(), words));
  }
  RecordQuery query;
  query.type = "holiday_calendar";
  query.states = {"current"};
  auto calendars = all_records(ledger, query, roster_records_max);
  if (!calendars) return std::unexpected(calendars.error());
  for (const Record& record : *calendars)
    for (const json::value& line : array_at(record.body, "days")) {
      const auto day = line.is_object() ? parse_day(text_at(line.as_object(), "date")) : std::nullopt;
      if (!day || *day < day_of(period.from) || *day > day_of(period.until)) continue;
      CalendarEvent event;
      event.uid = record.id.value + "-" + format_day(*day) + "@" + ledger.id();
      event.stamp = record.updated_at;
      event.sequence = record.version - 1;
      event.day = day;
      event.summary = text_at(line.as_object(), "name");
      event.category = text_at(record.body, "name");
      event.busy = false;
      out.push_back(std::move(event));
    }
  std::ranges::sort(
      out, {}, [](const CalendarEvent& one) { return std::tuple(one.day ? *one.day * day_ns : one.from.ns, one.uid); });
  return out;
}

}  // namespace yagura::desks::governance
