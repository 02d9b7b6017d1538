#include "agreement.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "base/yaml.hpp"
#include "demanded.hpp"

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

namespace {

using Ids = std::set<std::string>;

std::vector<Ids> ids_of(oracle::Oracle& oracle, const event::Batch& batch) {
  std::vector<Ids> out;
  for (const event::Event& event : batch.events()) {
    const auto ids = oracle.match(batch, event);
    out.emplace_back(ids.begin(), ids.end());
  }
  return out;
}

void hold_against(Matcher& matcher, const event::Batch& batch, const std::vector<Ids>& right,
                  const std::string& setting, Agreement& into) {
  std::vector<Match> matches;
  matcher.match(batch, matches);
  std::vector<Ids> fired(batch.size());
  for (const Match& match : matches)
    if (!fired[match.event].insert(matcher.rules().rule(match.rule).id).second)
      into.differences.push_back("a pair is given twice, " + setting);
  into.events += batch.size();
  into.matches += matches.size();
  for (uint32_t i = 0; i < batch.size(); ++i) {
    std::vector<std::string> off;
    std::ranges::set_symmetric_difference(fired[i], right[i], std::back_inserter(off));
    for (const std::string& id : off)
      if (into.differences.size() < 100)
        into.differences.push_back(id +
                                   (fired[i].contains(id) ? " fires in the engine only" : " fires in the oracle only") +
                                   ", event " + std::to_string(i) + " of " + batch.source + ", " + setting);
  }
}

}  // namespace

void compare(Matcher& matcher, oracle::Oracle& oracle, const event::Batch& batch, Agreement& into) {
  hold_against(matcher, batch, ids_of(oracle, batch), "default", into);
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
  add("default", rules, {}, false);
  add("memo off", rules, off, false);
  add("memo of 16 entries", rules, tiny, false);
  add("colliding hashes", rules, colliding, false);
  if (shuffled) add("rules in another order", shuffled, {}, false);
  add("wanted fields alone", rules, {}, true);
  add("wanted fields alone, memo off", rules, off, true);
}

void EverySetting::compare(oracle::Oracle& oracle, const event::Batch& batch, Agreement& into) {
  const std::vector<Ids> right = ids_of(oracle, batch);
  const event::Batch part = demanded(batch, demand_);
  for (Setting& setting : settings_)
    hold_against(*setting.matcher, setting.demanded ? part : batch, right, setting.name, into);
}

}  // namespace yagura::detect::test
