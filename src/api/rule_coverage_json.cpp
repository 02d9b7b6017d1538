#include "api/rule_coverage_json.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <map>
#include <set>

#include "api/attack_tags.hpp"
#include "base/text.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;
using detect::Coverage;
using schema::ref;

constexpr std::array coverages{Coverage::can_fire, Coverage::fields_never_seen, Coverage::events_never_seen,
                               Coverage::source_never_seen, Coverage::unmapped};

struct Technique {
  std::set<std::string> tactics;
  std::vector<uint32_t> rules;
  size_t tested = 0;     // can fire and stand their samples
  size_t untested = 0;   // can fire
  size_t no_source = 0;  // can't, on what arrives
};

struct Survey {
  std::map<std::string, Technique> techniques;
  std::map<std::string, size_t> tactics;  // with how many rules name each
  size_t without_technique = 0;
};

Survey survey_of(const pipeline::RuleBookPage& page) {
  Survey out;
  const detect::RuleSet& set = *page.rules->report.rules;
  for (uint32_t i = 0; i < set.rules().size(); ++i) {
    std::set<std::string> techniques;
    std::set<std::string> tactics;
    for (const std::string& tag : set.rule(i).tags) {
      if (auto technique = technique_of(tag)) techniques.insert(std::move(*technique));
      if (auto tactic = tactic_of(tag)) tactics.insert(std::move(*tactic));
    }
    for (const std::string& tactic : tactics) ++out.tactics[tactic];
    out.without_technique += techniques.empty() ? 1 : 0;
    const bool fires = page.standing[i].coverage.coverage == Coverage::can_fire;
    for (const std::string& name : techniques) {
      Technique& technique = out.techniques[name];
      technique.tactics.insert(tactics.begin(), tactics.end());
      technique.rules.push_back(i);
      ++(!fires ? technique.no_source : page.standing[i].tested() ? technique.tested : technique.untested);
    }
  }
  return out;
}

json::array names(const auto& list) {
  json::array out;
  for (const auto& name : list) out.push_back(json::value(to_valid_utf8(name)));
  return out;
}

}  // namespace

json::object attack_coverage_json(const pipeline::RuleBookPage& page) {
  const detect::RuleSet& set = *page.rules->report.rules;
  const Survey survey = survey_of(page);
  json::array techniques;
  for (const auto& [id, technique] : survey.techniques) {
    json::array rules;
    for (const uint32_t rule : technique.rules)
      if (rules.size() < technique_rules_shown_max) rules.push_back(json::value(set.rule(rule).id));
    techniques.push_back(json::object{{"id", id},
                                      {"parent", id.substr(0, id.find('.'))},
                                      {"tactics", names(technique.tactics)},
                                      {"state", technique.tested > 0     ? "tested"
                                                : technique.untested > 0 ? "untested"
                                                                         : "no_source"},
                                      {"rules", technique.rules.size()},
                                      {"tested", technique.tested},
                                      {"untested", technique.untested},
                                      {"no_source", technique.no_source},
                                      {"rule_ids", std::move(rules)}});
  }
  json::array tactics;
  for (const auto& [id, rules] : survey.tactics) tactics.push_back(json::object{{"id", id}, {"rules", rules}});
  json::object counts;
  for (const Coverage one : coverages)
    counts[detect::to_text(one)] = std::ranges::count_if(
        page.standing, [&](const pipeline::RuleStanding& rule) { return rule.coverage.coverage == one; });
  return {{"rules", page.standing.size()},
          {"rules_tested", std::ranges::count_if(page.standing, &pipeline::RuleStanding::tested)},
          {"rules_without_technique", survey.without_technique},
          {"rules_by_coverage", std::move(counts)},
          {"seen_since", format_time(page.seen_since)},
          {"seen_until", format_time(page.seen_until)},
          {"seen_at", format_time(page.seen_at)},
          {"sources_seen", page.headers_seen},
          {"events_seen", page.events_seen},
          {"tactics", std::move(tactics)},
          {"techniques", std::move(techniques)}};
}

json::object standing_json(const pipeline::RuleBookPage& page, uint32_t rule) {
  const pipeline::RuleStanding& standing = page.standing[rule];
  return {{"samples", to_valid_utf8(standing.samples)},
          {"cases", standing.cases},
          {"cases_failed", standing.cases_failed},
          {"failures", names(standing.failures)},
          {"tested", standing.tested()},
          {"coverage", detect::to_text(standing.coverage.coverage)},
          {"needs", to_valid_utf8(standing.coverage.needs)},
          {"events", standing.coverage.events},
          {"missing_fields", names(standing.coverage.missing_fields)},
          {"seen_since", format_time(page.seen_since)},
          {"seen_at", format_time(page.seen_at)}};
}

Components coverage_components() {
  using namespace schema;
  const Value count = integer(0);
  const Value words = list(text());
  std::vector<std::string> kinds;
  std::vector<Property> by_kind;
  for (const Coverage one : coverages) {
    kinds.emplace_back(detect::to_text(one));
    by_kind.push_back({std::string(detect::to_text(one)), count});
  }
  Components out;
  out["RuleStanding"] =
      object({{"samples", described(text(), "The file of people's samples beside the rule; empty: there is none")},
              {"cases", count},
              {"cases_failed", count},
              {"failures", words},
              {"tested", described(boolean(), "It stands every sample that somebody gave it, and there is one")},
              {"coverage", described(choice(kinds), "Whether it can fire on what arrives, or why not")},
              {"needs", described(text(), "Its log source as events")},
              {"events", described(count, "That came of its log source")},
              {"missing_fields", described(words, "That it reads and none of those events has")},
              {"seen_since", time()},
              {"seen_at", time()}});
  out["AttackTechnique"] =
      object({{"id", text(1)},
              {"parent", described(text(1), "The technique of a sub-technique, else itself")},
              {"tactics", described(words, "That stand beside it in the tags of its rules")},
              {"state", described(choice({"tested", "untested", "no_source"}),
                                  "The best of its rules: can fire and stands its samples, can fire, can not")},
              {"rules", count},
              {"tested", count},
              {"untested", count},
              {"no_source", count},
              {"rule_ids", described(words, "At most 50")}});
  out["AttackCoverage"] =
      object({{"rules", count},
              {"rules_tested", count},
              {"rules_without_technique", count},
              {"rules_by_coverage", object(by_kind)},
              {"seen_since", time()},
              {"seen_until", described(time(), "Of the newest event")},
              {"seen_at", time()},
              {"sources_seen", described(count, "Formats, channels, providers and event ids, told apart")},
              {"events_seen", count},
              {"tactics", list(object({{"id", text(1)}, {"rules", count}}))},
              {"techniques", list(ref("AttackTechnique"))}});
  return out;
}

}  // namespace yagura::api
