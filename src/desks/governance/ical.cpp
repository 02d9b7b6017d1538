#include "desks/governance/ical.hpp"

#include <array>

#include "base/text.hpp"
#include "desks/governance/zone.hpp"

namespace yagura::desks::governance {
namespace {

constexpr size_t line_octets_max = 75;  // without the line break; a continuation's space counts

bool continues_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// "20260408T105804Z"
std::string utc(Timestamp at) {
  std::string out;
  for (const char c : format_time(at, 0))
    if (c != '-' && c != ':') out += c;
  return out;
}

/// "20260408"
std::string date(int64_t day) {
  std::string out;
  for (const char c : format_day(day))
    if (c != '-') out += c;
  return out;
}

void add_event(const CalendarEvent& event, std::string& out) {
  constexpr std::array<std::string_view, 3> states{"TENTATIVE", "CONFIRMED", "CANCELLED"};
  const auto line = [&](std::string_view name, std::string_view value) {
    out += fold_calendar_line(std::string(name) + std::string(value));
  };
  line("BEGIN:", "VEVENT");
  line("UID:", escape_calendar_text(event.uid));
  line("DTSTAMP:", utc(event.stamp));
  line("LAST-MODIFIED:", utc(event.stamp));
  line("SEQUENCE:", std::to_string(event.sequence));
  if (event.day) {
    line("DTSTART;VALUE=DATE:", date(*event.day));
    line("DTEND;VALUE=DATE:", date(*event.day + 1));
  } else {
    line("DTSTART:", utc(event.from));
    line("DTEND:", utc(event.until));
  }
  line("SUMMARY:", escape_calendar_text(event.summary));
  if (!event.description.empty()) line("DESCRIPTION:", escape_calendar_text(event.description));
  if (!event.category.empty()) line("CATEGORIES:", escape_calendar_text(event.category));
  line("STATUS:", states[static_cast<size_t>(event.status)]);
  line("TRANSP:", event.busy ? "OPAQUE" : "TRANSPARENT");
  line("END:", "VEVENT");
}

}  // namespace

std::string escape_calendar_text(std::string_view text) {
  std::string out;
  const std::string valid = to_valid_utf8(text);
  for (size_t i = 0; i < valid.size(); ++i) {
    const char c = valid[i];
    if (c == '\r') {
      if (i + 1 >= valid.size() || valid[i + 1] != '\n') out += "\\n";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\\' || c == ';' || c == ',') {
      out += '\\';
      out += c;
    } else if (c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F)) {
      out += c;
    }
  }
  return out;
}

std::string fold_calendar_line(std::string_view line) {
  std::string out;
  size_t room = line_octets_max;
  while (line.size() > room) {
    size_t cut = room;
    while (cut > 0 && continues_character(line[cut])) --cut;
    if (cut == 0) cut = room;  // no UTF-8: the octets are folded as they are
    out += line.substr(0, cut);
    out += "\r\n ";
    line.remove_prefix(cut);
    room = line_octets_max - 1;
  }
  out += line;
  return out + "\r\n";
}

std::string write_calendar(std::string_view name, const std::vector<CalendarEvent>& events) {
  std::string out;
  for (const std::string_view line :
       {"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yagura//Roster//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"})
    out += fold_calendar_line(line);
  out += fold_calendar_line("X-WR-CALNAME:" + escape_calendar_text(name));
  for (const CalendarEvent& event : events) add_event(event, out);
  return out + fold_calendar_line("END:VCALENDAR");
}

}  // namespace yagura::desks::governance
