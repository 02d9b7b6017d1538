#include <fmt/format.h>

#include <boost/json.hpp>
#include <filesystem>
#include <map>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/house.hpp"
#include "app/say.hpp"
#include "desks/governance/textbook.hpp"
#include "ledger/record_types.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

/// What the records of a role's registers tell of it.
struct Pulse {
  std::vector<std::string> home;  // record types that serve the role
  std::string last;               // RFC 3339; empty: never
  int64_t facts = 0;              // looked at; at most facts_looked_at_max
};

constexpr int facts_looked_at_max = 1000;

/// The newest fact of each register, by record type. Asks the journal once a type; only what people did counts.
Result<std::map<std::string, Pulse>> pulse_by_type(Door& door, const ledger::RecordTypes& types) {
  std::map<std::string, Pulse> out;
  for (const auto& [id, type] : types.all()) {
    const auto answer = door.call(
        "GET", fmt::format("/api/v1/facts?kind={}.*&order=desc&limit={}", percent_encode(id), facts_looked_at_max));
    if (!answer) return std::unexpected(answer.error());
    boost::system::error_code error;
    const json::value parsed = json::parse(answer->body, error);
    const json::value* facts = !error && parsed.is_object() ? parsed.get_object().if_contains("facts") : nullptr;
    if (!facts || !facts->is_array())
      return failure(ErrorKind::invalid, fmt::format("the journal of {} can't be read ({})", id, answer->status));
    Pulse& pulse = out[id];
    for (const json::value& fact : facts->get_array()) {
      if (std::string_view(fact.at("actor").get_string()).starts_with("system:")) continue;
      if (pulse.last.empty()) pulse.last = std::string(fact.at("time").get_string());
      ++pulse.facts;
    }
  }
  return out;
}

}  // namespace

Exit run_roles(const CommonOptions& common, const DataOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  const auto book = desks::governance::Textbook::load(*catalog / "textbook/isog-j-1.0.yaml");
  if (!book) return say(book.error());
  const auto types = ledger::RecordTypes::load(*catalog / "records");
  if (!types) return say(types.error().front());
  std::map<std::string, Pulse> by_type;
  std::error_code error;
  // Without data every role is there and none was performed.
  if (!options.url.empty() || std::filesystem::exists(DataLayout{options.data}.ledger_file(), error)) {
    auto door = open_door(common, options);
    if (!door) return say(door.error());
    auto pulses = pulse_by_type(**door, *types);
    if (!pulses) return say(pulses.error());
    by_type = std::move(*pulses);
  }

  json::array out;
  std::vector<std::vector<std::string>> rows;
  for (const desks::governance::Role& role : book->roles) {
    Pulse pulse;
    for (const auto& [id, type] : types->all()) {
      if (std::ranges::find(type.roles, role.id) == type.roles.end()) continue;
      pulse.home.push_back(id);
      if (const auto found = by_type.find(id); found != by_type.end()) {
        pulse.last = std::max(pulse.last, found->second.last);
        pulse.facts += found->second.facts;
      }
    }
    json::array teams;
    std::string team_names;
    for (const auto& team : role.teams) {
      teams.push_back(json::object{{"ja", team.title_ja}, {"en", team.title_en}, {"area", team.area}});
      team_names += (team_names.empty() ? "" : ", ") + (words->lang == Lang::ja ? team.title_ja : team.title_en);
    }
    json::object beat{{"facts", pulse.facts}};
    beat["last_performed"] = pulse.last.empty() ? json::value(nullptr) : json::value(pulse.last);
    const std::string home = fmt::format("{}", fmt::join(pulse.home, ", "));
    out.push_back(json::object{{"id", role.id},
                               {"title_ja", role.title_ja},
                               {"title_en", role.title_en},
                               {"function", role.function},
                               {"area", role.area},
                               {"teams", std::move(teams)},
                               {"home", json::value_from(pulse.home)},
                               {"owner", nullptr},
                               {"pulse", std::move(beat)}});
    rows.push_back({role.id, words->lang == Lang::ja ? role.title_ja : role.title_en, role.area, team_names, home,
                    pulse.last.empty() ? (*words)("cli.roles.never") : pulse.last});
  }
  if (common.json) {
    fmt::print("{}\n", json::serialize(out));
  } else {
    print_table({(*words)("cli.roles.role"), (*words)("cli.roles.title"), (*words)("cli.roles.area"),
                 (*words)("cli.roles.teams"), (*words)("cli.roles.home"), (*words)("cli.roles.last")},
                rows);
  }
  return Exit::done;
}

}  // namespace yagura::app
