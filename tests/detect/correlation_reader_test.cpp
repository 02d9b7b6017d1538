// Correlation documents: what is read, what is refused and why, and which rules keep silent.
#include "semantics.hpp"

namespace yagura::detect::test {
namespace {

constexpr const char* rules =
    "title: a\nid: id-a\nname: a\nlogsource: {product: windows}\ndetection: {s: {f: 1}, condition: s}\n---\n"
    "title: b\nid: id-b\nname: b\nlogsource: {product: windows}\ndetection: {s: {f: 2}, condition: s}\n---\n"
    "title: c\nid: id-c\nname: c\nlogsource: {product: windows}\ndetection: {s: {f: 3}, condition: s}\n---\n";

LoadReport load(const std::string& documents) {
  return RuleSet::load_text(rules + documents, "rule.yml", taxonomy());
}

/// `section` is the inside of `correlation: {...}`, on line 21.
LoadReport load_section(const std::string& section) {
  return load("title: t\nid: x\ncorrelation: {" + section + "}\n");
}

const correlation::Definition& only(const LoadReport& report) {
  EXPECT_TRUE(report.rejected.empty()) << to_text(report.rejected.at(0));
  EXPECT_EQ(report.correlations, 1U);
  return report.rules->correlations().definition(0);
}

TEST(CorrelationReader, reads_counts_with_every_comparison) {
  const LoadReport report = load_section(
      "type: event_count, rules: [id-a, b], group-by: [User, Computer], timespan: 90m, condition: {gt: 100, lte: 200}");
  const correlation::Definition& read = only(report);
  EXPECT_EQ(read.type, correlation::Type::event_count);
  EXPECT_EQ(read.rules, (std::vector<std::string>{"id-a", "b"}));
  EXPECT_EQ(read.group_by, (std::vector<std::string>{"User", "Computer"}));
  EXPECT_EQ(read.timespan_ns, 5400 * ns_per_second);
  EXPECT_EQ(read.condition, "gt 100 and lte 200");
  ASSERT_EQ(read.comparisons.size(), 2U);
  EXPECT_FALSE(read.comparisons[0].holds(100 * correlation::exact_one));
  EXPECT_TRUE(read.comparisons[0].holds(101 * correlation::exact_one));
  EXPECT_TRUE(read.comparisons[1].holds(200 * correlation::exact_one));
  EXPECT_FALSE(read.comparisons[1].holds(201 * correlation::exact_one));
}

TEST(CorrelationReader, reads_spans_of_every_unit) {
  const std::pair<const char*, int64_t> spans[] = {
      {"15s", 15}, {"30m", 1800}, {"12h", 43'200}, {"7d", 604'800}, {"2w", 1'209'600}};
  for (const auto& [text, seconds] : spans) {
    const LoadReport report = load_section(std::string("type: temporal, rules: [a, b], timespan: ") + text);
    EXPECT_EQ(only(report).timespan_ns, seconds * ns_per_second) << text;
  }
}

TEST(CorrelationReader, asks_all_rules_of_a_temporal_one_when_nothing_is_said) {
  const LoadReport report = load_section("type: temporal_ordered, rules: [a, b, c], timespan: 1m");
  const correlation::Definition& read = only(report);
  ASSERT_EQ(read.comparisons.size(), 1U);
  EXPECT_TRUE(read.comparisons[0].holds(3 * correlation::exact_one));
  EXPECT_FALSE(read.comparisons[0].holds(2 * correlation::exact_one));
}

TEST(CorrelationReader, warns_of_counts_that_never_come) {
  const std::pair<const char*, bool> conditions[] = {
      {"type: event_count, rules: [a], condition: {lt: 1}", true},
      {"type: event_count, rules: [a], condition: {eq: 0}", true},
      {"type: event_count, rules: [a], condition: {lt: 2}", false},
      {"type: event_count, rules: [a], condition: {gt: 5, lt: 6}", true},
      {"type: event_count, rules: [a], condition: {gt: 5, lt: 7}", false},
      {"type: event_count, rules: [a], condition: {gte: 3, neq: 3, lte: 3}", true},
      {"type: event_count, rules: [a], condition: {gte: 1000000}", false},
      {"type: event_count, rules: [a], condition: {gt: 1000000}", false},
      {"type: value_count, rules: [a], condition: {field: f, lte: 0}", true},
      {"type: temporal, rules: [a, b], condition: {gte: 3}", true},
      {"type: temporal, rules: [a, b], condition: {gte: 2}", false},
      {"type: temporal, rules: [a, b], condition: {neq: 1, lt: 2}", true},
      {"type: temporal, rules: [a, b]", false},
      {"type: value_sum, rules: [a], condition: {field: f, lt: -1}", false},
  };
  for (const auto& [text, expected] : conditions) {
    const LoadReport report = load_section(std::string(text) + ", timespan: 1m");
    only(report);
    const bool warned = std::ranges::any_of(report.warnings,
                                            [](const Rejection& one) { return one.code == "sigma.correlation.never"; });
    EXPECT_EQ(warned, expected) << text;
  }
}

TEST(CorrelationReader, spells_out_boolean_conditions) {
  const LoadReport report =
      load_section("type: temporal, rules: [a, b, c], timespan: 1m, condition: a and (b or not c)");
  const correlation::Definition& read = only(report);
  ASSERT_EQ(read.terms.size(), 2U);
  EXPECT_EQ(read.terms[0].present, 3U);
  EXPECT_EQ(read.terms[1].present, 1U);
  EXPECT_EQ(read.terms[1].absent, 4U);
}

TEST(CorrelationReader, takes_the_rules_from_a_boolean_condition) {
  const LoadReport report = load_section("type: temporal_ordered, timespan: 1m, condition: b and (a or c)");
  EXPECT_EQ(only(report).rules, (std::vector<std::string>{"b", "a", "c"}));
}

TEST(CorrelationReader, reads_one_or_several_fields_and_a_percentile) {
  EXPECT_EQ(only(load_section("type: value_count, rules: a, timespan: 1m, condition: {field: [f, g], gte: 2}")).fields,
            (std::vector<std::string>{"f", "g"}));
  const LoadReport ranked =
      load_section("type: value_percentile, rules: a, timespan: 1m, condition: {field: f, percentile: 99.5, gt: 1.5}");
  EXPECT_DOUBLE_EQ(only(ranked).percentile.value_or(0), 99.5);
  EXPECT_TRUE(
      only(load_section("type: value_percentile, rules: a, timespan: 1m, condition: {field: f, lte: 1}")).asks_share());
  EXPECT_DOUBLE_EQ(only(load_section("type: value_median, rules: a, timespan: 1m, condition: {field: f, lte: 1}"))
                       .percentile.value_or(0),
                   50);
}

TEST(CorrelationReader, silences_the_rules_that_it_names_unless_told_to_generate) {
  const std::string section = "type: temporal, rules: [id-a, b], timespan: 1m";
  const LoadReport silent = load_section(section);
  EXPECT_FALSE(silent.rules->correlations().rule_emits(0));
  EXPECT_FALSE(silent.rules->correlations().rule_emits(1));
  EXPECT_TRUE(silent.rules->correlations().rule_emits(2));
  EXPECT_TRUE(load_section(section + ", generate: true").rules->correlations().rule_emits(0));
  EXPECT_TRUE(load("title: t\ngenerate: true\ncorrelation: {" + section + "}\n").rules->correlations().rule_emits(0));
  // One that wants them heard is enough.
  const LoadReport both =
      load("title: t\ncorrelation: {" + section + "}\n---\ntitle: u\ncorrelation: {" + section + ", generate: true}\n");
  EXPECT_EQ(both.correlations, 2U);
  EXPECT_TRUE(both.rules->correlations().rule_emits(0));
  EXPECT_TRUE(both.rules->correlations().rule_emits(1));
}

TEST(CorrelationReader, chains_and_silences_the_inner_one) {
  const LoadReport report = load(
      "title: outer\nid: outer\ncorrelation: {type: temporal_ordered, rules: [many, c], group-by: [User], timespan: "
      "10m}\n---\ntitle: inner\nid: inner\nname: many\ncorrelation: {type: event_count, rules: [a], group-by: [User], "
      "timespan: 5m, condition: {gte: 10}}\n");
  ASSERT_TRUE(report.rejected.empty());
  const correlation::Set& set = report.rules->correlations();
  ASSERT_EQ(set.size(), 2U);
  EXPECT_TRUE(set.emits(0));
  EXPECT_FALSE(set.emits(1));
  ASSERT_EQ(set.feeds(0).size(), 2U);
  EXPECT_EQ(set.feeds(0)[0].correlation, 1U);
  EXPECT_EQ(set.feeds(0)[1].correlation, 0U);
  EXPECT_EQ(set.feeds(0)[1].via, 0U);
  EXPECT_EQ(set.feeds(0)[1].rule, 1U);
  ASSERT_EQ(set.feeds(2).size(), 1U);
  EXPECT_EQ(set.feeds(2)[0].rule, 2U);
}

struct Refusal {
  std::string section;
  std::string text;
};

class RefusedCorrelation : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedCorrelation, with_place_and_reason) {
  const LoadReport report = load_section(GetParam().section);
  ASSERT_EQ(report.rejected.size(), 1U) << GetParam().section;
  EXPECT_EQ(to_text(report.rejected[0]), GetParam().text);
  EXPECT_EQ(report.rejected[0].rule_id, "x");
  EXPECT_EQ(report.correlations, 0U);
  EXPECT_EQ(report.loaded, 3U);
  EXPECT_TRUE(report.rules->correlations().rule_emits(0));
}

INSTANTIATE_TEST_SUITE_P(
    Table, RefusedCorrelation,
    testing::Values(
        Refusal{"rules: [a], timespan: 1m",
                "rule.yml:21:14: the correlation has no type [sigma.correlation.type_missing]"},
        Refusal{
            "type: near, rules: [a], timespan: 1m",
            "rule.yml:21:21: 'near' is no type of correlation [sigma.correlation.type_unknown]\n  hint: event_count, "
            "value_count, temporal, temporal_ordered, value_sum, value_avg or value_percentile"},
        Refusal{"type: event_count, timespan: 1m, condition: {gte: 1}",
                "rule.yml:21:14: the correlation names no rules [sigma.correlation.rules_missing]"},
        Refusal{"type: event_count, rules: [a, a], timespan: 1m, condition: {gte: 1}",
                "rule.yml:21:45: 'a' is given twice [sigma.correlation.repeated]"},
        Refusal{"type: event_count, rules: [a, id-a], timespan: 1m, condition: {gte: 1}",
                "rule.yml:19: 'id-a' is a rule that is named already [sigma.correlation.repeated]"},
        Refusal{"type: event_count, rules: [a], condition: {gte: 1}",
                "rule.yml:21:14: the correlation has no timespan [sigma.correlation.timespan_missing]"},
        Refusal{
            "type: event_count, rules: [a], timespan: 1M, condition: {gte: 1}",
            "rule.yml:21:56: '1M' is no timespan [sigma.correlation.timespan]\n  hint: a number and s, m, h, d or w, "
            "such as 90m"},
        Refusal{
            "type: event_count, rules: [a], timespan: 0s, condition: {gte: 1}",
            "rule.yml:21:56: '0s' is no timespan [sigma.correlation.timespan]\n  hint: a number and s, m, h, d or w, "
            "such as 90m"},
        Refusal{"type: event_count, rules: [a], timespan: 367d, condition: {gte: 1}",
                "rule.yml:21:56: a timespan is at most 366 days [sigma.correlation.timespan]"},
        Refusal{"type: event_count, rules: [a], timespan: 1m",
                "rule.yml:21:14: the correlation has no condition [sigma.correlation.condition_missing]"},
        Refusal{"type: event_count, rules: [a], timespan: 1m, condition: {}",
                "rule.yml:21:71: the condition compares nothing [sigma.correlation.condition]\n  hint: one of gt, gte, "
                "lt, lte, eq, neq"},
        Refusal{"type: event_count, rules: [a], timespan: 1m, condition: {gte: many}",
                "rule.yml:21:77: gte asks for a number [sigma.correlation.number]"},
        Refusal{"type: event_count, rules: [a], timespan: 1m, condition: {gte: 1.5}",
                "rule.yml:21:77: a count is a whole number from 0 to 1,000,000 [sigma.correlation.count]"},
        Refusal{"type: event_count, rules: [a], timespan: 1m, condition: {atleast: 1}",
                "rule.yml:21:72: 'atleast' is not known in a condition [sigma.correlation.condition_key]\n  hint: gt, "
                "gte, lt, lte, eq, neq, field or percentile"},
        Refusal{"type: value_count, rules: [a], timespan: 1m, condition: {gte: 1}",
                "rule.yml:21:71: value_count needs a field in its condition [sigma.correlation.field_missing]"},
        Refusal{"type: value_sum, rules: [a], timespan: 1m, condition: {field: [f, g], gte: 1}",
                "rule.yml:21:77: value_sum takes one field; only value_count takes several "
                "[sigma.correlation.field_several]"},
        Refusal{"type: value_sum, rules: [a], timespan: 1m, condition: {field: f, percentile: 9, gte: 1}",
                "rule.yml:21:92: only value_percentile takes a percentile [sigma.correlation.percentile]"},
        Refusal{"type: event_count, rules: [a], timespan: 1m, condition: a",
                "rule.yml:21:71: only temporal and temporal_ordered take a condition over rules "
                "[sigma.correlation.condition]"},
        Refusal{
            "type: temporal, rules: [a, b], timespan: 1m, condition: a and c",
            "rule.yml:21:71: the condition does not name 'b', which is among 'rules' [sigma.correlation.rule_unused]"
            "\n  hint: leave it out, or say what it is for"},
        Refusal{"type: temporal, rules: [a], timespan: 1m, condition: a and c",
                "rule.yml:21:68: the condition names 'c', which is not among 'rules' [sigma.correlation.condition]"},
        Refusal{"type: temporal, rules: [a, b], timespan: 1m, condition: a or not b",
                "rule.yml:21:71: the condition would hold where none of its rules matched: absence alone is no event "
                "[sigma.correlation.condition]"},
        Refusal{"type: temporal, rules: [a, b], timespan: 1m, condition: a and not a and b",
                "rule.yml:21:71: the condition can never hold [sigma.correlation.condition]"},
        Refusal{
            "type: temporal, rules: [a, b], timespan: 1m, condition: 1 of a*",
            "rule.yml:21:71: the condition does not name 'a', which is among 'rules' [sigma.correlation.rule_unused]"
            "\n  hint: leave it out, or say what it is for"},
        Refusal{"type: temporal, rules: [a], timespan: 1m, aliases: {u: {z: f}}",
                "rule.yml:21:71: the alias names the rule 'z', which is not among 'rules' "
                "[sigma.correlation.alias_rule]\n  hint: write it as it stands under 'rules'"},
        Refusal{"type: temporal, rules: [a], timespan: 1m, generate: maybe",
                "rule.yml:21:67: generate is true or false [sigma.correlation.generate]"},
        Refusal{"type: temporal, rules: [nobody], timespan: 1m",
                "rule.yml:19: there is no rule or correlation 'nobody' [sigma.correlation.rule_unknown]\n  hint: give "
                "its id or its name; rules that are rejected can't be correlated"},
        Refusal{"type: temporal, rules: [x, a], timespan: 1m",
                "rule.yml:19: the correlation refers to itself [sigma.correlation.cycle]"}));

TEST(CorrelationReader, refuses_rings_and_what_hangs_on_them) {
  const auto link = [](const std::string& id, const std::string& to) {
    return "title: " + id + "\nid: " + id + "\ncorrelation: {type: event_count, rules: [" + to +
           "], timespan: 1m, condition: {gte: 1}}\n---\n";
  };
  const LoadReport report = load(link("x", "y") + link("y", "z") + link("z", "x") + link("w", "x") + link("v", "a"));
  EXPECT_EQ(report.correlations, 1U);
  ASSERT_EQ(report.rejected.size(), 4U);
  EXPECT_EQ(report.rejected[0].code, "sigma.correlation.cycle");
  for (size_t i = 1; i < 4; ++i) EXPECT_EQ(report.rejected[i].code, "sigma.correlation.rule_rejected");

  std::string chain = link("c0", "a");
  for (int i = 1; i <= 8; ++i) chain += link("c" + std::to_string(i), "c" + std::to_string(i - 1));
  const LoadReport deep = load(chain);
  EXPECT_EQ(deep.correlations, 8U);
  ASSERT_EQ(deep.rejected.size(), 1U);
  EXPECT_EQ(deep.rejected[0].code, "sigma.correlation.too_deep");
}

TEST(CorrelationReader, refuses_a_name_that_two_rules_have) {
  const LoadReport report = load(
      "title: a2\nid: id-a2\nname: a\nlogsource: {product: windows}\ndetection: {s: {f: 1}, condition: s}\n---\n"
      "title: t\nid: x\ncorrelation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 1}}\n");
  ASSERT_EQ(report.rejected.size(), 1U);
  EXPECT_EQ(report.rejected[0].code, "sigma.correlation.rule_ambiguous");
}

TEST(CorrelationReader, refuses_the_id_of_a_rule) {
  const LoadReport report =
      load("title: t\nid: id-a\ncorrelation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 1}}\n");
  ASSERT_EQ(report.rejected.size(), 1U);
  EXPECT_EQ(report.rejected[0].code, "sigma.rule.duplicate_id");
  EXPECT_EQ(report.correlations, 0U);
}

TEST(CorrelationReader, keeps_fingerprints_while_only_words_change) {
  const auto print = [](const std::string& title, const std::string& count) {
    const LoadReport report = load("title: " + title +
                                   "\nid: x\nlevel: high\ncorrelation: {type: event_count, rules: [a], timespan: 1m, "
                                   "condition: {gte: " +
                                   count + "}}\n");
    return report.rules->correlations().fingerprint(0);
  };
  EXPECT_EQ(print("one", "5"), print("another", "5"));
  EXPECT_NE(print("one", "5"), print("one", "6"));
}

}  // namespace
}  // namespace yagura::detect::test
