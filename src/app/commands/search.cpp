#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/fault.hpp"
#include "app/input.hpp"
#include "app/say.hpp"
#include "base/time.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

std::string text_of(const json::object& row, std::string_view key) {
  const json::value* value = row.if_contains(key);
  if (!value || value->is_null()) return "";
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

Exit print_rows(const CommonOptions& common, const Words& words, const json::array& rows) {
  if (common.json) {
    for (const json::value& row : rows) fmt::print("{}\n", json::serialize(row));
    return Exit::done;
  }
  constexpr size_t raw_shown_max = 160;
  std::vector<std::vector<std::string>> lines;
  for (const json::value& row : rows) {
    const json::object& one = row.as_object();
    std::string raw = text_of(one, "raw");
    if (raw.size() > raw_shown_max) raw = raw.substr(0, raw_shown_max) + "…";
    lines.push_back(
        {text_of(one, "time"), text_of(one, "host"), text_of(one, "channel"), text_of(one, "event_id"), raw});
  }
  print_table({words("cli.scan.time"), words("cli.scan.host"), words("cli.scan.channel"), words("cli.scan.event_id"),
               words("cli.search.raw")},
              lines);
  return Exit::done;
}

/// The table or the JSON of an SQL answer.
Exit print_sql(const CommonOptions& common, const json::object& answer) {
  const json::array& rows = answer.at("rows").as_array();
  std::vector<std::string> header;
  for (const json::value& column : answer.at("columns").as_array()) header.emplace_back(column.as_string());
  std::vector<std::vector<std::string>> lines;
  for (const json::value& row : rows) {
    json::object named;
    std::vector<std::string> line;
    for (size_t i = 0; i < header.size() && i < row.as_array().size(); ++i) {
      named[header[i]] = row.as_array()[i];
      line.push_back(text_of(named, header[i]));
    }
    if (common.json) fmt::print("{}\n", json::serialize(named));
    lines.push_back(std::move(line));
  }
  if (!common.json) print_table(header, lines);
  return Exit::done;
}

}  // namespace

Exit run_search(const CommonOptions& common, const SearchOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  const Timestamp now = system_now();
  const auto from = moment(options.since.empty() ? "24h" : options.since, now);
  const auto to = options.until.empty() ? now : moment(options.until, now);
  if (!from || !to) return say(fault(ErrorKind::invalid, "span"));
  auto door = open_door(common, options.data);
  if (!door) return say(door.error());
  if (options.sql) {
    const auto answer =
        (*door)->call("POST", "/api/v1/events/sql", json::serialize(json::object{{"sql", options.query}}));
    if (!answer) return say(answer.error());
    return answer->status == 200 ? print_sql(common, json::parse(answer->body).as_object()) : say_problem(*answer);
  }
  constexpr int64_t page_max = 1000;
  json::array rows;
  for (std::string cursor; static_cast<int64_t>(rows.size()) < options.limit;) {
    const int64_t page = std::min(page_max, options.limit - static_cast<int64_t>(rows.size()));
    std::string target = fmt::format("/api/v1/events?q={}&from={}&until={}&limit={}", percent_encode(options.query),
                                     percent_encode(format_time(*from)), percent_encode(format_time(*to)), page);
    if (!cursor.empty()) target += "&cursor=" + percent_encode(cursor);
    const auto answer = (*door)->call("GET", target);
    if (!answer) return say(answer.error());
    if (answer->status != 200) return say_problem(*answer);
    const json::object parsed = json::parse(answer->body).as_object();
    for (const json::value& row : parsed.at("events").as_array()) rows.push_back(row);
    cursor = text_of(parsed, "next_cursor");
    if (cursor.empty()) break;
  }
  return print_rows(common, *words, rows);
}

}  // namespace yagura::app
