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
  return std::string(value.as_string());
}

std::string count(const json::value& value) {
  return std::to_string(value.to_number<int64_t>());
}

void print_areas(const Words& words, const json::object& view) {
  const std::string title = "title_" + std::string(to_text(words.lang));
  std::vector<std::vector<std::string>> rows;
  for (const json::value& area : view.at("areas").as_array()) {
    std::vector<std::string> row{text(area.at("id")) + " " + text(area.at(title)), count(area.at("roles"))};
    for (const char* by : {"own", "shared", "specialist", "none", "undecided"})
      row.push_back(count(area.at("by").at(by)));
    row.push_back(words(area.at("own").as_bool() ? "cli.sourcing.covered.own" : "cli.sourcing.covered.specialist"));
    rows.push_back(std::move(row));
  }
  print_table({words("cli.sourcing.area"), words("cli.sourcing.roles"), words("cli.sourcing.own"),
               words("cli.sourcing.shared"), words("cli.sourcing.specialist"), words("cli.sourcing.none"),
               words("cli.sourcing.undecided"), words("cli.sourcing.covered")},
              rows);
}

void print_pattern(const Words& words, const json::object& view) {
  const std::string lang(to_text(words.lang));
  const json::value& pattern = view.at("pattern");
  if (pattern.is_null())
    fmt::print("\n{}\n", words("cli.sourcing.no_pattern"));
  else
    fmt::print("\n{}\n", words(view.at("exact").as_bool() ? "cli.sourcing.pattern" : "cli.sourcing.nearest",
                               {{"id", count(pattern.at("id"))}, {"title", text(pattern.at("title_" + lang))}}));
  fmt::print("{}\n{}\n", text(view.at("rule").at(lang)), text(view.at("note").at(lang)));
}

void print_moves(const Words& words, const json::object& view) {
  const std::string title = "title_" + std::string(to_text(words.lang));
  std::vector<std::vector<std::string>> rows;
  for (const json::value& move : view.at("moves").as_array())
    rows.push_back({text(move.at("id")), text(move.at(title)), text(move.at("area")),
                    words("cli.sourcing." + text(move.at("from"))), words("cli.sourcing." + text(move.at("to")))});
  if (rows.empty()) return;
  const json::value& target = view.at("target");
  if (target.is_null())
    fmt::print("\n{}\n", words("cli.sourcing.moves_aimed"));
  else
    fmt::print("\n{}\n",
               words("cli.sourcing.moves_target", {{"id", count(target.at("id"))}, {"title", text(target.at(title))}}));
  print_table({words("cli.roles.role"), words("cli.roles.title"), words("cli.roles.area"), words("cli.sourcing.from"),
               words("cli.sourcing.to")},
              rows);
}

void print_warnings(const Words& words, const json::object& view) {
  const std::string lang(to_text(words.lang));
  std::vector<std::vector<std::string>> rows;
  for (const json::value& warning : view.at("warnings").as_array())
    rows.push_back({text(warning.at("id")), text(warning.at("title_" + lang)), text(warning.at("text").at(lang))});
  if (rows.empty()) return;
  fmt::print("\n{}\n", words("cli.sourcing.warnings"));
  print_table({words("cli.roles.role"), words("cli.roles.title"), words("cli.sourcing.warning")}, rows);
}

}  // namespace

Exit run_sourcing(const CommonOptions& common, const SourcingOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  auto door = open_door(common, options.data);
  if (!door) return say(door.error());
  const auto answer = (*door)->call(
      "GET", options.target > 0 ? fmt::format("/api/v1/sourcing?target={}", options.target) : "/api/v1/sourcing");
  if (!answer) return say(answer.error());
  if (answer->status >= 400) return say_problem(*answer);
  boost::system::error_code broken;
  const json::value parsed = json::parse(answer->body, broken);
  if (broken || !parsed.is_object()) return say(fault(ErrorKind::network, "answer_unreadable", {{"what", "sourcing"}}));
  const json::object& view = parsed.get_object();
  if (common.json) {
    fmt::print("{}\n", json::serialize(view));
    return Exit::done;
  }
  print_areas(*words, view);
  print_pattern(*words, view);
  print_moves(*words, view);
  print_warnings(*words, view);
  return Exit::done;
}

}  // namespace yagura::app
