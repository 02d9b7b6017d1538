#include "formats/cef_leef.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "formats/log_time.hpp"

namespace yagura::formats {
namespace {

bool name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '-' || c == '[' || c == ']';
}

/// "Sep 19 2010 08:26:10.123 UTC" as parse_log_time() takes it; other zones' names mean too many things.
std::optional<Timestamp> parse_product_time(std::string_view text, int zone_offset_seconds) {
  if (const auto time = parse_log_time(text, zone_offset_seconds)) return time->time;
  TextCursor in{text};
  const unsigned month = month_of(in.word());
  in.skip_spaces();
  const std::string_view day = in.word();
  const std::string_view year = in.word();
  const std::string_view clock = in.word();
  std::string_view zone = in.rest;
  if (zone == "UTC" || zone == "GMT") zone = "Z";
  if (month == 0 || !all_digits(day) || day.size() > 2 || !all_digits(year) || year.size() != 4) return std::nullopt;
  std::string iso(year);
  iso += month < 10 ? "-0" : "-1";
  iso += static_cast<char>('0' + month % 10);
  iso += day.size() == 1 ? "-0" : "-";
  iso.append(day).append("T").append(clock).append(zone);
  const auto time = parse_log_time(iso, zone_offset_seconds);
  return time ? std::optional(time->time) : std::nullopt;
}

/// What the extension says of the event as a whole: of several names the first counts.
class Header {
 public:
  Header(std::initializer_list<std::string_view> hosts, std::initializer_list<std::string_view> times)
      : hosts_(hosts), times_(times) {}

  void take(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    better(hosts_, name, value, host_rank_, host_);
    better(times_, name, value, time_rank_, time_);
  }

  void give(event::Event& event, int zone_offset_seconds) const {
    if (!host_.empty()) event.host = host_;
    if (const auto time = parse_product_time(time_, zone_offset_seconds)) event.time = *time;
  }

 private:
  static void better(const std::vector<std::string_view>& names, std::string_view name, std::string_view value,
                     size_t& rank, std::string_view& kept) {
    const auto at = static_cast<size_t>(std::ranges::find(names, name) - names.begin());
    if (at >= rank || at == names.size()) return;
    rank = at;
    kept = value;
  }

  std::vector<std::string_view> hosts_;
  std::vector<std::string_view> times_;
  size_t host_rank_ = SIZE_MAX;
  size_t time_rank_ = SIZE_MAX;
  std::string_view host_;
  std::string_view time_;
};

/// Undoes \| \= \\ and the \n and \r of values; a text without a backslash stays where it is.
std::string_view unescaped(std::string_view text, event::Batch& batch) {
  if (!text.contains('\\')) return text;
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char next = text[++i];
    if (next == 'n' || next == 'r')
      out += next == 'n' ? '\n' : '\r';
    else if (std::string_view("\\|=").contains(next))
      out += next;
    else
      out.append({'\\', next});
  }
  return batch.arena().copy(out);
}

/// Where a CEF value that starts at `at` ends: before the blank in front of the next "name=", or at the end.
size_t value_end(std::string_view text, size_t at) {
  for (size_t equals = text.find('=', at); equals != std::string_view::npos; equals = text.find('=', equals + 1)) {
    size_t start = equals;
    while (start > at && name_character(text[start - 1])) --start;
    if (start == equals || start == at || text[start - 1] != ' ') continue;  // an '=' within a value
    size_t end = start - 1;
    while (end > at && text[end - 1] == ' ') --end;
    return end;
  }
  size_t end = text.size();
  while (end > at && text[end - 1] == ' ') --end;
  return end;
}

/// "cs1" and "cs1Label" meet here, in whichever order they come.
class Labels {
 public:
  void take(std::string_view name, std::string_view value) {
    constexpr std::string_view label = "Label";
    if (entries_.size() == product_value_names_max) return;
    if (name.size() > label.size() && name.ends_with(label) && !value.empty())
      entries_.emplace_back(name.substr(0, name.size() - label.size()), value);
  }
  void add_to(FieldWriter& out, const std::vector<std::pair<std::string_view, std::string_view>>& values) const {
    for (const auto& [key, label] : entries_)
      for (const auto& [name, value] : values)
        if (name == key) out.named_value(label, value);
  }

 private:
  std::vector<std::pair<std::string_view, std::string_view>> entries_;
};

/// Cuts `count` parts off, each ended by a '|' without a backslash before it.
bool take_bars(std::string_view& rest, size_t count, std::array<std::string_view, product_header_parts>& parts) {
  for (size_t part = 0; part < count; ++part) {
    size_t end = 0;
    while (end < rest.size() && rest[end] != '|') end += rest[end] == '\\' ? 2 : 1;
    if (end >= rest.size()) return false;
    parts[part] = rest.substr(0, end);
    rest.remove_prefix(end + 1);
  }
  return true;
}

void add_header(FieldWriter& out, std::initializer_list<std::string_view> names,
                const std::array<std::string_view, product_header_parts>& parts) {
  size_t at = 1;  // the first is the format's version
  for (const std::string_view name : names) out.named_value(name, unescaped(parts[at++], out.batch()));
  event::Event& event = out.batch().current();
  event.provider = unescaped(parts[1], out.batch());
  event.channel = unescaped(parts[2], out.batch());
}

/// LEEF 2 names its delimiter: a character, or its number as x5E or 0x5E. Nothing when it is neither.
std::optional<char> delimiter_of(std::string_view text) {
  if (text.empty()) return '\t';
  if (text.size() == 1) return text[0];
  text.remove_prefix(text.starts_with("0x") || text.starts_with("0X") ? 2 : 1);
  unsigned value = 0;
  for (const char c : text) {
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    if ((lower < '0' || lower > '9') && (lower < 'a' || lower > 'f')) return std::nullopt;
    value = value * 16 + static_cast<unsigned>(lower <= '9' ? lower - '0' : lower - 'a' + 10);
    if (value > 0x7F) return std::nullopt;
  }
  return value > 0 ? std::optional(static_cast<char>(value)) : std::nullopt;
}

}  // namespace

bool parse_cef(std::string_view text, int zone_offset_seconds, FieldWriter& out) {
  constexpr size_t bars = 7;
  TextCursor in{text};
  if (!in.skip("CEF:")) return false;
  in.skip_spaces();
  std::array<std::string_view, product_header_parts> parts;
  if (!take_bars(in.rest, bars, parts) || !all_digits(parts[0])) return false;
  add_header(out, {"deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name", "severity"}, parts);
  Header header({"shost", "src", "dvchost", "dvc"}, {"rt", "start", "end"});
  Labels labels;
  std::vector<std::pair<std::string_view, std::string_view>> values;
  const std::string_view rest = in.rest;
  for (size_t at = rest.find_first_not_of(' '); at < rest.size();) {
    const size_t equals = rest.find('=', at);
    if (equals == std::string_view::npos) break;
    const std::string_view name = rest.substr(at, equals - at);
    const size_t end = value_end(rest, equals + 1);
    const std::string_view value = unescaped(rest.substr(equals + 1, end - equals - 1), out.batch());
    out.named_value(name, value);
    header.take(name, value);
    labels.take(name, value);
    if (values.size() < event::fields_per_event_max) values.emplace_back(name, value);
    at = rest.find_first_not_of(' ', end);
  }
  labels.add_to(out, values);
  header.give(out.batch().current(), zone_offset_seconds);
  return true;
}

bool parse_leef(std::string_view text, int zone_offset_seconds, FieldWriter& out) {
  TextCursor in{text};
  if (!in.skip("LEEF:")) return false;
  in.skip_spaces();
  std::array<std::string_view, product_header_parts> parts;
  const bool second = in.rest.starts_with("2");
  if (!take_bars(in.rest, 5, parts) || (!parts[0].starts_with("1") && !second)) return false;
  char delimiter = '\t';
  if (second) {
    // Many senders of version 2 leave the delimiter's place out altogether.
    std::string_view rest = in.rest;
    std::array<std::string_view, product_header_parts> named;
    constexpr size_t delimiter_bytes_max = 4;
    if (take_bars(rest, 1, named) && named[0].size() <= delimiter_bytes_max && !named[0].contains('=')) {
      if (const auto one = delimiter_of(named[0])) delimiter = *one;
      in.rest = rest;
    }
  }
  add_header(out, {"deviceVendor", "deviceProduct", "deviceVersion", "eventId"}, parts);
  Header header({"identHostName", "src", "identSrc"}, {"devTime"});
  for (std::string_view rest = in.rest; !rest.empty();) {
    const size_t end = std::min(rest.find(delimiter), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const size_t equals = pair.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    out.named_value(pair.substr(0, equals), pair.substr(equals + 1));
    header.take(pair.substr(0, equals), pair.substr(equals + 1));
  }
  header.give(out.batch().current(), zone_offset_seconds);
  return true;
}

}  // namespace yagura::formats
