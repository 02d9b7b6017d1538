#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>
#include <thread>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/door.hpp"
#include "app/fault.hpp"
#include "app/input.hpp"
#include "app/rules.hpp"
#include "app/say.hpp"
#include "app/scan_progress.hpp"
#include "app/scan_summary_text.hpp"
#include "app/terminal.hpp"
#include "detect/rule_coverage.hpp"
#include "detect/taxonomy.hpp"
#include "pipeline/scan.hpp"
#include "pipeline/source_census.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;
using detect::Coverage;

constexpr std::array<Coverage, 5> coverages = {Coverage::can_fire, Coverage::fields_never_seen,
                                               Coverage::events_never_seen, Coverage::source_never_seen,
                                               Coverage::unmapped};

/// What stands in files. Only where events come from is asked, so no rule is matched.
Result<std::vector<detect::SeenEvents>> seen_in_files(const RulesCoverageOptions& options, const InputChoice& choice,
                                                      const detect::RuleSet& rules, const detect::Taxonomy& taxonomy,
                                                      const Words& words) {
  Counters counters;
  ScanBar bar(words);
  pipeline::SourceCensus census(true, detect::fields_by_value(rules, taxonomy));
  pipeline::ScanOptions scan;
  scan.format = choice.format;
  scan.counters = &counters;
  scan.input.encoding = choice.encoding;
  scan.threads = std::max(1U, std::thread::hardware_concurrency());
  scan.judges.push_back(&census);
  scan.on_progress = [&](const pipeline::ScanProgress& at) { bar.update(at); };
  const auto none = detect::RuleSet::load_text("", "", taxonomy);
  const auto stats = pipeline::scan(to_paths(options.paths), none.rules, scan, [](auto) {});
  bar.clear();
  (void)say_failures(stats.failures);
  std::vector<detect::SeenEvents> out;
  for (const pipeline::SeenSource& source : census.sources()) {
    auto& one = out.emplace_back(source.format, source.channel, source.provider, source.event_id, source.events,
                                 std::set<std::string>(), source.values);
    for (const event::FieldId field : source.fields) one.fields.emplace(event::FieldNames::instance().name(field));
  }
  if (out.empty() && !stats.failures.empty()) return failure(ErrorKind::io, stats.failures.front().error.message);
  return out;
}

std::string text_at(const json::array& row, size_t at) {
  return row[at].is_string() ? std::string(row[at].get_string()) : json::serialize(row[at]);
}

/// What the lake holds since then.
Result<std::vector<detect::SeenEvents>> seen_in_lake(const CommonOptions& common, const RulesCoverageOptions& options,
                                                     Timestamp since) {
  auto door = open_door(common, options.data);
  if (!door) return std::unexpected(door.error());
  constexpr int64_t rows_max = 10'000;  // what the API gives at most
  std::string from = format_time(since, 0).substr(0, 19);
  from[10] = ' ';
  // A name that is a word of SQL stands in backticks: the guard takes it for one otherwise.
  const std::string sql = fmt::format(
      "SELECT `format`, channel, provider, event_id, count() AS events, "
      "arrayStringConcat(groupUniqArrayArray(mapKeys(attributes)), '\\n') AS fields FROM events WHERE time >= "
      "toDateTime64('{}', 9, 'UTC') GROUP BY `format`, channel, provider, event_id ORDER BY events DESC LIMIT {}",
      from, rows_max);
  const auto answer =
      (*door)->call("POST", "/api/v1/events/sql", json::serialize(json::object{{"sql", sql}, {"limit", rows_max}}));
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != 200) return std::unexpected(fault(ErrorKind::io, "answer_unreadable", {{"what", "census"}}));
  std::vector<detect::SeenEvents> out;
  const json::object parsed = json::parse(answer->body).as_object();
  for (const json::value& value : parsed.at("rows").as_array()) {
    const json::array& row = value.as_array();
    auto& one = out.emplace_back(text_at(row, 0), text_at(row, 1), text_at(row, 2),
                                 std::strtoll(text_at(row, 3).c_str(), nullptr, 10),
                                 std::strtoull(text_at(row, 4).c_str(), nullptr, 10), std::set<std::string>(),
                                 std::map<std::string, std::set<std::string>>());
    const std::string fields = text_at(row, 5);
    for (size_t at = 0; at < fields.size();) {
      const size_t end = std::min(fields.find('\n', at), fields.size());
      one.fields.insert(fields.substr(at, end - at));
      at = end + 1;
    }
  }
  return out;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ", ") + text;
  return out;
}

void print_json(const std::vector<detect::RuleCoverage>& coverage, const detect::RuleSet& rules, size_t seen) {
  json::object counts;
  for (const Coverage one : coverages)
    counts[to_text(one)] = std::ranges::count(coverage, one, &detect::RuleCoverage::coverage);
  json::array list;
  for (const auto& one : coverage) {
    const detect::Rule& rule = rules.rule(one.rule);
    json::array missing;
    for (const std::string& field : one.missing_fields) missing.push_back(json::value(field));
    list.push_back(json::object{{"id", rule.id},
                                {"title", rule.title},
                                {"level", to_text(rule.level)},
                                {"logsource", to_text(rule.logsource)},
                                {"coverage", to_text(one.coverage)},
                                {"needs", one.needs},
                                {"events", one.events},
                                {"missing_fields", std::move(missing)},
                                {"file", rule.file}});
  }
  fmt::print("{}\n", json::serialize(json::object{{"rules", coverage.size()},
                                                  {"sources_seen", seen},
                                                  {"counts", std::move(counts)},
                                                  {"coverage", std::move(list)}}));
}

/// Rules that wait for the same thing in one line: what is missing is a log source, not a rule.
void print_table_of(const std::vector<detect::RuleCoverage>& coverage, const detect::RuleSet& rules, bool all,
                    const Words& words) {
  const auto say_text = [&](std::string_view key, const std::map<std::string, std::string>& args = {}) {
    return words("cli.rules_coverage." + std::string(key), args);
  };
  struct Group {
    size_t rules = 0;
    std::array<size_t, level_count> by_level{};
    std::string example;
  };
  const size_t width = terminal_columns(stdout);
  for (const Coverage kind : coverages) {
    const auto count = static_cast<size_t>(std::ranges::count(coverage, kind, &detect::RuleCoverage::coverage));
    fmt::print("{}\n", say_text(to_text(kind), {{"count", grouped(count)}}));
    if (count == 0 || kind == Coverage::can_fire) continue;
    std::vector<std::vector<std::string>> rows;
    if (all) {
      for (const auto& one : coverage)
        if (one.coverage == kind) {
          const detect::Rule& rule = rules.rule(one.rule);
          rows.push_back({std::string(to_text(rule.level)), rule.title, to_text(rule.logsource), one.needs,
                          joined(one.missing_fields)});
        }
      fmt::print("{}\n", table_text({{say_text("level"), 4, 4, 0, false, false},
                                     {say_text("rule"), 24, 24, 0, false, false},
                                     {say_text("logsource"), 20, 20, 1, false, false},
                                     {say_text("needs"), 20, 20, 2, false, false},
                                     {say_text("missing"), 16, 16, 3, false, false}},
                                    rows, width));
      continue;
    }
    std::map<std::pair<std::string, std::string>, Group> groups;
    for (const auto& one : coverage) {
      if (one.coverage != kind) continue;
      const detect::Rule& rule = rules.rule(one.rule);
      const bool fields = kind == Coverage::fields_never_seen;
      Group& group = groups[{to_text(rule.logsource), fields ? joined(one.missing_fields) : one.needs}];
      ++group.rules;
      ++group.by_level[static_cast<size_t>(rule.level)];
      if (group.example.empty()) group.example = rule.title;
    }
    std::vector<std::pair<std::pair<std::string, std::string>, Group>> order(groups.begin(), groups.end());
    std::ranges::sort(order, [](const auto& a, const auto& b) {
      return a.second.rules != b.second.rules ? a.second.rules > b.second.rules : a.first < b.first;
    });
    for (const auto& [key, group] : order)
      rows.push_back({key.first, grouped(group.rules),
                      grouped(group.by_level[static_cast<size_t>(detect::Level::critical)] +
                              group.by_level[static_cast<size_t>(detect::Level::high)]),
                      key.second, group.example});
    fmt::print(
        "{}\n",
        table_text({{say_text("logsource"), 24, 24, 0, false, false},
                    {say_text("rules"), 5, 5, 0, true, false},
                    {say_text("high"), 5, 5, 1, true, false},
                    {say_text(kind == Coverage::fields_never_seen ? "missing" : "needs"), 24, 24, 1, false, false},
                    {say_text("example"), 20, 20, 3, false, false}},
                   rows, width));
  }
}

}  // namespace

Exit run_rules_coverage(const CommonOptions& common, const RulesCoverageOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  const auto choice = choose_input(options.input_format, options.encoding);
  if (!choice) return say(choice.error());
  const auto taxonomy = detect::Taxonomy::load(*catalog / "sigma");
  if (!taxonomy) return say(taxonomy.error());
  const auto since = moment(options.since, system_now());
  if (!since) return say(fault(ErrorKind::invalid, "since"));
  const auto loaded = load_rules(*catalog, options.rules);
  if (!loaded) return say(loaded.error());
  warn_of_rejected(*loaded);
  const auto seen = options.paths.empty() ? seen_in_lake(common, options, *since)
                                          : seen_in_files(options, *choice, *loaded->rules, *taxonomy, *words);
  if (!seen) return say(seen.error());
  const auto coverage = detect::coverage_of(*loaded->rules, *taxonomy, *seen);
  if (common.json)
    print_json(coverage, *loaded->rules, seen->size());
  else
    print_table_of(coverage, *loaded->rules, options.all, *words);
  return Exit::done;
}

}  // namespace yagura::app
