// Rosters, shifts, absences and handovers of a period, as the registers hold them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "desks/governance/ical.hpp"
#include "desks/governance/roster.hpp"
#include "ledger/ledger.hpp"

namespace yagura::desks::governance {

constexpr int64_t roster_days_max = 400;        // of one look
constexpr int64_t roster_records_max = 50'000;  // of each register in the period

/// Something that a roster or calendar says and that can't be worked with.
struct RosterFault {
  std::string record;
  std::string what;  // "zone", "hours", "holiday"
};

struct RosterLook {
  RosterPlan plan;
  std::vector<RosterFault> faults;  // such a roster asks for nothing
};

/// Everything that touches `period` (at most roster_days_max days), of one team or, when empty, of all.
ledger::Outcome<RosterLook> read_roster(ledger::Ledger& ledger, std::string_view team, Span period);

/// What a calendar's entries say beside names.
struct CalendarWords {
  std::string on_call = "on call";
  std::string nobody = "-";
};

/// Shifts (cancelled ones too, so that subscribers drop them) and holidays that touch `period`. `person` (an account
/// name) and `team` restrict shifts when not empty. UIDs are the record's id and the ledger's.
ledger::Outcome<std::vector<CalendarEvent>> roster_calendar(ledger::Ledger& ledger, std::string_view team,
                                                            std::string_view person, Span period,
                                                            const CalendarWords& words = {});

}  // namespace yagura::desks::governance
