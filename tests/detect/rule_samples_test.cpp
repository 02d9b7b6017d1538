// Samples that rules give of themselves, held against the engine and against the tests' own evaluator.
#include "detect/rule_samples.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "agreement.hpp"
#include "detect/matcher.hpp"
#include "detect/regex_witness.hpp"
#include "events.hpp"

namespace yagura::detect::test {
namespace {

struct Verdicts {
  size_t samples = 0;
  size_t wrong = 0;
  std::string first_wrong;
};

Verdicts run(const RuleSet& rules, uint32_t rule, const RuleSamples& samples, Matcher& matcher) {
  Verdicts out;
  const event::Batch batch = samples.batch();
  std::vector<Match> matches;
  matcher.match(batch, matches);
  std::set<uint32_t> fired;
  for (const Match& match : matches)
    if (match.rule == rule) fired.insert(match.event);
  for (uint32_t i = 0; i < samples.samples.size(); ++i) {
    ++out.samples;
    if (fired.contains(i) == samples.samples[i].expected) continue;
    if (out.wrong++ == 0)
      out.first_wrong =
          rules.rule(rule).id + " " + samples.samples[i].name + (fired.contains(i) ? " fires" : " is silent");
  }
  return out;
}

RuleSamples samples_of(const std::string& detection, const std::string& logsource = "product: test") {
  const LoadReport report = RuleSet::load_text(
      "title: t\nid: r\nlogsource: {" + logsource + "}\ndetection:\n" + detection, "samples.yml", taxonomy());
  for (const Rejection& rejection : report.rejected) ADD_FAILURE() << to_text(rejection);
  RuleSamples made = make_samples(report.rules->rule(0), taxonomy());
  Matcher matcher(report.rules);
  const Verdicts verdicts = run(*report.rules, 0, made, matcher);
  EXPECT_EQ(verdicts.wrong, 0U) << verdicts.first_wrong;
  return made;
}

std::set<std::string> texts(const RuleSamples& made, RuleSample::Kind kind, bool expected) {
  std::set<std::string> out;
  for (const RuleSample& sample : made.samples)
    if (sample.kind == kind && sample.expected == expected)
      for (const PlainField& field : sample.event.fields)
        if (field.name == "f") out.insert(field.text);
  return out;
}

TEST(RuleSamples, stand_a_character_away_from_a_text) {
  const auto made = samples_of("  s:\n    f: Whoami\n  condition: s\n");
  EXPECT_EQ(texts(made, RuleSample::Kind::positive, true), std::set<std::string>{"whoami"});
  const auto missed = texts(made, RuleSample::Kind::near_miss, false);
  for (const char* text : {"", "whoam", "hoami", "whoamix", "xwhoami", "whoam#", "who#ami"})
    EXPECT_TRUE(missed.contains(text)) << text;
  EXPECT_TRUE(texts(made, RuleSample::Kind::near_miss, true).contains("WHOAMI"));
}

TEST(RuleSamples, stand_just_outside_a_network_and_beside_a_number) {
  const auto network = samples_of("  s:\n    f|cidr: 10.1.0.0/16\n  condition: s\n");
  const auto outside = texts(network, RuleSample::Kind::near_miss, false);
  EXPECT_TRUE(outside.contains("10.0.255.255"));
  EXPECT_TRUE(outside.contains("10.2.0.0"));
  EXPECT_TRUE(texts(network, RuleSample::Kind::near_miss, true).contains("10.1.255.255"));
  const auto number = samples_of("  s:\n    f|gte: 10\n  condition: s\n");
  EXPECT_TRUE(texts(number, RuleSample::Kind::near_miss, false).contains("9"));
  EXPECT_TRUE(texts(number, RuleSample::Kind::near_miss, true).contains("11"));
}

TEST(RuleSamples, hold_what_a_filter_takes_away_and_what_just_passes_it) {
  const auto made =
      samples_of("  s:\n    f: cmd\n  filter:\n    g|endswith: .tmp\n  condition: s and not 1 of filter*\n");
  bool taken = false;
  bool passed = false;
  for (const RuleSample& sample : made.samples)
    for (const PlainField& field : sample.event.fields) {
      taken = taken || (field.name == "g" && field.text.ends_with(".tmp") && !sample.expected);
      passed = passed || (field.name == "g" && field.text.ends_with(".tm#") && sample.expected);
    }
  EXPECT_TRUE(taken);
  EXPECT_TRUE(passed);
}

TEST(RuleSamples, go_through_every_alternative_and_every_place_of_the_log_source) {
  const auto made = samples_of("  s:\n    Image|endswith: ['\\a.exe', '\\b.exe', '\\c.exe']\n  condition: s\n",
                               "product: windows, category: process_creation");
  std::set<int64_t> ids;
  std::set<std::string> images;
  for (const RuleSample& sample : made.samples) {
    if (sample.kind != RuleSample::Kind::positive) continue;
    ids.insert(sample.event.event_id);
    for (const PlainField& field : sample.event.fields) images.insert(field.text.substr(field.text.rfind('\\') + 1));
  }
  EXPECT_TRUE(ids.contains(1) && ids.contains(4688));
  for (const char* image : {"a.exe", "b.exe", "c.exe"}) EXPECT_TRUE(images.contains(image)) << image;
}

TEST(RuleSamples, say_what_could_not_be_made) {
  const auto made = samples_of("  s:\n    f: a\n  t:\n    f: null\n  condition: s and not s\n");
  EXPECT_EQ(made.positives(), 0U);
  ASSERT_FALSE(made.reasons.empty());
}

TEST(RuleSamples, find_texts_for_regular_expressions) {
  RegexScratch scratch;
  for (const char* source :
       {R"(^a{3,5}b+\d{2}(foo|bar)?$)", R"([^\x00-\x7F])", R"((?i)\\Users\\[^\\]{1,9}\\.*\.(exe|dll)\b)",
        R"((\w)\1{2}x)", R"(^(?!abc)[a-c]{3}$)", R"(\s-[eE]\w*\s+[A-Za-z0-9+/=]{20,})", R"(\x{3042}|\Qa.b\E)",
        R"(^[[:alpha:]]+:(?:\d{1,3}\.){3}\d{1,3}$)", R"((?<=foo)bar)", R"([]a]-[^]a])", R"(a{,3}b)"}) {
    const auto regex = Regex::compile(source, {});
    ASSERT_TRUE(regex) << source << ": " << regex.error();
    const auto found = witnesses_of(**regex, 3, scratch);
    EXPECT_FALSE(found.empty()) << source;
    for (const std::string& text : found) EXPECT_TRUE((*regex)->found_in(text, scratch)) << source << " in " << text;
  }
  for (const char* impossible : {R"(a\bb)", R"((?=a)b)"}) {
    EXPECT_TRUE(witnesses_of(**Regex::compile(impossible, {}), 3, scratch).empty()) << impossible;
  }
}

/// Holds the samples of rules against the engine in every setting and against the oracle.
class SampleHold {
 public:
  SampleHold(const std::shared_ptr<const RuleSet>& rules, const std::shared_ptr<const RuleSet>& shuffled)
      : rules_(rules), matcher_(rules), oracle_(oracle_for(*rules)), settings_(rules, shuffled) {}

  void take(uint32_t rule) {
    const RuleSamples made = make_samples(rules_->rule(rule), taxonomy());
    if (made.positives() == 0) {
      ++silent;
      std::cout << rules_->rule(rule).id << ' ' << rules_->rule(rule).title << ": "
                << (made.reasons.empty() ? "?" : made.reasons.front()) << '\n';
    }
    ways += made.ways;
    without += made.ways_without_sample;
    for (const RuleSample& sample : made.samples) quiet += !sample.expected;
    const Verdicts verdicts = run(*rules_, rule, made, matcher_);
    samples += verdicts.samples;
    EXPECT_EQ(verdicts.wrong, 0U) << verdicts.first_wrong;
    event::Batch batch = made.batch();
    batch.source = rules_->rule(rule).id;
    if (full())  // every rule over every sample, in every setting
      settings_.compare(oracle_, batch, agreement);
    else
      hold_one(rule, made, batch);
  }

  size_t samples = 0;
  size_t quiet = 0;
  size_t ways = 0;
  size_t without = 0;
  size_t silent = 0;  // rules without a positive
  Agreement agreement;

 private:
  /// The oracle's word on the rule itself, and every rule in two settings, in turn from rule to rule.
  void hold_one(uint32_t rule, const RuleSamples& made, const event::Batch& batch) {
    const std::string& id = rules_->rule(rule).id;
    for (uint32_t i = 0; i < batch.size(); ++i)
      if (oracle_.holds(id, batch, batch.events()[i]) != made.samples[i].expected && ++wrong_ <= 20)
        ADD_FAILURE() << id << ' ' << made.samples[i].name << ": the oracle says otherwise";
    settings_.agree(batch, 1 + rule % (settings_.count() - 1), agreement);
  }

  std::shared_ptr<const RuleSet> rules_;
  Matcher matcher_;
  oracle::Oracle oracle_;
  EverySetting settings_;
  size_t wrong_ = 0;
};

constexpr uint32_t parts = 8;

/// Every eighth rule, so that the parts may run side by side.
class EveryPublicRule : public testing::TestWithParam<uint32_t> {};

TEST_P(EveryPublicRule, gives_samples_and_engine_and_oracle_agree) {
  const auto data = shared_data();
  if (!data) GTEST_SKIP() << "../shared/data is not there (set YAGURA_SHARED_DATA)";
  const auto& rules = all_rules(*data).rules;
  SampleHold hold(rules, shuffled_rules(*data));
  const size_t count = rules->rules().size();
  size_t held = 0;
  for (uint32_t i = GetParam(); i < count; i += parts) {
    hold.take(i);
    if (++held % 50 == 0 && full()) std::cerr << "part " << GetParam() << ": " << held << " rules held\n";
  }
  for (const std::string& difference : hold.agreement.differences) ADD_FAILURE() << difference;
  EXPECT_GE(hold.agreement.events, hold.samples);
  EXPECT_GT(hold.agreement.matches, 0U);
  std::cout << held - hold.silent << " of " << held << " rules, " << hold.samples << " samples, of which " << hold.quiet
            << " must stay silent; " << hold.without << " of " << hold.ways << " ways without a sample\n";
  EXPECT_LT(hold.silent, held / 50);
}

INSTANTIATE_TEST_SUITE_P(Part, EveryPublicRule, testing::Range(0U, parts));

}  // namespace
}  // namespace yagura::detect::test
