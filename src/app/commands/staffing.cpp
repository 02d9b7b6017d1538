#include <fmt/format.h>

#include <boost/json.hpp>
#include <map>

#include "api/staffing_json.hpp"
#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/fault.hpp"
#include "app/say.hpp"
#include "desks/governance/staffing_simulation.hpp"
#include "desks/governance/staffing_table.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;
namespace governance = desks::governance;

/// "1.5 h ±0.2" in the unit that suits the mean.
std::string time_text(const governance::Estimate& minutes) {
  if (minutes.mean >= 2880) return fmt::format("{:.1f} d ±{:.1f}", minutes.mean / 1440, minutes.half_width / 1440);
  if (minutes.mean >= 120) return fmt::format("{:.1f} h ±{:.1f}", minutes.mean / 60, minutes.half_width / 60);
  return fmt::format("{:.1f} min ±{:.1f}", minutes.mean, minutes.half_width);
}

std::string share_text(const governance::Estimate& share) {
  return fmt::format("{:.1f} % ±{:.1f}", 100 * share.mean, 100 * share.half_width);
}

void print_simulation(const Words& words, const governance::StaffingDemand& demand,
                      const governance::SimulationOutcome& outcome) {
  const bool ja = words.lang == Lang::ja;
  std::vector<std::vector<std::string>> rows;
  for (size_t i = 0; i < outcome.work.size(); ++i) {
    const governance::WorkOutcome& one = outcome.work[i];
    const governance::WorkKind& kind = demand.work[i];
    if (one.done_by_nobody) {
      rows.push_back({ja ? kind.title_ja : kind.title_en, fmt::format("{:.2f}", one.per_day.mean),
                      words("cli.staffing.nobody"), "", "", ""});
      continue;
    }
    rows.push_back({ja ? kind.title_ja : kind.title_en, fmt::format("{:.2f}", one.per_day.mean),
                    time_text(one.wait_mean), time_text(one.wait_p90),
                    kind.within_minutes > 0 ? share_text(one.missed) : "-", fmt::format("{:.1f}", one.left_over.mean)});
  }
  fmt::print("\n");
  print_table({words("cli.staffing.work"), words("cli.staffing.per_day"), words("cli.staffing.wait_mean"),
               words("cli.staffing.wait_p90"), words("cli.staffing.missed"), words("cli.staffing.left_over")},
              rows);
  rows.clear();
  for (const governance::TeamOutcome& team : outcome.teams)
    rows.push_back({ja ? team.title_ja : team.title_en, std::to_string(team.people),
                    fmt::format("{:.1f}", team.staffed_hours),
                    team.staffed_hours == 0 ? "-" : share_text(team.utilisation)});
  fmt::print("\n");
  print_table({words("cli.staffing.team"), words("cli.staffing.people"), words("cli.staffing.hours"),
               words("cli.staffing.utilisation")},
              rows);
  if (outcome.cut_short) fmt::print("\n{}\n", words("cli.staffing.cut_short"));
}

/// Simulates the staffing and its variants; into `answer` and, unless JSON is asked for, onto the terminal.
Exit simulate(const Words& words, const governance::StaffingLevel& level, const governance::StaffingDemand& demand,
              const StaffingOptions& options, bool as_lines, json::object& answer) {
  const governance::SimulationOptions simulation{
      .days = options.days, .warmup_days = 28, .runs = options.runs, .seed = options.seed};
  const auto base = simulate_staffing(level, demand, simulation);
  if (!base) return say(base.error());
  answer["simulation"] = api::simulation_json(*base);
  if (as_lines) print_simulation(words, demand, *base);
  json::array variants;
  std::vector<std::vector<std::string>> rows;
  const double before = api::missed_share(demand, *base);
  for (const governance::StaffingVariant& variant : governance::staffing_variants(level)) {
    const auto outcome = simulate_staffing(variant.staffing, demand, simulation);
    if (!outcome) return say(outcome.error());
    const double after = api::missed_share(demand, *outcome);
    const auto team = std::ranges::find(level.teams, variant.team, &governance::StaffedTeam::title_ja);
    variants.push_back(json::object{{"team_ja", variant.team},
                                    {"team_en", team->title_en},
                                    {"change", api::to_text(variant.change)},
                                    {"people", variant.people},
                                    {"missed_share_before", before},
                                    {"missed_share_after", after},
                                    {"simulation", api::simulation_json(*outcome)}});
    rows.push_back({words(fmt::format("cli.staffing.change.{}", api::to_text(variant.change))),
                    words.lang == Lang::ja ? team->title_ja : team->title_en, fmt::format("+{}", variant.people),
                    fmt::format("{:.1f} %", 100 * before), fmt::format("{:.1f} %", 100 * after)});
  }
  answer["variants"] = std::move(variants);
  if (as_lines) {
    fmt::print("\n");
    print_table({words("cli.staffing.change"), words("cli.staffing.team"), words("cli.staffing.people"),
                 words("cli.staffing.missed_before"), words("cli.staffing.missed_after")},
                rows);
  }
  return Exit::done;
}

/// What the platform's records say of the last days, in place of the catalogue's figures.
Status measure(const CommonOptions& common, const StaffingOptions& options, governance::StaffingDemand& demand) {
  auto door = open_door(common, options.data);
  if (!door) return std::unexpected(door.error());
  const auto answer = (*door)->call("GET", fmt::format("/api/v1/staffing?days={}", options.measured));
  if (!answer) return std::unexpected(answer.error());
  boost::system::error_code broken;
  const json::value parsed = json::parse(answer->body, broken);
  if (answer->status >= 400 || broken)
    return std::unexpected(fault(ErrorKind::network, "answer_unreadable", {{"what", "staffing"}}));
  for (const json::value& one : parsed.at("demand").at("work").as_array()) {
    const auto kind = std::ranges::find(demand.work, std::string(one.at("id").as_string()), &governance::WorkKind::id);
    if (kind == demand.work.end()) continue;
    kind->per_day = one.at("per_day").to_number<double>();
    kind->minutes = one.at("minutes").to_number<double>();
    kind->variation = one.at("variation").to_number<double>();
    kind->leads_to.clear();
    for (const json::value& next : one.at("leads_to").as_array())
      kind->leads_to.emplace_back(next.at("work").as_string(), next.at("share").to_number<double>());
  }
  return {};
}

/// The demand that the options name.
Result<governance::StaffingDemand> demand_of(const CommonOptions& common, const StaffingOptions& options,
                                             const std::filesystem::path& catalog) {
  auto read = governance::StaffingDemand::load(options.demand.empty() ? catalog / "staffing/demand.yaml"
                                                                      : std::filesystem::path(options.demand));
  if (!read) return failure(ErrorKind::invalid, to_text(read.error()));
  if (options.measured > 0)
    if (auto done = measure(common, options, *read); !done) return std::unexpected(done.error());
  return std::move(*read);
}

}  // namespace

Exit run_staffing(const CommonOptions& common, const StaffingOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  std::map<int, governance::StaffingLevel> levels;
  constexpr int own = -1;
  if (!options.file.empty()) {
    auto level = governance::load_own_staffing(options.file);
    if (!level) return say(level.error());
    levels.emplace(own, std::move(*level));
  } else {
    auto table = governance::load_staffing(*catalog / "textbook/staffing-isog-j-1.0.yaml");
    if (!table) return say(table.error());
    levels = std::move(*table);
    if (options.level >= 0) std::erase_if(levels, [&](const auto& entry) { return entry.first != options.level; });
  }
  governance::StaffingDemand demand;
  if (options.days > 0) {
    auto read = demand_of(common, options, *catalog);
    if (!read) return say(read.error());
    demand = std::move(*read);
  }
  json::array all;
  std::vector<std::vector<std::string>> rows;
  const bool ja = words->lang == Lang::ja;
  const auto print_rows = [&] {
    print_table({(*words)("cli.staffing.level"), (*words)("cli.staffing.team"), (*words)("cli.staffing.mode"),
                 (*words)("cli.staffing.people")},
                rows);
    rows.clear();
  };
  for (const auto& [number, level] : levels) {
    const std::string name = number == own ? "-" : std::to_string(number);
    for (const auto& team : level.teams)
      rows.push_back({name, ja ? team.title_ja : team.title_en, (*words)("cli.staffing.mode." + team.mode),
                      std::to_string(team.headcount)});
    rows.push_back({name, (*words)("cli.staffing.total"), "", std::to_string(level.total)});
    json::object answer = api::staffing_json(level);
    if (number != own) {
      answer["level"] = number;
      answer["note"] = (*words)(fmt::format("governance.staffing.level.{}", number));
    }
    if (options.days > 0) {
      if (!common.json) print_rows();
      const Exit done = simulate(*words, level, demand, options, !common.json, answer);
      if (done != Exit::done) return done;
    }
    all.push_back(std::move(answer));
  }
  if (common.json)
    fmt::print("{}\n", json::serialize(levels.size() == 1 ? all.front() : json::value(std::move(all))));
  else if (!rows.empty())
    print_rows();
  if (!common.json && options.level >= 0)
    fmt::print("\n{}\n", (*words)(fmt::format("governance.staffing.level.{}", options.level)));
  return Exit::done;
}

}  // namespace yagura::app
