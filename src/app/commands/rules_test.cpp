#include "app/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>
#include <mutex>
#include <set>
#include <thread>

#include "app/catalog.hpp"
#include "app/commands.hpp"
#include "app/fault.hpp"
#include "app/progress.hpp"
#include "app/say.hpp"
#include "app/scan_summary_text.hpp"
#include "detect/taxonomy.hpp"
#include "pipeline/rule_tests.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr size_t rules_told = 50;  // in text; --json tells all

struct Sums {
  size_t with_cases = 0;
  size_t cases = 0;
  size_t cases_failed = 0;
  size_t with_positive = 0;
  size_t positives = 0;
  size_t near_misses = 0;
  size_t generated_failed = 0;
  size_t ways = 0;
  size_t ways_without_sample = 0;
};

Sums sum(const std::vector<pipeline::RuleTested>& rules) {
  Sums out;
  for (const auto& rule : rules) {
    out.with_cases += rule.cases > 0;
    out.cases += rule.cases;
    out.cases_failed += rule.cases_failed;
    out.with_positive += rule.positives > 0;
    out.positives += rule.positives;
    out.near_misses += rule.near_misses;
    out.generated_failed += rule.generated_failed;
    out.ways += rule.ways;
    out.ways_without_sample += rule.ways_without_sample;
  }
  return out;
}

/// The sample files beside the rules, and what --samples names.
std::vector<fs::path> sample_paths(const detect::RuleSet& rules, const std::vector<std::string>& named) {
  std::set<fs::path> seen;
  std::vector<fs::path> out;
  const auto add = [&](const fs::path& path) {
    std::error_code error;
    if (seen.insert(fs::weakly_canonical(path, error)).second) out.push_back(path);
  };
  for (const detect::Rule& rule : rules.rules()) {
    fs::path beside = rule.file;
    beside.replace_extension(".samples.yaml");
    std::error_code error;
    if (fs::exists(beside, error)) add(beside);
  }
  for (const std::string& path : named) add(path);
  return out;
}

json::object to_json(const pipeline::RuleTested& tested, const detect::Rule& rule) {
  json::array failures;
  for (const std::string& one : tested.failures) failures.push_back(json::value(one));
  return {{"id", rule.id},
          {"title", rule.title},
          {"file", rule.file},
          {"cases", tested.cases},
          {"cases_failed", tested.cases_failed},
          {"positives", tested.positives},
          {"near_misses", tested.near_misses},
          {"generated_failed", tested.generated_failed},
          {"ways", tested.ways},
          {"ways_without_sample", tested.ways_without_sample},
          {"no_positive", tested.no_positive},
          {"failures", std::move(failures)}};
}

void print_json(const pipeline::RuleTestReport& report, const Sums& sums, const detect::LoadReport& loaded) {
  json::array rules;
  for (const auto& tested : report.rules) rules.push_back(to_json(tested, loaded.rules->rule(tested.rule)));
  json::array lost;
  for (const std::string& one : report.lost) lost.push_back(json::value(one));
  fmt::print("{}\n", json::serialize(json::object{{"loaded", loaded.loaded},
                                                  {"rejected", loaded.rejected.size()},
                                                  {"rules_with_cases", sums.with_cases},
                                                  {"cases", sums.cases},
                                                  {"cases_failed", sums.cases_failed},
                                                  {"rules_with_positive", sums.with_positive},
                                                  {"positives", sums.positives},
                                                  {"near_misses", sums.near_misses},
                                                  {"generated_failed", sums.generated_failed},
                                                  {"ways", sums.ways},
                                                  {"ways_without_sample", sums.ways_without_sample},
                                                  {"lost", std::move(lost)},
                                                  {"rules", std::move(rules)}}));
}

void print_text(const pipeline::RuleTestReport& report, const Sums& sums, const detect::LoadReport& loaded,
                bool generated, const Words& words) {
  const auto say_line = [&](std::string_view key, const std::map<std::string, std::string>& args) {
    fmt::print("{}\n", words("cli.rules_test." + std::string(key), args));
  };
  size_t told = 0;
  for (const auto& tested : report.rules) {
    if (tested.failures.empty() || ++told > rules_told) continue;
    const detect::Rule& rule = loaded.rules->rule(tested.rule);
    fmt::print("{} ({})\n", printable(rule.title), printable(rule.id));
    for (const std::string& one : tested.failures) fmt::print("  {}\n", printable(one));
  }
  if (told > rules_told) say_line("more", {{"count", grouped(told - rules_told)}});
  size_t without = 0;
  for (const auto& tested : report.rules)
    if (!tested.no_positive.empty() && ++without <= rules_told) {
      const detect::Rule& rule = loaded.rules->rule(tested.rule);
      say_line(
          "no_positive",
          {{"title", printable(rule.title)}, {"id", printable(rule.id)}, {"reason", printable(tested.no_positive)}});
    }
  for (const std::string& one : report.lost) fmt::print("{}\n", printable(one));
  say_line(
      "cases",
      {{"cases", grouped(sums.cases)}, {"rules", grouped(sums.with_cases)}, {"failed", grouped(sums.cases_failed)}});
  if (!generated) return;
  say_line("generated", {{"rules", grouped(sums.with_positive)},
                         {"all", grouped(loaded.loaded)},
                         {"positives", grouped(sums.positives)},
                         {"near_misses", grouped(sums.near_misses)},
                         {"failed", grouped(sums.generated_failed)}});
  say_line("ways", {{"without", grouped(sums.ways_without_sample)}, {"ways", grouped(sums.ways)}});
}

}  // namespace

Exit run_rules_test(const CommonOptions& common, const RulesTestOptions& options) {
  const auto catalog = find_catalog(common);
  if (!catalog) return say(catalog.error());
  const auto words = load_words(common, *catalog);
  if (!words) return say(words.error());
  const auto taxonomy = detect::Taxonomy::load(*catalog / "sigma");
  if (!taxonomy) return say(taxonomy.error());
  const auto loaded = load_rules(*catalog, options.rules);
  if (!loaded) return say(loaded.error());
  if (loaded->loaded == 0)
    return say(
        Error{ErrorKind::io, (*words)("cli.scan.no_rules", {{"rejected", std::to_string(loaded->rejected.size())}})});
  warn_of_rejected(*loaded);
  for (const std::string& path : options.samples)
    if (std::error_code error; !fs::exists(path, error))
      return say(fault(ErrorKind::invalid, "no_samples", {{"path", path}}));

  Counters counters;
  Progress progress((*words)("cli.rules_test.rules"));
  std::mutex drawing;
  pipeline::RuleTestOptions tests;
  tests.generated = !options.own_only;
  tests.threads = options.threads ? options.threads : std::max(1U, std::thread::hardware_concurrency());
  tests.counters = &counters;
  tests.on_progress = [&](size_t done, size_t total) {
    const std::unique_lock lock(drawing, std::try_to_lock);
    if (lock) progress.update(done, total, done);
  };
  const auto paths = sample_paths(*loaded->rules, options.samples);
  const auto report =
      pipeline::test_rules(loaded->rules, *taxonomy, pipeline::read_rule_cases(paths, *loaded->rules, counters), tests);
  progress.clear();
  const Sums sums = sum(report.rules);
  if (common.json)
    print_json(report, sums, *loaded);
  else
    print_text(report, sums, *loaded, tests.generated, *words);
  const bool failed = sums.cases_failed + sums.generated_failed + report.lost.size() + loaded->rejected.size() > 0;
  return failed ? Exit::no : Exit::done;
}

}  // namespace yagura::app
