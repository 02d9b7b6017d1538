#include <gtest/gtest.h>

#include "base/yaml.hpp"
#include "tests/sample/expected.hpp"

namespace yagura::sample::test {
namespace {

event::Kind kind_of(const YAML::Node& value) {
  const bool digits = !value.Scalar().empty() && value.Scalar().find_first_not_of("0123456789") == std::string::npos;
  return digits && value.Tag() == "?" ? event::Kind::integer : event::Kind::string;
}

/// An event that says itself which log source it is of, with these fields.
void add(event::Batch& batch, const detect::Rule& rule, const YAML::Node& fields) {
  event::Event& event = batch.begin("json");
  const auto say = [&](const char* name, const std::string& value) {
    if (!value.empty()) batch.add_copy(event::known_field(name), event::Kind::string, value);
  };
  say("logsource.product", rule.logsource.product);
  say("logsource.category", rule.logsource.category);
  say("logsource.service", rule.logsource.service);
  for (const auto& field : fields) {
    const std::string name = field.first.Scalar();
    batch.add_copy(event::known_field(name), kind_of(field.second), field.second.Scalar());
    if (name == "message") event.raw = batch.arena().copy(field.second.Scalar());
  }
}

/// Which of the cases the rule holds for.
std::vector<bool> held(uint32_t index, const YAML::Node& cases) {
  const auto& rules = own_rules().rules;
  event::Batch batch;
  for (const YAML::Node& fields : cases) add(batch, rules->rule(index), fields);
  detect::Matcher matcher(rules);
  std::vector<detect::Match> matches;
  matcher.match(batch, matches);
  std::vector<bool> out(batch.size(), false);
  for (const detect::Match& match : matches)
    if (match.rule == index) out[match.event] = true;
  return out;
}

TEST(OwnRules, are_all_honoured_without_a_warning) {
  const detect::LoadReport& report = own_rules();
  for (const auto* list : {&report.rejected, &report.skipped, &report.warnings})
    for (const detect::Rejection& one : *list) ADD_FAILURE() << detect::to_text(one);
  EXPECT_GE(report.loaded, 40u);
  EXPECT_EQ(report.loaded, expected().at("rules").as_object().size());
  EXPECT_EQ(report.correlations, expected().at("correlations").as_object().size());
}

TEST(OwnRules, find_the_events_beside_them_and_not_their_near_misses) {
  const auto rules = own_rules().rules->rules();
  ASSERT_FALSE(rules.empty());
  for (uint32_t index = 0; index < rules.size(); ++index) {
    const std::string stem = std::filesystem::path(rules[index].file).stem().string();
    const auto documents = load_yaml(std::filesystem::path(rules[index].file).replace_extension("samples.yaml"));
    ASSERT_TRUE(documents) << stem << ": " << to_text(documents.error());
    const YAML::Node& cases = documents->front();
    EXPECT_EQ(cases["rule"].Scalar(), rules[index].id) << stem;
    for (const char* kind : {"must_match", "must_not_match"}) {
      const std::vector<bool> answers = held(index, cases[kind]);
      EXPECT_GE(answers.size(), 2u) << stem;
      for (size_t n = 0; n < answers.size(); ++n)
        EXPECT_EQ(answers[n], std::string(kind) == "must_match") << stem << ", " << kind << " " << n + 1;
    }
  }
}

}  // namespace
}  // namespace yagura::sample::test
