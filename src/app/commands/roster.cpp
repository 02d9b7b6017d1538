#include <fmt/format.h>

#include <boost/json.hpp>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/fault.hpp"
#include "app/say.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

std::string text(const json::value& value) {
  return value.is_null() ? std::string() : std::string(value.as_string());
}

std::string target_of(const RosterOptions& options, Lang lang) {
  std::string out = options.ical ? "/api/v1/roster/calendar" : "/api/v1/roster";
  char sign = '?';
  const auto add = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    out += fmt::format("{}{}={}", std::exchange(sign, '&'), name, percent_encode(value));
  };
  add("from", options.from);
  add("until", options.until);
  add("team", options.team);
  if (options.ical) {
    add("person", options.person);
    add("lang", std::string(to_text(lang)));
  }
  return out;
}

void print_findings(const Words& words, const json::object& look) {
  const std::string lang(to_text(words.lang));
  std::vector<std::vector<std::string>> rows;
  for (const json::value& one : look.at("findings").as_array()) {
    std::string records;
    for (const json::value& record : one.at("records").as_array())
      records += (records.empty() ? "" : ", ") + text(record);
    std::string what = text(one.at("text").at(lang));
    if (const int64_t missing = one.at("missing").to_number<int64_t>(); missing > 0)
      what += fmt::format(" ({})", missing);
    rows.push_back({text(one.at("from")), text(one.at("until")), text(one.at("team")), std::move(what),
                    text(one.at("person")), std::move(records)});
  }
  if (rows.empty())
    fmt::print("{}\n", words("cli.roster.sound", {{"from", text(look.at("from"))}, {"until", text(look.at("until"))}}));
  else
    print_table({words("cli.roster.from"), words("cli.roster.until"), words("cli.roster.team"),
                 words("cli.roster.what"), words("cli.roster.person"), words("cli.roster.records")},
                rows);
  if (look.at("rosters").to_number<int64_t>() == 0) fmt::print("{}\n", words("cli.roster.no_roster"));
  for (const json::value& fault : look.at("faults").as_array())
    fmt::print("{}: {}\n", text(fault.at("record")), text(fault.at("text").at(lang)));
}

}  // namespace

Exit run_roster(const CommonOptions& common, const RosterOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  auto door = open_door(common, options.data);
  if (!door) return say(door.error());
  const auto answer = (*door)->call("GET", target_of(options, words->lang));
  if (!answer) return say(answer.error());
  if (answer->status >= 400) return say_problem(*answer);
  if (options.ical) {
    fmt::print("{}", answer->body);
    return Exit::done;
  }
  boost::system::error_code broken;
  const json::value parsed = json::parse(answer->body, broken);
  if (broken || !parsed.is_object()) return say(fault(ErrorKind::network, "answer_unreadable", {{"what", "rosters"}}));
  if (common.json)
    fmt::print("{}\n", json::serialize(parsed));
  else
    print_findings(*words, parsed.get_object());
  return parsed.at("findings").as_array().empty() ? Exit::done : Exit::no;
}

}  // namespace yagura::app
