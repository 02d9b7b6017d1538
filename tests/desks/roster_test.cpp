// Rosters: seats over time, held by cases worked out by hand; and the same from the registers.
#include "desks/governance/roster.hpp"

#include <fmt/format.h>

#include "desks/governance/organisation.hpp"
#include "desks/governance/resources.hpp"
#include "desks/governance/roster_records.hpp"
#include "desks/governance/zone.hpp"
#include "fixture.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;
using Kind = RosterFinding::Kind;
using testing::catalog;
using testing::DesksTest;
using testing::Record;

Timestamp at(const std::string& time) {
  const auto parsed = parse_time(time);
  EXPECT_TRUE(parsed) << time;
  return parsed.value_or(Timestamp{});
}

/// "08 09:00" of April 2026, UTC.
Timestamp april(const std::string& day_and_time) {
  return at("2026-04-" + day_and_time.substr(0, 2) + "T" + day_and_time.substr(3) + ":00Z");
}
Span april(const std::string& from, const std::string& until) {
  return {april(from), april(until)};
}
RosterShift shift(const std::string& id, const std::string& person, const Span& span,
                  const std::string& substitute = "") {
  return {id, "first", "", span, person, substitute, false};
}
std::string told(const RosterFinding& one) {
  return fmt::format("{} {}-{} {} {}", to_text(one.kind), format_time(one.span.from, 0).substr(8, 8),
                     format_time(one.span.until, 0).substr(8, 8), one.missing, one.person);
}
std::vector<std::string> told(const std::vector<RosterFinding>& findings) {
  std::vector<std::string> out;
  for (const RosterFinding& one : findings) out.push_back(told(one));
  return out;
}
using Told = std::vector<std::string>;

class A_6_Roster : public ::testing::Test {
 protected:
  std::vector<std::string> check(const Span& period = april("08 00:00", "09 00:00")) {
    return told(check_roster(plan, period, april("30 00:00")));
  }
  void ask(int seats, std::vector<Span> spans, bool handover = false) {
    plan.demand.push_back({"ROS-1", "first", seats, std::move(spans), handover});
  }

  RosterPlan plan;
};

TEST_F(A_6_Roster, is_sound_when_shifts_meet_each_other_over_midnight) {
  ask(1, {april("08 00:00", "09 00:00")});
  plan.shifts = {shift("S1", "ito", april("07 21:00", "08 09:00")), shift("S2", "mori", april("08 09:00", "08 21:00")),
                 shift("S3", "ito", april("08 21:00", "09 09:00"))};
  EXPECT_EQ(check(), Told{});
}

TEST_F(A_6_Roster, shows_the_time_between_two_shifts_that_do_not_meet) {
  ask(1, {april("08 00:00", "09 00:00")});
  plan.shifts = {shift("S1", "ito", april("07 21:00", "08 08:30")), shift("S2", "mori", april("08 09:00", "08 21:00"))};
  EXPECT_EQ(check(), (Told{"gap 08T08:30-08T09:00 1 ", "gap 08T21:00-09T00:00 1 "}));
}

TEST_F(A_6_Roster, counts_how_many_seats_are_empty) {
  ask(1, {april("08 00:00", "09 00:00")});
  ask(1, {april("08 09:00", "08 17:00")});  // by day, two
  plan.shifts = {shift("S1", "ito", april("08 00:00", "08 12:00"))};
  EXPECT_EQ(check(), (Told{"gap 08T09:00-08T12:00 1 ", "gap 08T12:00-08T17:00 2 ", "gap 08T17:00-09T00:00 1 "}));
}

TEST_F(A_6_Roster, gives_a_person_in_two_shifts_at_once_one_seat) {
  ask(2, {april("08 09:00", "08 17:00")});
  plan.shifts = {shift("S1", "ito", april("08 09:00", "08 17:00")), shift("S2", "ito", april("08 13:00", "08 17:00")),
                 shift("S3", "mori", april("08 09:00", "08 13:00"))};
  EXPECT_EQ(check(), (Told{"gap 08T13:00-08T17:00 1 ", "twice 08T13:00-08T17:00 0 ito"}));
}

TEST_F(A_6_Roster, finds_a_person_twice_in_different_teams_and_lets_shifts_touch) {
  plan.shifts = {shift("S1", "ito", april("08 09:00", "08 13:00")), shift("S2", "ito", april("08 13:00", "08 17:00"))};
  EXPECT_EQ(check(), Told{});
  plan.shifts[1].team = "second";
  plan.shifts[1].span = april("08 12:59", "08 17:00");
  EXPECT_EQ(check(), (Told{"twice 08T12:59-08T13:00 0 ito"}));
}

TEST_F(A_6_Roster, warns_of_a_shift_without_anybody_and_of_one_that_ends_before_it_begins) {
  ask(1, {april("08 09:00", "08 17:00")});
  plan.shifts = {shift("S1", "", april("08 09:00", "08 17:00")), shift("S2", "ito", april("08 18:00", "08 09:00"))};
  EXPECT_EQ(check(),
            (Told{"gap 08T09:00-08T17:00 1 ", "nobody 08T09:00-08T17:00 0 ", "backwards 08T18:00-08T09:00 0 ito"}));
}

TEST_F(A_6_Roster, takes_being_on_call_for_no_seat) {
  ask(1, {april("08 09:00", "08 17:00")});
  plan.shifts = {shift("S1", "ito", april("08 09:00", "08 17:00"))};
  plan.shifts[0].on_call = true;
  EXPECT_EQ(check(), (Told{"gap 08T09:00-08T17:00 1 "}));
  plan.shifts.push_back(shift("S2", "ito", april("08 09:00", "08 17:00")));
  EXPECT_EQ(check(), Told{}) << "on call while on duty is no contradiction";
}

TEST_F(A_6_Roster, looks_for_the_substitute_where_somebody_is_away) {
  ask(1, {april("08 09:00", "08 17:00")});
  plan.shifts = {shift("S1", "ito", april("08 09:00", "08 17:00"))};
  plan.absences = {{"ABS-1", "ito", april("08 12:00", "08 14:00")}, {"ABS-2", "ito", april("08 13:00", "08 15:00")}};
  EXPECT_EQ(check(), (Told{"gap 08T12:00-08T15:00 1 ", "absent 08T12:00-08T15:00 0 ito"}));
  plan.shifts[0].substitute = "mori";
  EXPECT_EQ(check(), Told{});
  plan.absences.push_back({"ABS-3", "mori", april("08 14:30", "08 20:00")});
  EXPECT_EQ(check(), (Told{"gap 08T14:30-08T15:00 1 ", "absent 08T14:30-08T15:00 0 ito"}));
  plan.absences.back().span = april("08 15:00", "08 20:00");
  EXPECT_EQ(check(), Told{});
}

TEST_F(A_6_Roster, asks_for_a_handover_where_one_shift_goes_over_into_the_next) {
  ask(1, {april("08 00:00", "09 00:00")}, true);
  plan.shifts = {shift("S1", "ito", april("08 00:00", "08 12:00")), shift("S2", "mori", april("08 12:00", "09 00:00"))};
  EXPECT_EQ(check(), (Told{"handover_missing 08T12:00-08T12:00 0 ito"}));
  plan.handovers = {{"SHO-1", "S1", false}};
  EXPECT_EQ(check(), (Told{"handover_unconfirmed 08T12:00-08T12:00 0 mori"}));
  plan.handovers.push_back({"SHO-2", "S1", true});
  EXPECT_EQ(check(), Told{});
  plan.handovers.clear();
  EXPECT_EQ(told(check_roster(plan, april("08 00:00", "09 00:00"), april("08 11:00"))), Told{}) << "not over yet";
  plan.shifts[1].person = "ito";
  EXPECT_EQ(check(), Told{}) << "nobody hands over to oneself";
  plan.shifts[1].person = "mori";
  plan.shifts[0].seat = "1";
  plan.shifts[1].seat = "2";
  EXPECT_EQ(check(), Told{}) << "another seat";
}

TEST_F(A_6_Roster, looks_no_further_than_the_period) {
  ask(1, {april("01 00:00", "20 00:00")});
  EXPECT_EQ(check(), (Told{"gap 08T00:00-09T00:00 1 "}));
}

TEST(A_6_Zone, knows_days_and_hours_of_a_place) {
  const auto tokyo = Zone::open("Asia/Tokyo");
  ASSERT_TRUE(tokyo);
  const int64_t day = *parse_day("2026-04-08");
  EXPECT_EQ(format_time(tokyo->at(day, 9 * 60), 0), "2026-04-08T00:00:00Z");
  EXPECT_EQ(format_time(tokyo->at(day, 29 * 60), 0), "2026-04-08T20:00:00Z");
  EXPECT_EQ(tokyo->day(at("2026-04-08T15:00:00Z")), day + 1);
  EXPECT_EQ(weekday_of(day), 2);  // a Wednesday
  EXPECT_EQ(weekday_of(*parse_day("1969-12-29")), 0);
  EXPECT_FALSE(Zone::open("Asia/Edo"));
  const auto berlin = Zone::open("Europe/Berlin");
  ASSERT_TRUE(berlin);
  EXPECT_EQ(format_time(berlin->at(*parse_day("2026-03-28"), 9 * 60), 0), "2026-03-28T08:00:00Z");
  EXPECT_EQ(format_time(berlin->at(*parse_day("2026-03-29"), 9 * 60), 0), "2026-03-29T07:00:00Z");
  EXPECT_EQ(format_day(-1), "1969-12-31");
}

TEST(A_6_Zone, reads_times_of_day) {
  EXPECT_EQ(parse_minutes("09:30"), 570);
  EXPECT_EQ(parse_minutes("24:00"), 1440);
  for (const char* text : {"", "9:30", "09:60", "24:01", "aa:bb", "09-30"}) EXPECT_FALSE(parse_minutes(text)) << text;
  EXPECT_FALSE(parse_day("2026-02-30"));
  EXPECT_FALSE(parse_day("2026-4-8"));
}

class A_6_RosterRecords : public DesksTest {
 protected:
  Record make(const std::string& type, json::object body) {
    return ok(ledger->create(person("kondo", {"manager"}), "api", type, std::move(body)));
  }
  Record shift(const std::string& person, const std::string& from, const std::string& until) {
    json::object body{{"team", "一次対応"}, {"starts_at", from}, {"ends_at", until}};
    if (!person.empty()) body["person"] = person;
    return make("shift", std::move(body));
  }
  /// The Golden Week of 2026 in Tokyo: Wednesday 29 April to Saturday 9 May.
  const Span weeks{*parse_time("2026-04-28T15:00:00Z"), *parse_time("2026-05-08T15:00:00Z")};
};

TEST_F(A_6_RosterRecords, takes_holidays_and_weekends_off) {
  const auto holidays =
      make("holiday_calendar", {{"name", "祝日"},
                                {"days", json::array{{{"date", "2026-04-29"}, {"name", "昭和の日"}},
                                                     {{"date", "2026-05-04"}, {"name", "みどりの日"}},
                                                     {{"date", "2026-05-05"}, {"name", "こどもの日"}},
                                                     {{"date", "2026-05-06"}, {"name", "振替休日"}}}}});
  make("roster", {{"name", "日勤"},
                  {"team", "一次対応"},
                  {"mode", "daily"},
                  {"seats", 2},
                  {"day_from", "09:00"},
                  {"day_to", "17:30"},
                  {"holidays", json::array{holidays.id.value}},
                  {"from", "2026-04-01"}});
  shift("user:ito", "2026-05-01T09:00:00+09:00", "2026-05-01T17:30:00+09:00");
  const auto look = ok(read_roster(*ledger, "", weeks));
  EXPECT_TRUE(look.faults.empty());
  EXPECT_EQ(told(check_roster(look.plan, weeks, now)), (Told{"gap 30T00:00-30T08:30 2 ", "gap 01T00:00-01T08:30 1 ",
                                                             "gap 07T00:00-07T08:30 2 ", "gap 08T00:00-08T08:30 2 "}));
}

TEST_F(A_6_RosterRecords, lets_a_night_reach_into_the_next_day) {
  make("roster", {{"name", "夜勤"},
                  {"team", "一次対応"},
                  {"mode", "daily"},
                  {"seats", 1},
                  {"day_from", "22:00"},
                  {"day_to", "06:00"},
                  {"weekdays", {"fri"}},
                  {"from", "2026-04-01"}});
  // The period begins in the middle of the night of Friday 1 May.
  const Span saturday{*parse_time("2026-05-01T18:00:00Z"), *parse_time("2026-05-02T18:00:00Z")};
  const auto look = ok(read_roster(*ledger, "一次対応", saturday));
  EXPECT_EQ(told(check_roster(look.plan, saturday, now)), (Told{"gap 01T18:00-01T21:00 1 "}));
  EXPECT_TRUE(ok(read_roster(*ledger, "二次対応", saturday)).plan.demand.empty());
}

TEST_F(A_6_RosterRecords, leaves_out_what_was_cancelled_or_has_ended) {
  make("roster", {{"name", "常時"},
                  {"team", "一次対応"},
                  {"mode", "always"},
                  {"seats", 1},
                  {"from", "2026-04-01"},
                  {"until", "2026-04-30"}});
  const Record cancelled = shift("user:ito", "2026-04-29T00:00:00+09:00", "2026-04-30T00:00:00+09:00");
  ok(ledger->move(person("kondo", {"manager"}), "api", cancelled.id, 1, "cancel"));
  const auto look = ok(read_roster(*ledger, "", weeks));
  EXPECT_EQ(told(check_roster(look.plan, weeks, now)), (Told{"gap 28T15:00-30T15:00 1 "}));
}

TEST_F(A_6_RosterRecords, says_which_roster_cannot_be_worked_with) {
  make("roster", {{"name", "a"}, {"team", "t"}, {"mode", "daily"}, {"seats", 1}, {"from", "2026-04-01"}});
  make("roster",
       {{"name", "b"}, {"team", "t"}, {"mode", "always"}, {"seats", 1}, {"zone", "Asia/Edo"}, {"from", "2026-04-01"}});
  const auto look = ok(read_roster(*ledger, "", weeks));
  EXPECT_TRUE(look.plan.demand.empty());
  std::vector<std::string> faults;
  for (const RosterFault& one : look.faults) faults.push_back(one.what);
  std::ranges::sort(faults);
  EXPECT_EQ(faults, (std::vector<std::string>{"hours", "zone"}));
}

TEST_F(A_6_RosterRecords, follows_a_handover_from_its_shift_to_its_confirmation) {
  make("roster", {{"name", "常時"},
                  {"team", "一次対応"},
                  {"mode", "always"},
                  {"seats", 1},
                  {"handover", true},
                  {"from", "2026-04-01"}});
  const Record first = shift("user:ito", "2026-04-07T00:00:00Z", "2026-04-07T12:00:00Z");
  shift("user:mori", "2026-04-07T12:00:00Z", "2026-04-08T00:00:00Z");
  const Span day{*parse_time("2026-04-07T00:00:00Z"), *parse_time("2026-04-08T00:00:00Z")};
  const auto kinds = [&] { return told(check_roster(ok(read_roster(*ledger, "", day)).plan, day, now)); };
  EXPECT_EQ(kinds(), (Told{"handover_missing 07T12:00-07T12:00 0 ito"}));
  const Record handover =
      ok(ledger->create(person("ito", {"handler"}), "api", "shift_handover",
                        {{"team", "一次対応"}, {"from_shift", first.id.value}, {"summary", "異常なし"}}));
  EXPECT_EQ(kinds(), (Told{"handover_unconfirmed 07T12:00-07T12:00 0 mori"}));
  ok(ledger->move(person("mori", {"handler"}), "api", handover.id, 1, "confirm", {{"receiver", "user:mori"}}));
  EXPECT_EQ(kinds(), Told{});
}

TEST_F(A_6_RosterRecords, writes_a_calendar_whose_entries_keep_their_names) {
  const Record one = shift("user:ito", "2026-04-29T00:00:00+09:00", "2026-04-29T12:00:00+09:00");
  make("holiday_calendar", {{"name", "祝日"}, {"days", json::array{{{"date", "2026-04-29"}, {"name", "昭和の日"}}}}});
  auto before = ok(roster_calendar(*ledger, "", "", weeks));
  ASSERT_EQ(before.size(), 2U);
  later(10);
  ok(ledger->move(person("kondo", {"manager"}), "api", one.id, 1, "cancel"));
  auto after = ok(roster_calendar(*ledger, "", "", weeks));
  ASSERT_EQ(after.size(), 2U);
  for (size_t i = 0; i < after.size(); ++i) EXPECT_EQ(before[i].uid, after[i].uid);
  const auto shift_of = [](const std::vector<CalendarEvent>& events) {
    return *std::ranges::find_if(events, [](const CalendarEvent& event) { return !event.day; });
  };
  EXPECT_EQ(shift_of(after).sequence, shift_of(before).sequence + 1);
  EXPECT_LT(shift_of(before).stamp, shift_of(after).stamp);
  EXPECT_EQ(shift_of(after).status, CalendarEvent::Status::cancelled);
  EXPECT_EQ(shift_of(after).uid, one.id.value + "@" + ledger->id());
  EXPECT_EQ(ok(roster_calendar(*ledger, "", "mori", weeks)).size(), 1U) << "the holiday alone";
}

TEST_F(A_6_RosterRecords, sets_people_budget_and_systems_against_roles) {
  auto organisation = Organisation::open(*ledger, catalog);
  ASSERT_TRUE(organisation);
  const auto look = [&] {
    auto board = (*organisation)->pulse().board();
    EXPECT_TRUE(board);
    return ok(read_resources(*ledger, (*organisation)->book(), *board));
  };
  const auto warned = [&](const Resources& resources) {
    std::vector<std::string> out;
    for (const ResourceWarning& one : resources.warnings)
      if (one.kind != ResourceWarning::Kind::without_owner)
        out.push_back(std::string(to_text(one.kind)) + " " + one.what);
    return out;
  };
  const auto ownerless = [&](const Resources& resources) {
    return std::ranges::count(resources.warnings, ResourceWarning::Kind::without_owner, &ResourceWarning::kind);
  };
  EXPECT_EQ(warned(look()), (std::vector<std::string>{"no_plan "}));
  EXPECT_EQ(ownerless(look()), 54) << "a role without an owner warns";
  make("role_assignment", {{"role", "H-2"}, {"sourcing", "none"}, {"from", "2026-04-01"}});
  EXPECT_EQ(ownerless(look()), 53) << "decided against";
  make("role_assignment", {{"role", "B-1"}, {"sourcing", "own"}, {"from", "2026-04-01"}});
  make("role_assignment", {{"role", "C-1"}, {"sourcing", "own"}, {"from", "2026-04-01"}});
  make("role_assignment", {{"role", "A-1"},
                           {"sourcing", "own"},
                           {"owner", "user:ito"},
                           {"members", {"ito", "user:mori"}},
                           {"from", "2026-04-01"}});
  const Record plan = make(
      "resource_plan",
      {{"title", "2026年度"},
       {"from", "2026-04-01"},
       {"to", "2027-03-31"},
       {"allocation", json::array{{{"function", "B"}, {"people", 2.5}, {"budget", 30'000'000}, {"systems", "SIEM"}},
                                  {{"function", "b-1"}, {"budget", 100}, {"budget_actual", 150}},
                                  {{"function", "総務"}, {"people", 1}}}}});
  EXPECT_EQ(look().plans.size(), 0U) << "a draft is no plan yet";
  ok(ledger->move(person("ono", {"ciso"}), "api", plan.id, 1, "approve", {{"approved_on", "2026-04-01"}}));
  const Resources resources = look();
  EXPECT_EQ(warned(resources), (std::vector<std::string>{"over_budget B-1", "unknown_line 総務", "nobody C-1"}));
  EXPECT_EQ(ownerless(resources), 52) << "A-1 has an owner; B-1 and C-1 were given to the house, but to nobody";
  EXPECT_EQ(resources.functions[1].planned.people, 2.5);
  EXPECT_EQ(resources.functions[1].planned.systems, (std::vector<std::string>{"SIEM"}));
  EXPECT_EQ(resources.roles[0].people, (std::vector<std::string>{"ito", "mori"}));
}

}  // namespace
}  // namespace yagura::desks::governance
