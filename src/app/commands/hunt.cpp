#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "app/catalog.hpp"
#include "app/door.hpp"
#include "app/fault.hpp"
#include "app/given_file.hpp"
#include "app/hunt_options.hpp"
#include "app/input.hpp"
#include "app/progress.hpp"
#include "app/say.hpp"
#include "base/time.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

constexpr int64_t page_max = 1'000;
constexpr size_t rule_bytes_max = 1 << 20;

std::string text_of(const json::object& row, std::string_view key) {
  const json::value* value = row.if_contains(key);
  if (!value || value->is_null()) return "";
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

Result<json::object> parsed(const DoorAnswer& answer) {
  boost::system::error_code error;
  json::value body = json::parse(answer.body, error);
  if (error || !body.is_object())
    return std::unexpected(fault(ErrorKind::network, "answer_unreadable", {{"what", "hunts"}}));
  return std::move(body.get_object());
}

int64_t number_of(const json::object& row, std::string_view key) {
  const json::value* value = row.if_contains(key);
  boost::system::error_code ignored;
  return value && value->is_number() ? value->to_number<int64_t>(ignored) : 0;
}

/// Asks until the hunt is over, showing how far it is.
Result<json::object> wait_for(Door& door, const std::string& id, const Words& words) {
  Progress progress(words("cli.progress.matches"));
  for (int wait_ms = 20;; wait_ms = std::min(wait_ms * 2, 500)) {
    const auto answer = door.call("GET", "/api/v1/hunts/" + id);
    if (!answer) return std::unexpected(answer.error());
    auto hunt = parsed(*answer);
    if (!hunt) return hunt;
    const std::string state = text_of(*hunt, "state");
    if (state != "waiting" && state != "running") {
      progress.clear();
      if (state == "done") return hunt;
      return failure(ErrorKind::io, state == "failed" ? text_of(*hunt, "error") : fault_text("hunt_cancelled"));
    }
    progress.update(static_cast<uint64_t>(number_of(*hunt, "events")), static_cast<uint64_t>(number_of(*hunt, "total")),
                    static_cast<uint64_t>(number_of(*hunt, "matches")));
    std::this_thread::sleep_for(std::chrono::milliseconds(wait_ms));
  }
}

Result<json::array> matches_of(Door& door, const std::string& id, int64_t limit) {
  json::array out;
  while (static_cast<int64_t>(out.size()) < limit) {
    const int64_t page = std::min(page_max, limit - static_cast<int64_t>(out.size()));
    const auto answer =
        door.call("GET", fmt::format("/api/v1/hunts/{}/matches?limit={}&offset={}", id, page, out.size()));
    if (!answer) return std::unexpected(answer.error());
    const auto body = parsed(*answer);
    if (!body) return std::unexpected(body.error());
    const json::value* matches = body->if_contains("matches");
    if (!matches || !matches->is_array() || matches->get_array().empty()) break;
    for (const json::value& match : matches->get_array()) out.push_back(match);
  }
  return out;
}

void print(const CommonOptions& common, const Words& words, const json::object& hunt, const json::array& matches) {
  if (common.json) {
    for (const json::value& match : matches) fmt::print("{}\n", json::serialize(match));
    return;
  }
  std::vector<std::vector<std::string>> lines;
  for (const json::value& match : matches) {
    const json::object& one = match.as_object();
    lines.push_back({text_of(one, "time"), text_of(one, "rule_id"), text_of(one, "host"), text_of(one, "user"),
                     text_of(one, "event_uid")});
  }
  if (!lines.empty())
    print_table({words("cli.scan.time"), words("cli.hunt.rule"), words("cli.scan.host"), words("cli.scan.user"),
                 words("cli.hunt.event")},
                lines);
  const json::value* rules = hunt.if_contains("rules");
  const size_t rules_count = rules && rules->is_array() ? rules->get_array().size() : 0;
  fmt::print("{}\n", words("cli.hunt.done", {{"matches", text_of(hunt, "matches")},
                                             {"events", text_of(hunt, "events")},
                                             {"rules", std::to_string(rules_count)}}));
  const int64_t more = number_of(hunt, "matches") - static_cast<int64_t>(matches.size());
  if (more > 0) fmt::print("{}\n", words("cli.hunt.more", {{"count", std::to_string(more)}}));
  const json::value* cut = hunt.if_contains("cut");
  if (cut && cut->is_bool() && cut->get_bool())
    fmt::print("{}\n",
               words("cli.hunt.cut", {{"events", text_of(hunt, "events")}, {"reached", text_of(hunt, "reached")}}));
}

}  // namespace

Exit run_hunt(const CommonOptions& common, const HuntOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  const auto rule = read_given(options.rule, rule_bytes_max);
  if (!rule) return say(rule.error());
  const Timestamp now = system_now();
  const auto from = moment(options.since.empty() ? "7d" : options.since, now);
  const auto to = options.until.empty() ? now : moment(options.until, now);
  if (!from || !to) return say(fault(ErrorKind::invalid, "span"));
  auto door = open_door(common, options.data);
  if (!door) return say(door.error());
  const auto started = (*door)->call(
      "POST", "/api/v1/hunts",
      json::serialize(json::object{
          {"rule", *rule}, {"from", format_time(*from)}, {"until", format_time(*to)}, {"events_max", options.events}}));
  if (!started) return say(started.error());
  if (started->status != 201) return say_problem(*started);
  const auto begun = parsed(*started);
  if (!begun) return say(begun.error());
  const std::string id = text_of(*begun, "id");
  const auto hunt = wait_for(**door, id, *words);
  if (!hunt) return say(hunt.error());
  const auto matches = matches_of(**door, id, options.limit);
  if (!matches) return say(matches.error());
  print(common, *words, *hunt, *matches);
  return Exit::done;
}

}  // namespace yagura::app
