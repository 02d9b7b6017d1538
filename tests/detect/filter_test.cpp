// Global filters: which reading a condition has, and whom a filter reaches. docs/decisions/sigma-filters.md
#include "semantics.hpp"

namespace yagura::detect::test {
namespace {

std::string rule(const std::string& id, const std::string& source = "{product: windows, category: process_creation}") {
  return "title: " + id + "\nid: " + id + "\nname: name-" + id + "\nlogsource: " + source +
         "\ndetection:\n  s: {CommandLine|contains: evil}\n  condition: s\n---\n";
}

std::string filter(const std::string& condition, const std::string& rules = "[r]",
                   const std::string& source = "{product: windows}") {
  return "title: Administrators\nlogsource: " + source + "\nfilter:\n  rules: " + rules +
         "\n  selection: {User|startswith: adm_}\n  other: {Computer: lab}\n  more_a: {Computer: x1}\n"
         "  condition: " +
         condition + "\n";
}

LoadReport load(const std::string& documents) {
  return RuleSet::load_text(documents, "f.yml", taxonomy());
}

/// Whether rule 0 matches an evil process of that user on that computer.
bool matches(const LoadReport& report, const std::string& user, const std::string& computer = "pc") {
  event::Batch batch;
  add_event(batch, {{"logsource.product", "windows"},
                    {"logsource.category", "process_creation"},
                    {"CommandLine", "evil.exe"},
                    {"User", user},
                    {"Computer", computer}});
  Matcher matcher(report.rules);
  std::vector<Match> found;
  matcher.match(batch, found);
  return std::ranges::any_of(found, [](const Match& match) { return match.rule == 0; });
}

TEST(Filters, suppress_what_a_plain_condition_describes) {  // the specification's example
  const LoadReport report = load(rule("r") + filter("selection"));
  ASSERT_TRUE(report.rejected.empty()) << to_text(report.rejected[0]);
  EXPECT_EQ(report.filters, 1U);
  EXPECT_EQ(report.loaded, 1U);
  EXPECT_FALSE(matches(report, "adm_jo"));
  EXPECT_TRUE(matches(report, "jo"));
}

TEST(Filters, keep_what_a_negated_condition_asks_for) {  // pySigma's example
  const LoadReport report = load(rule("r") + filter("not selection"));
  EXPECT_FALSE(matches(report, "adm_jo"));
  EXPECT_TRUE(matches(report, "jo"));
}

TEST(Filters, mean_the_same_in_both_readings_with_several_selections) {
  for (const char* condition : {"selection or other", "not (selection or other)", "not selection and not other",
                                "not 1 of selection and not other", "1 of selection or other"}) {
    const LoadReport report = load(rule("r") + filter(condition));
    ASSERT_TRUE(report.rejected.empty()) << to_text(report.rejected[0]);
    EXPECT_FALSE(matches(report, "adm_jo")) << condition;
    EXPECT_FALSE(matches(report, "jo", "lab")) << condition;
    EXPECT_TRUE(matches(report, "jo")) << condition;
  }
  for (const char* condition : {"selection and other", "not (selection and other)", "not selection or not other"}) {
    const LoadReport report = load(rule("r") + filter(condition));
    EXPECT_FALSE(matches(report, "adm_jo", "lab")) << condition;
    EXPECT_TRUE(matches(report, "adm_jo")) << condition;
    EXPECT_TRUE(matches(report, "jo", "lab")) << condition;
  }
}

TEST(Filters, suppress_and_warn_when_selections_stand_on_both_sides) {
  const LoadReport report = load(rule("r") + filter("selection and not other"));
  EXPECT_FALSE(matches(report, "adm_jo"));
  EXPECT_TRUE(matches(report, "adm_jo", "lab"));
  EXPECT_TRUE(matches(report, "jo"));
  EXPECT_TRUE(
      std::ranges::any_of(report.warnings, [](const Rejection& w) { return w.code == "sigma.filter.polarity"; }));
  const LoadReport negated = load(rule("r") + filter("not (selection and not other)"));
  EXPECT_FALSE(matches(negated, "adm_jo"));
  EXPECT_TRUE(matches(negated, "adm_jo", "lab"));
  EXPECT_FALSE(
      std::ranges::any_of(negated.warnings, [](const Rejection& w) { return w.code == "sigma.filter.polarity"; }));
}

TEST(Filters, reach_rules_by_id_by_name_and_all_of_a_log_source) {
  for (const char* named : {"[r]", "r", "[name-r]", "any", "[r, name-r]"}) {
    const LoadReport report = load(rule("r") + filter("selection", named));
    EXPECT_FALSE(matches(report, "adm_jo")) << named;
    EXPECT_TRUE(matches(report, "jo")) << named;
  }
  const LoadReport none = load(rule("r") + filter("selection", "[s]"));
  EXPECT_TRUE(matches(none, "adm_jo"));
  EXPECT_TRUE(
      std::ranges::any_of(none.warnings, [](const Rejection& w) { return w.code == "sigma.filter.rule_unknown"; }));
}

TEST(Filters, leave_rules_of_other_log_sources_alone) {
  const LoadReport other = load(rule("r") + filter("selection", "[r]", "{product: linux}"));
  EXPECT_TRUE(matches(other, "adm_jo"));
  EXPECT_TRUE(
      std::ranges::any_of(other.warnings, [](const Rejection& w) { return w.code == "sigma.filter.logsource_other"; }));
  const LoadReport narrower = load(rule("r", "{product: windows}") +
                                   filter("selection", "any", "{product: windows, category: process_creation}"));
  EXPECT_TRUE(matches(narrower, "adm_jo"));
}

TEST(Filters, stand_before_or_after_their_rules_and_add_up) {
  const std::string second =
      "---\ntitle: Lab\nlogsource: {product: windows}\nfilter:\n  rules: any\n  l: {Computer: lab}\n  condition: not "
      "l\n";
  const LoadReport report = load(filter("selection") + "---\n" + rule("r") + second);
  EXPECT_EQ(report.filters, 2U);
  EXPECT_FALSE(matches(report, "adm_jo"));
  EXPECT_FALSE(matches(report, "jo", "lab"));
  EXPECT_TRUE(matches(report, "jo"));
}

TEST(Filters, are_refused_with_a_reason) {
  const auto code = [](const std::string& document) {
    const LoadReport report = load(document);
    EXPECT_EQ(report.filters, 0U) << document;
    return report.rejected.empty() ? "" : report.rejected[0].code;
  };
  const std::string head = "title: t\nlogsource: {product: windows}\nfilter: ";
  EXPECT_EQ(code(head + "{rules: [r], a: {f: 1}}\n"), "sigma.filter.condition_missing");
  EXPECT_EQ(code(head + "{a: {f: 1}, condition: a}\n"), "sigma.filter.rules_missing");
  EXPECT_EQ(code(head + "{rules: {}, a: {f: 1}, condition: a}\n"), "sigma.filter.rules_type");
  EXPECT_EQ(code(head + "{rules: [[r]], a: {f: 1}, condition: a}\n"), "sigma.filter.rules_type");
  EXPECT_EQ(code(head + "text\n"), "sigma.filter.type");
  EXPECT_EQ(code(head + "{rules: [r], a: {f: 1}, condition: b}\n"), "sigma.condition.undefined");
  EXPECT_EQ(code("title: t\nfilter: {rules: [r], a: {f: 1}, condition: a}\n"), "sigma.filter.logsource_missing");
  EXPECT_EQ(code("logsource: {product: windows}\nfilter: {rules: [r], a: {f: 1}, condition: a}\n"),
            "sigma.filter.title_missing");
}

}  // namespace
}  // namespace yagura::detect::test
