// Search identifiers and the condition grammar.
#include "base/text.hpp"
#include "semantics.hpp"

namespace yagura::detect::test {
namespace {

/// Selections a, b, c, x_1, x_2, _hidden: each holds when the field of its name is 1.
OneRule with(const std::string& condition) {
  return OneRule(
      "  a: {a: 1}\n  b: {b: 1}\n  c: {c: 1}\n  x_1: {x_1: 1}\n  x_2: {x_2: 1}\n  _h: {_h: 1}\n  condition: " +
      condition + "\n");
}

bool holds(OneRule& rule, const std::string& names) {
  std::vector<Given> fields;
  for (const std::string_view name : split(names, ' '))
    if (!name.empty()) fields.push_back({std::string(name), "1"});
  return rule.holds(fields);
}

bool holds(const std::string& condition, const std::string& names) {
  OneRule rule = with(condition);
  return holds(rule, names);
}

TEST(Conditions, bind_not_before_and_before_or) {
  EXPECT_TRUE(holds("a or b and c", "a"));
  EXPECT_FALSE(holds("(a or b) and c", "a"));
  EXPECT_TRUE(holds("not a and b", "b"));
  EXPECT_FALSE(holds("not a and b", "a b"));
  EXPECT_TRUE(holds("not (a and b)", "b"));
  EXPECT_TRUE(holds("not not a", "a"));
  EXPECT_TRUE(holds("a and not b or c", "c"));
  EXPECT_TRUE(holds("a or not b", ""));
  EXPECT_TRUE(holds("((a))", "a"));
  EXPECT_TRUE(holds("not a", ""));
}

TEST(Conditions, ask_one_or_all_of_a_pattern) {
  EXPECT_TRUE(holds("1 of x_*", "x_2"));
  EXPECT_FALSE(holds("1 of x_*", "a"));
  EXPECT_FALSE(holds("all of x_*", "x_2"));
  EXPECT_TRUE(holds("all of x_*", "x_1 x_2"));
  EXPECT_TRUE(holds("a and not 1 of x_*", "a"));
  EXPECT_FALSE(holds("a and not 1 of x_*", "a x_1"));
  EXPECT_TRUE(holds("1 of *_2", "x_2"));
  EXPECT_TRUE(holds("1 of x_1", "x_1"));
  EXPECT_TRUE(holds("any of x_*", "x_1"));
  EXPECT_TRUE(holds("not all of x_* and a", "a x_1"));
}

TEST(Conditions, leave_out_names_with_an_underscore) {
  EXPECT_FALSE(holds("1 of them", "_h"));
  EXPECT_TRUE(holds("1 of them", "c"));
  EXPECT_TRUE(holds("all of them", "a b c x_1 x_2"));
  EXPECT_FALSE(holds("all of them", "a b c x_1 _h"));
  EXPECT_FALSE(holds("1 of *", "_h"));
  EXPECT_TRUE(holds("1 of _*", "_h"));
  EXPECT_TRUE(holds("_h", "_h"));
}

TEST(Conditions, in_a_list_are_alternatives) {
  OneRule rule("  a: {a: 1}\n  b: {b: 1}\n  condition:\n    - a\n    - not a and b\n");
  EXPECT_TRUE(holds(rule, "a"));
  EXPECT_TRUE(holds(rule, "b"));
  EXPECT_FALSE(holds(rule, ""));
}

TEST(Conditions, may_be_written_over_lines) {
  OneRule rule("  a: {a: 1}\n  b: {b: 1}\n  condition: >\n    a\n    and\n    not b\n");
  EXPECT_TRUE(holds(rule, "a"));
  EXPECT_FALSE(holds(rule, "a b"));
}

TEST(Selections, as_lists_of_maps_are_alternatives_of_conjunctions) {
  OneRule rule("  s:\n    - a: 1\n      b: 1\n    - c: 1\n  condition: s\n");
  EXPECT_TRUE(holds(rule, "a b"));
  EXPECT_TRUE(holds(rule, "c"));
  EXPECT_FALSE(holds(rule, "a"));
}

TEST(Selections, may_mix_keywords_and_maps) {
  OneRule rule("  s:\n    - evil\n    - a: 1\n  condition: s\n");
  EXPECT_TRUE(holds(rule, "a"));
  EXPECT_TRUE(rule.holds("f", "some EVIL text"));
  EXPECT_FALSE(rule.holds("f", "good"));
}

TEST(Keywords, are_found_in_every_value_and_in_the_raw_text) {
  OneRule rule("  keywords:\n    - 'evil tool'\n    - 'x*y'\n    - 42\n  condition: keywords\n");
  EXPECT_TRUE(rule.holds("f", "an Evil Tool here"));
  EXPECT_TRUE(rule.holds("other", "aaxbbyaa"));
  EXPECT_TRUE(rule.holds({{"f", "nothing"}}, "raw with EVIL TOOL inside"));
  EXPECT_TRUE(rule.holds("f", "142", event::Kind::integer));
  EXPECT_FALSE(rule.holds("f", "evil"));
  EXPECT_FALSE(rule.holds("evil tool", "nothing"));  // names of fields are no message
}

TEST(Keywords, under_all_may_stand_in_different_fields) {
  OneRule rule("  keywords:\n    '|all':\n      - one\n      - two\n  condition: keywords\n");
  EXPECT_TRUE(rule.holds({{"f", "one"}, {"g", "two"}}));
  EXPECT_TRUE(rule.holds({{"f", "two and one"}}));
  EXPECT_FALSE(rule.holds({{"f", "one"}}));
}

TEST(Keywords, take_modifiers) {
  EXPECT_TRUE(OneRule("  k:\n    '|re': '^ab+$'\n  condition: k\n").holds("f", "abbb"));
  EXPECT_FALSE(OneRule("  k:\n    '|re': '^ab+$'\n  condition: k\n").holds("f", "xabbb"));
  EXPECT_TRUE(OneRule("  k:\n    '|startswith': 'ab'\n  condition: k\n").holds("f", "abc"));
  EXPECT_FALSE(OneRule("  k:\n    '|startswith': 'ab'\n  condition: k\n").holds("f", "xab"));
  EXPECT_TRUE(OneRule("  k:\n    '|cased': 'Ab'\n  condition: k\n").holds("f", "xAbx"));
  EXPECT_FALSE(OneRule("  k:\n    '|cased': 'Ab'\n  condition: k\n").holds("f", "xabx"));
  EXPECT_TRUE(OneRule("  k: evil\n  condition: k\n").holds("f", "evil!"));
  EXPECT_TRUE(OneRule("  k:\n    '|base64offset': 'http://'\n  condition: k\n").holds("f", "aHR0cDovL3g="));
}

TEST(Keywords, look_at_the_raw_text_of_structured_formats_only_when_fields_were_lost) {
  const std::string rule =
      "title: t\nid: r\nlogsource: {product: windows}\ndetection: {k: [EventData], condition: k}\n";
  const LoadReport report = RuleSet::load_text(rule, "t.yml", taxonomy());
  for (const bool lost : {false, true}) {
    event::Batch batch;
    event::Event& event = add_event(batch, {{"Image", "x"}}, "evtx");
    event.raw = "<Event><EventData/></Event>";
    if (lost) event.dirt = event::Dirt::truncated;
    Matcher matcher(report.rules);
    std::vector<Match> matches;
    matcher.match(batch, matches);
    EXPECT_EQ(matches.size(), lost ? 1U : 0U);
  }
}

}  // namespace
}  // namespace yagura::detect::test
