#include "desks/governance/ical.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "desks/governance/zone.hpp"

namespace yagura::desks::governance {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  size_t from = 0;
  for (size_t end = text.find("\r\n"); end != std::string::npos; end = text.find("\r\n", from)) {
    out.push_back(text.substr(from, end - from));
    from = end + 2;
  }
  EXPECT_EQ(from, text.size()) << "every line ends in CRLF";
  return out;
}

std::string unfolded(const std::string& text) {
  std::string out = text;
  for (size_t at = out.find("\r\n "); at != std::string::npos; at = out.find("\r\n ")) out.erase(at, 3);
  return out;
}

TEST(A_6_Calendar, escapes_what_separates_and_drops_what_controls) {
  EXPECT_EQ(escape_calendar_text("a,b;c\\d\ne\r\nf\rg"), "a\\,b\\;c\\\\d\\ne\\nf\\ng");
  EXPECT_EQ(escape_calendar_text(std::string("a\0b\x07\x7F\tc", 7)), "ab\tc");
  EXPECT_EQ(escape_calendar_text("X\r\nEND:VEVENT"), "X\\nEND:VEVENT");
}

TEST(A_6_Calendar, folds_at_75_octets_and_never_inside_a_character) {
  EXPECT_EQ(fold_calendar_line(std::string(75, 'x')), std::string(75, 'x') + "\r\n");
  EXPECT_EQ(fold_calendar_line(std::string(76, 'x')), std::string(75, 'x') + "\r\n x\r\n");
  EXPECT_EQ(fold_calendar_line(std::string(75 + 74, 'x')),
            std::string(75, 'x') + "\r\n " + std::string(74, 'x') + "\r\n");
  for (size_t lead = 0; lead < 5; ++lead) {
    std::string line = "SUMMARY:" + std::string(lead, 'x');
    for (int i = 0; i < 60; ++i) line += i % 7 == 0 ? "😀" : "警";
    const std::string folded = fold_calendar_line(line);
    for (const std::string& one : lines_of(folded)) {
      EXPECT_LE(one.size(), 75U);
      EXPECT_TRUE(is_utf8(one)) << lead;
    }
    EXPECT_EQ(unfolded(folded), line + "\r\n");
  }
  EXPECT_EQ(unfolded(fold_calendar_line(std::string(200, '\x80'))), std::string(200, '\x80') + "\r\n") << "it ends";
}

TEST(A_6_Calendar, has_what_rfc_5545_asks_of_every_event) {
  CalendarEvent shift;
  shift.uid = "SHF-2026-0001@ledger";
  shift.stamp = *parse_time("2026-04-01T00:00:00Z");
  shift.sequence = 2;
  shift.from = *parse_time("2026-04-08T21:00:00+09:00");
  shift.until = *parse_time("2026-04-09T09:00:00+09:00");  // over midnight
  shift.summary = "一次対応: ito";
  shift.status = CalendarEvent::Status::tentative;
  CalendarEvent holiday;
  holiday.uid = "HOL-2026-0001-2026-12-31@ledger";
  holiday.stamp = shift.stamp;
  holiday.day = parse_day("2026-12-31");
  holiday.summary = "大晦日";
  holiday.busy = false;
  const auto lines = lines_of(write_calendar("Shifts", {shift, holiday}));
  EXPECT_EQ(lines, (std::vector<std::string>{"BEGIN:VCALENDAR",
                                             "VERSION:2.0",
                                             "PRODID:-//Yagura//Roster//EN",
                                             "CALSCALE:GREGORIAN",
                                             "METHOD:PUBLISH",
                                             "X-WR-CALNAME:Shifts",
                                             "BEGIN:VEVENT",
                                             "UID:SHF-2026-0001@ledger",
                                             "DTSTAMP:20260401T000000Z",
                                             "LAST-MODIFIED:20260401T000000Z",
                                             "SEQUENCE:2",
                                             "DTSTART:20260408T120000Z",
                                             "DTEND:20260409T000000Z",
                                             "SUMMARY:一次対応: ito",
                                             "STATUS:TENTATIVE",
                                             "TRANSP:OPAQUE",
                                             "END:VEVENT",
                                             "BEGIN:VEVENT",
                                             "UID:HOL-2026-0001-2026-12-31@ledger",
                                             "DTSTAMP:20260401T000000Z",
                                             "LAST-MODIFIED:20260401T000000Z",
                                             "SEQUENCE:0",
                                             "DTSTART;VALUE=DATE:20261231",
                                             "DTEND;VALUE=DATE:20270101",
                                             "SUMMARY:大晦日",
                                             "STATUS:CONFIRMED",
                                             "TRANSP:TRANSPARENT",
                                             "END:VEVENT",
                                             "END:VCALENDAR"}));
}

}  // namespace
}  // namespace yagura::desks::governance
