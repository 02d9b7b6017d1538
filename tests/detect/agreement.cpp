#include "agreement.hpp"

#include <algorithm>
#include <cstdlib>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>

#include "base/yaml.hpp"
#include "demanded.hpp"
#include "detect/rule_cache.hpp"
#include "detect/rule_set_builder.hpp"
#include "events.hpp"

namespace yagura::detect::test {

oracle::Oracle oracle_for(const RuleSet& rules) {
  oracle::Oracle out(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
  for (const Rule& rule : rules.rules()) {
    const auto documents = load_yaml(rule.file);
    std::string why;
    for (const YAML::Node& document : documents.value())
      if (document["id"].IsDefined() && document["id"].Scalar() == rule.id && !out.add(document, &why))
        throw std::runtime_error("the oracle can't read " + rule.file + ": " + why);
  }
  return out;
}

bool full() {
  const char* set = std::getenv("YAGURA_ORACLE_FULL");
  return set && *set == '1';
}

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder,
                                               std::initializer_list<std::string_view> extensions) {
  std::vector<std::filesystem::path> out;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (std::ranges::find(extensions, entry.path().extension().string()) != extensions.end())
      out.push_back(entry.path());
  std::ranges::sort(out);
  return out;
}

/// The same rules, read in another order.
std::shared_ptr<const RuleSet> shuffled_rules(const std::filesystem::path& data) {
  static const std::shared_ptr<const RuleSet> made = [&] {
    std::vector<std::filesystem::path> files;
    for (const std::filesystem::path& folder : sigma_folders(data))
      for (const std::filesystem::path& file : files_below(folder, {".yml"})) files.push_back(file);
    std::ranges::shuffle(files, std::mt19937_64(1));
    return RuleSet::load(files, taxonomy()).rules;
  }();
  return made;
}

namespace {

std::vector<Ids> ids_of(oracle::Oracle& oracle, const event::Batch& batch) {
  std::vector<Ids> out;
  for (const event::Event& event : batch.events()) {
    const auto ids = oracle.match(batch, event);
    out.emplace_back(ids.begin(), ids.end());
  }
  return out;
}

Fired fired_by(Matcher& matcher, const event::Batch& batch) {
  std::vector<Match> matches;
  matcher.match(batch, matches);
  Fired out{std::vector<Ids>(batch.size()), matches.size()};
  for (const Match& match : matches)
    if (!out.ids[match.event].insert(matcher.rules().rule(match.rule).id).second) out.twice = true;
  return out;
}

void hold_against(const Fired& fired, const event::Batch& batch, const std::vector<Ids>& right,
                  const std::string& setting, Agreement& into) {
  if (fired.twice) into.differences.push_back("a pair is given twice, " + setting);
  into.events += batch.size();
  into.matches += fired.matches;
  for (uint32_t i = 0; i < batch.size(); ++i) {
    std::vector<std::string> off;
    std::ranges::set_symmetric_difference(fired.ids[i], right[i], std::back_inserter(off));
    for (const std::string& id : off)
      if (into.differences.size() < 100)
        into.differences.push_back(
            id + (fired.ids[i].contains(id) ? " fires in the engine only" : " fires in the other only") + ", event " +
            std::to_string(i) + " of " + batch.source + ", " + setting);
  }
}

}  // namespace

void compare(Matcher& matcher, oracle::Oracle& oracle, const event::Batch& batch, Agreement& into) {
  hold_against(fired_by(matcher, batch), batch, ids_of(oracle, batch), "default", into);
}

std::shared_ptr<const RuleSet> from_cache(const RuleSet& rules) {
  const RuleCache cache("/nonexistent", {}, "");
  auto files = cache.decode(cache.encode(rules.files()));
  if (!files) throw std::runtime_error("the cache: " + files.error().message);
  LoadReport report;
  RuleSetBuilder(taxonomy(), {}, nullptr, false).build(std::move(*files), report);
  return report.rules;
}

EverySetting::EverySetting(const std::shared_ptr<const RuleSet>& rules, const std::shared_ptr<const RuleSet>& shuffled)
    : demand_(rules) {
  MatcherOptions off;
  off.memo = false;
  MatcherOptions tiny;
  tiny.value_bytes = tiny.verdict_bytes = 32 << 10;
  tiny.value_entries = tiny.verdict_entries = 16;
  tiny.always_memo = true;
  MatcherOptions colliding;
  colliding.hash_mask = 0;
  colliding.always_memo = true;
  const auto add = [&](const char* name, const std::shared_ptr<const RuleSet>& set, const MatcherOptions& options,
                       bool demanded) {
    settings_.push_back({name, std::make_unique<Matcher>(set, nullptr, options), demanded});
  };
  add("one thread alone", rules, {}, false);
  add("many threads at once", rules, {}, false);
  add("memo off", rules, off, false);
  add("memo of 16 entries", rules, tiny, false);
  add("colliding hashes", rules, colliding, false);
  if (shuffled) add("rules in another order", shuffled, {}, false);
  add("rules from the cache", from_cache(*rules), {}, false);
  add("wanted fields alone", rules, {}, true);
  add("wanted fields alone, memo off", rules, off, true);
}

std::vector<Fired> EverySetting::run(const event::Batch& batch, std::optional<size_t> only) {
  const event::Batch part = demanded(batch, demand_);
  std::vector<Fired> out(settings_.size());
  const auto run_one = [&](size_t i) {
    out[i] = fired_by(*settings_[i].matcher, settings_[i].demanded ? part : batch);
  };
  run_one(0);
  std::vector<std::jthread> threads;
  for (size_t i = 1; i < settings_.size(); ++i)
    if (!only || i == *only) threads.emplace_back(run_one, i);
  threads.clear();  // joins them
  return out;
}

void EverySetting::compare(oracle::Oracle& oracle, const event::Batch& batch, Agreement& into) {
  const std::vector<Ids> right = ids_of(oracle, batch);
  const std::vector<Fired> fired = run(batch, std::nullopt);
  for (size_t i = 0; i < settings_.size(); ++i) hold_against(fired[i], batch, right, settings_[i].name, into);
}

void EverySetting::agree(const event::Batch& batch, size_t other, Agreement& into) {
  const std::vector<Fired> fired = run(batch, other);
  hold_against(fired[other], batch, fired[0].ids, settings_[other].name, into);
}

}  // namespace yagura::detect::test
