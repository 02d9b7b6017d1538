// Explanations never disagree with the plain reading of a rule, and mark what fits and nothing else.
#include "detect/explanation.hpp"

#include <gtest/gtest.h>

#include "detect/fold.hpp"
#include "detect/rule_digest.hpp"
#include "detect/rule_samples.hpp"
#include "events.hpp"

namespace yagura::detect::test {
namespace {

Explanation explain_one(const std::string& detection, const std::vector<Given>& fields, const std::string& raw = "") {
  const std::string yaml = "title: t\nid: r\nlogsource: {product: test}\ndetection:\n" + detection;
  const LoadReport report = RuleSet::load_text(yaml, "t.yml", taxonomy());
  EXPECT_TRUE(report.rejected.empty()) << to_text(report.rejected.front());
  event::Batch batch;
  std::vector<Given> all = fields;
  all.push_back({"logsource.product", "test"});
  add_event(batch, all).raw = raw;
  return explain(report.rules->rule(0), taxonomy(), batch, batch.events().front());
}

/// The marked texts of the first value that the item's values name.
std::vector<std::string> marked(const ExplainedItem& item) {
  for (const ExplainedValue& value : item.values)
    for (const ShownValue& shown : value.values) {
      std::vector<std::string> characters;
      for (size_t at = 0; at < shown.text.size();) {
        const size_t bytes = decode_at(shown.text, at).bytes;
        characters.push_back(shown.text.substr(at, bytes));
        at += bytes;
      }
      std::vector<std::string> out;
      for (const Mark& mark : shown.marks) {
        std::string& text = out.emplace_back();
        for (size_t i = mark.start; i < mark.end; ++i) text += characters.at(i);
      }
      return out;
    }
  return {};
}

std::vector<std::string> marks_for(const std::string& item, const std::string& value) {
  const Explanation told = explain_one("  s: {" + item + "}\n  condition: s\n", {{"f", value}});
  EXPECT_TRUE(told.holds) << item;
  return marked(told.selections.at(0).items.at(0));
}

using Texts = std::vector<std::string>;

TEST(Explanation, marks_what_fits_as_the_event_has_it) {
  EXPECT_EQ(marks_for("f|contains: 'whoami'", "cmd /c WHOAMI & whoami"), (Texts{"WHOAMI", "whoami"}));
  EXPECT_EQ(marks_for("f|startswith: 'cmd'", "CMD cmd"), Texts{"CMD"});
  EXPECT_EQ(marks_for("f|endswith: 'cmd'", "cmd CMD"), Texts{"CMD"});
  EXPECT_EQ(marks_for("f: 'whole'", "WHOLE"), Texts{"WHOLE"});
  EXPECT_EQ(marks_for("f: '*\\a?c*.exe'", "c:\\x\\aBc\\d.exe.exe"), (Texts{"\\aBc", ".exe"}));
  EXPECT_EQ(marks_for("f|re: 'a+b'", "xx aaab aab"), Texts{"aaab"});
  EXPECT_EQ(marks_for("f|windash|contains: ' -enc'", "powershell /enc –ENC"), (Texts{" /enc", " –ENC"}));
  EXPECT_EQ(marks_for("f|cidr: '10.0.0.0/8'", "10.1.2.3"), Texts{"10.1.2.3"});
  EXPECT_EQ(marks_for("f|gt: 5", "17"), Texts{"17"});
  EXPECT_EQ(marks_for("f|base64offset|contains: 'http'", "-e aHR0cDovLw=="), Texts{"aHR0c"});
}

TEST(Explanation, counts_characters_where_folding_changes_their_length) {
  // U+212A KELVIN SIGN folds to "k": three bytes become one.
  EXPECT_EQ(marks_for("f|contains: 'kx'", "日本 \xE2\x84\xAAX end"), Texts{"\xE2\x84\xAAX"});
  EXPECT_EQ(marks_for("f|contains: 'ÉCOLE'", "une école"), Texts{"école"});
}

TEST(Explanation, marks_nothing_where_no_part_of_the_value_says_it) {
  EXPECT_EQ(marks_for("f: '*'", "anything"), Texts{});
  EXPECT_EQ(marks_for("f: ''", ""), Texts{});
  EXPECT_TRUE(explain_one("  s: {g: null}\n  condition: s\n", {{"f", "x"}}).holds);
  EXPECT_TRUE(explain_one("  s: {f|exists: true}\n  condition: s\n", {{"f", "x"}}).holds);
}

TEST(Explanation, shows_what_the_event_has_where_nothing_fits) {
  const Explanation told = explain_one("  s: {f: [a, b], g|neq: x}\n  condition: s\n", {{"f", "c"}, {"g", "x"}});
  EXPECT_FALSE(told.holds);
  const auto& items = told.selections.at(0).items;
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].values_held, 0U);
  ASSERT_EQ(items[0].found.size(), 1U);
  EXPECT_EQ(items[0].found[0].text, "c");
  EXPECT_TRUE(items[1].negated);
  EXPECT_FALSE(items[1].holds);
  EXPECT_TRUE(items[1].values.at(0).holds) << "the value is there, which neq forbids";
}

TEST(Explanation, tells_alternatives_and_values_that_must_all_hold_apart) {
  const Explanation told = explain_one(
      "  s:\n    - {f|contains|all: [a, b]}\n    - {f|contains: z, g: y}\n  k: [word, other]\n  condition: s and k\n",
      {{"f", "xaxbx"}, {"g", "some word"}});
  EXPECT_TRUE(told.holds);
  const ExplainedSelection& s = told.selections.at(0);
  EXPECT_EQ(s.alternatives, 2U);
  ASSERT_EQ(s.items.size(), 3U);
  EXPECT_TRUE(s.items[0].all);
  EXPECT_EQ(s.items[0].values_held, 2U);
  EXPECT_EQ(s.items[0].alternative, 0U);
  EXPECT_EQ(s.items[1].alternative, 1U);
  EXPECT_EQ(s.items[2].alternative, 1U);
  const ExplainedSelection& k = told.selections.at(1);
  ASSERT_EQ(k.items.size(), 1U);
  EXPECT_EQ(k.items[0].field, "");
  EXPECT_EQ(k.items[0].values.at(0).values.at(0).field, "g");
}

TEST(Explanation, finds_keywords_in_the_raw_message) {
  const Explanation told = explain_one("  k: [refused]\n  condition: k\n", {}, "connection REFUSED by peer");
  EXPECT_TRUE(told.holds);
  EXPECT_EQ(marked(told.selections.at(0).items.at(0)), Texts{"REFUSED"});
}

TEST(Explanation, keeps_the_first_mark_of_a_long_value_in_view) {
  const std::string value = std::string(1'000'000, 'x') + "日本 needle " + std::string(1'000'000, 'y');
  const Explanation told = explain_one("  s: {f|contains: needle}\n  condition: s\n", {{"f", value}});
  const ShownValue& shown = told.selections.at(0).items.at(0).values.at(0).values.at(0);
  EXPECT_LE(shown.text.size(), shown_value_bytes_max + 4);
  EXPECT_EQ(marked(told.selections.at(0).items.at(0)), Texts{"needle"});
  EXPECT_EQ(shown.left_out_before + shown.left_out_after + shown.text.size() - 4, 2'000'011U - 1)
      << "every character is shown or counted; the two Japanese ones take four bytes more";
}

TEST(Explanation, says_that_a_filter_suppresses) {
  const std::string yaml = R"(title: t
id: r
logsource: {product: test}
detection: {s: {f|contains: a}, condition: s}
---
title: F
logsource: {product: test}
filter: {rules: [r], own: {g: ours}, condition: own}
)";
  const LoadReport report = RuleSet::load_text(yaml, "t.yml", taxonomy());
  ASSERT_EQ(report.filters, 1U);
  event::Batch batch;
  add_event(batch, {{"f", "a"}, {"g", "ours"}, {"logsource.product", "test"}});
  const Explanation told = explain(report.rules->rule(0), taxonomy(), batch, batch.events().front());
  EXPECT_FALSE(told.holds);
  EXPECT_TRUE(told.filtered);
  EXPECT_TRUE(told.selections.at(1).filter);
  EXPECT_TRUE(told.selections.at(1).holds);
}

TEST(Explanation, gives_up_rather_than_look_for_ever) {
  std::string detection = "  s:\n    f|contains:\n";
  for (int i = 0; i < 400; ++i) detection += "      - 'n" + std::to_string(i) + "'\n";
  const Explanation told = explain_one(detection + "  condition: s\n", {{"f", std::string(4 << 20, 'x')}});
  EXPECT_TRUE(told.given_up);
  EXPECT_FALSE(told.holds);
}

/// Every generated sample of every rule: the explanation's verdict is the plain reading's, its condition says the same,
/// and whatever is said to hold shows a value.
void agree(const RuleSet& rules, const SampleLimits& limits, size_t step) {
  size_t asked = 0;
  for (uint32_t i = 0; i < rules.rules().size(); i += static_cast<uint32_t>(step)) {
    const Rule& rule = rules.rule(i);
    const RuleSamples made = make_samples(rule, taxonomy(), limits);
    const event::Batch batch = made.batch();
    for (size_t n = 0; n < made.samples.size(); ++n) {
      const event::Event& event = batch.events()[n];
      const Explanation told = explain(rule, taxonomy(), batch, event);
      ASSERT_EQ(told.holds, made.samples[n].expected) << rule.title << ": " << made.samples[n].name;
      ASSERT_EQ(holds_plainly(rule, taxonomy(), batch, event), told.holds);
      bool any = false;
      for (const ExplainedCondition& condition : told.conditions) any = any || condition.root.holds;
      ASSERT_EQ(any && told.let_in, told.holds) << rule.title;
      for (const ExplainedSelection& selection : told.selections) {
        std::vector<bool> holds(selection.alternatives, true);
        for (const ExplainedItem& item : selection.items) {
          if (!item.holds) holds.at(item.alternative) = false;
          for (const ExplainedValue& value : item.values)
            for (const ShownValue& shown : value.values)
              for (const Mark& mark : shown.marks) ASSERT_LT(mark.start, mark.end);
        }
        if (selection.items_left_out == 0)
          ASSERT_EQ(std::ranges::find(holds, true) != holds.end(), selection.holds)
              << rule.title << ": " << selection.name;
      }
      ++asked;
    }
  }
  EXPECT_GT(asked, rules.rules().size() / step);
}

TEST(Explanation, says_of_our_own_rules_what_the_plain_reading_says) {
  const std::filesystem::path own[] = {std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/rules"};
  const LoadReport report = RuleSet::load(own, taxonomy());
  agree(*report.rules, {.ways_max = 16, .filtered_ways_max = 8, .near_misses_max = 60}, 1);
}

TEST(Explanation, says_of_shared_rules_what_the_plain_reading_says) {
  const auto data = shared_data();
  if (!data) GTEST_SKIP() << "shared data is not here";
  agree(*all_rules(*data).rules, {.ways_max = 3, .filtered_ways_max = 2, .near_misses_max = 6}, 3);
}

TEST(RuleDigest, stands_for_what_is_asked_and_for_nothing_else) {
  const auto digest = [](const std::string& title, const std::string& detection) {
    const LoadReport report =
        RuleSet::load_text("title: " + title + "\nid: r\nlogsource: {product: test}\ndetection: {" + detection + "}\n",
                           "t.yml", taxonomy());
    return rule_digest(report.rules->rule(0));
  };
  const std::string one = digest("a", "s: {f: x}, condition: s");
  EXPECT_EQ(one.size(), rule_digest_size);
  EXPECT_EQ(one, digest("another title", "s: {f: X}, condition: s")) << "values are compared without case";
  EXPECT_NE(one, digest("a", "s: {f: y}, condition: s"));
  EXPECT_NE(one, digest("a", "s: {g: x}, condition: s"));
  EXPECT_NE(one, digest("a", "s: {f|contains: x}, condition: s"));
  EXPECT_NE(one, digest("a", "s: {f: x}, condition: not s"));
}

}  // namespace
}  // namespace yagura::detect::test
