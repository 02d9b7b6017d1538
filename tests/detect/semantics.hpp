// One rule, one event, both evaluators.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/yaml.hpp"
#include "events.hpp"
#include "oracle.hpp"

namespace yagura::detect::test {

/// A rule that fires on events that name the log source {product: test}.
inline std::string rule_text(const std::string& detection) {
  return "title: A test\nid: the-rule\nlogsource: {product: test}\ndetection:\n" + detection;
}

/// Loads `detection` (indented YAML below `detection:`) and asks both evaluators whether it holds.
class OneRule {
 public:
  explicit OneRule(const std::string& detection, const LoadOptions& options = {}, bool with_oracle = true)
      : report_(RuleSet::load_text(rule_text(detection), "test.yml", taxonomy(), options)),
        oracle_(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/sigma"),
        with_oracle_(with_oracle) {
    for (const Rejection& rejection : report_.rejected) ADD_FAILURE() << to_text(rejection);
    std::string why;
    if (with_oracle_ && report_.rejected.empty() &&
        !oracle_.add(parse_yaml(rule_text(detection), "test.yml").value().front(), &why))
      ADD_FAILURE() << "the oracle: " << why;
  }

  bool holds(std::vector<Given> fields, std::string_view raw = {}, Counters* counters = nullptr) {
    event::Batch batch;
    fields.push_back({"logsource.product", "test"});
    event::Event& event = add_event(batch, fields);
    event.raw = batch.arena().copy(raw);
    Matcher matcher(report_.rules, counters);
    std::vector<Match> matches;
    matcher.match(batch, matches);
    if (with_oracle_) {
      EXPECT_EQ(oracle_.match(batch, batch.events()[0]).size(), matches.size()) << "the evaluators differ";
    }
    return !matches.empty();
  }

  bool holds(const std::string& field, const std::string& value, event::Kind kind = event::Kind::string) {
    return holds({{field, value, kind}});
  }

 private:
  LoadReport report_;
  oracle::Oracle oracle_;
  bool with_oracle_;
};

/// A rule with the one item `item` ("field|contains: 'x'").
inline OneRule item(const std::string& item) {
  return OneRule("  selection:\n    " + item + "\n  condition: selection\n");
}

}  // namespace yagura::detect::test
