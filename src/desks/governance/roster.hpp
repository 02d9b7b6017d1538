// Whether the seats of a roster are taken: gaps over a period, people who are twice at once, shifts without anybody,
// handovers that nobody wrote. Pure: records in, findings out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace yagura::desks::governance {

/// [from, until)
struct Span {
  Timestamp from;
  Timestamp until;
};

/// One shift as it is planned; cancelled ones are left out.
struct RosterShift {
  std::string record;
  std::string team;
  std::string seat;
  Span span;
  std::string person;      // account name; empty: nobody
  std::string substitute;  // takes the seat where the person is absent
  bool on_call = false;    // reachable, but in no seat
};

struct Absence {
  std::string record;
  std::string person;
  Span span;
};

/// So many seats of a team that are to be taken in these spans.
struct SeatDemand {
  std::string roster;  // record
  std::string team;
  int seats = 1;
  std::vector<Span> spans;  // ascending, apart
  bool handover = false;
};

struct Handover {
  std::string record;
  std::string from_shift;
  bool confirmed = false;
};

struct RosterFinding {
  enum class Kind {
    gap,                   // `missing` seats of the team are empty
    nobody,                // a shift without a person
    absent,                // the shift's person is away and nobody stands in
    twice,                 // a person in two shifts at once
    backwards,             // a shift that ends before it begins, or lasts longer than shift_hours_max
    handover_missing,      // a shift went over into the next without a word
    handover_unconfirmed,  // written, but nobody has confirmed it
  } kind = Kind::gap;
  std::string team;
  std::string person;
  Span span;
  int missing = 0;
  std::vector<std::string> records;  // shifts, rosters, absences, handovers
};
std::string_view to_text(RosterFinding::Kind kind);

constexpr int64_t shift_hours_max = 36;

struct RosterPlan {
  std::vector<SeatDemand> demand;
  std::vector<RosterShift> shifts;  // any order
  std::vector<Absence> absences;
  std::vector<Handover> handovers;
};

/// Everything that is wrong in `period`, in order of time. Handovers are asked for of shifts that ended before `now`.
/// Cost: n log n in shifts and demanded spans.
std::vector<RosterFinding> check_roster(const RosterPlan& plan, Span period, Timestamp now);

}  // namespace yagura::desks::governance
