#include "agreement.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "base/yaml.hpp"

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

void compare(Matcher& matcher, oracle::Oracle& oracle, const event::Batch& batch, Agreement& into) {
  std::vector<Match> matches;
  matcher.match(batch, matches);
  std::map<uint32_t, std::set<std::string>> fired;
  for (const Match& match : matches) fired[match.event].insert(matcher.rules().rule(match.rule).id);
  into.matches += matches.size();
  for (uint32_t i = 0; i < batch.size(); ++i) {
    ++into.events;
    const auto expected = oracle.match(batch, batch.events()[i]);
    const std::set<std::string> right(expected.begin(), expected.end());
    const std::set<std::string>& got = fired[i];
    std::vector<std::string> off;
    std::ranges::set_symmetric_difference(got, right, std::back_inserter(off));
    for (const std::string& id : off)
      if (into.differences.size() < 100)
        into.differences.push_back(id + (got.contains(id) ? " fires in the engine only" : " fires in the oracle only") +
                                   ", event " + std::to_string(i) + " of " + batch.source);
  }
}

}  // namespace yagura::detect::test
