// What can't be honoured is refused with its place and reason; golden by table.
#include "semantics.hpp"

namespace yagura::detect::test {
namespace {

LoadReport load(const std::string& yaml) {
  return RuleSet::load_text(yaml, "rule.yml", taxonomy());
}

/// A whole rule around one detection, with the detection's first line on line 5.
LoadReport load_detection(const std::string& detection) {
  return load("title: t\nid: r\nlogsource: {product: windows}\ndetection:\n" + detection);
}

struct Golden {
  std::string detection;
  std::string text;  // all of the rejection, as a person is shown it
};

class Refused : public testing::TestWithParam<Golden> {};

TEST_P(Refused, with_place_and_reason) {
  const LoadReport report = load_detection(GetParam().detection);
  ASSERT_EQ(report.rejected.size(), 1U) << GetParam().detection;
  EXPECT_EQ(to_text(report.rejected[0]), GetParam().text);
  EXPECT_EQ(report.rejected[0].rule_id, "r");
  EXPECT_EQ(report.loaded, 0U);
  EXPECT_TRUE(report.rules->rules().empty());
}

Golden value(const std::string& item, const std::string& text) {
  return {"  a:\n    " + item + "\n  condition: a\n", text};
}

Golden condition(const std::string& condition, const std::string& text) {
  return {"  a: {f: 1}\n  condition: " + condition + "\n", text};
}

INSTANTIATE_TEST_SUITE_P(
    Modifiers, Refused,
    testing::Values(value("f|contain: x",
                          "rule.yml:6:5: 'contain' is no modifier of Sigma 2.1 [sigma.modifier.unknown]\n"
                          "  hint: check the spelling; modifiers are in lower case"),
                    value("f|contains|contains: x",
                          "rule.yml:6:5: 'contains' is given twice [sigma.modifier.repeated]\n  hint: leave one out"),
                    value("f|contains|endswith: x",
                          "rule.yml:6:5: 'f|contains|endswith': only one of contains, startswith and endswith can hold "
                          "[sigma.modifier.chain]\n  hint: see the modifiers appendix"),
                    value("f|re|contains: x",
                          "rule.yml:6:5: 'f|re|contains': 'contains' can't stand after 're' "
                          "[sigma.modifier.chain]\n  hint: see the modifiers appendix"),
                    value("f|base64|re: x",
                          "rule.yml:6:5: 'f|base64|re': 'base64' can't stand before 're' "
                          "[sigma.modifier.chain]\n  hint: see the modifiers appendix"),
                    value("f|i: x",
                          "rule.yml:6:5: 'f|i': 'i' may only follow 're' [sigma.modifier.chain]\n"
                          "  hint: see the modifiers appendix"),
                    value("f|exists|all: true",
                          "rule.yml:6:5: 'f|exists|all': 'all' can't stand after 'exists' "
                          "[sigma.modifier.chain]\n  hint: see the modifiers appendix"),
                    value("f|lt|hour: 5",
                          "rule.yml:6:5: 'f|lt|hour': 'hour' can't stand after 'lt' "
                          "[sigma.modifier.chain]\n  hint: see the modifiers appendix"),
                    value("f|wide|utf16: x",
                          "rule.yml:6:5: 'f|wide|utf16': only one UTF-16 encoding can hold "
                          "[sigma.modifier.chain]\n  hint: see the modifiers appendix"),
                    value("'|cidr': 10.0.0.0/8",
                          "rule.yml:6:5: '|cidr': 'cidr' needs a field [sigma.modifier.chain]\n"
                          "  hint: see the modifiers appendix"),
                    value("f|cidr|contains: 10.0.0.0/8",
                          "rule.yml:6:5: 'f|cidr|contains': 'contains' can't stand after 'cidr' "
                          "[sigma.modifier.chain]\n  hint: see the modifiers appendix")));

INSTANTIATE_TEST_SUITE_P(
    Values, Refused,
    testing::Values(value("f|re: 'a(b'",
                          "rule.yml:6:11: the regular expression is not valid: missing closing parenthesis at "
                          "offset 3 [sigma.value.regex]\n  hint: Sigma's regular expressions are PCRE"),
                    value("f|cidr: 10.0.0.1/8",
                          "rule.yml:6:13: '10.0.0.1/8' is no network [sigma.value.cidr]\n"
                          "  hint: write 10.0.0.0/8 or 2001:db8::/32, with no bits set behind the prefix"),
                    value("f|cidr: '10.0.0.0/33'",
                          "rule.yml:6:13: '10.0.0.0/33' is no network [sigma.value.cidr]\n"
                          "  hint: write 10.0.0.0/8 or 2001:db8::/32, with no bits set behind the prefix"),
                    value("f|gt: '5'", "rule.yml:6:11: a number is expected, without quotes [sigma.value.type]"),
                    value("f|hour: 2.5", "rule.yml:6:13: a part of a date is a whole number [sigma.value.type]"),
                    value("f|exists: 'true'",
                          "rule.yml:6:15: exists asks for true or false, without quotes [sigma.value.type]"),
                    value("f|contains: null", "rule.yml:6:17: null takes no modifier but neq [sigma.value.type]"),
                    value("f|contains: true",
                          "rule.yml:6:17: true and false take no text modifier [sigma.value.type]\n"
                          "  hint: quote it to mean the text"),
                    value("f|fieldref: 'a*'",
                          "rule.yml:6:17: fieldref asks for the name of a field, without wildcards [sigma.value.type]"),
                    value("f|contains: ['', null]", "rule.yml:6:22: null takes no modifier but neq [sigma.value.type]"),
                    value("f: []", "rule.yml:6:5: the list of values is empty [sigma.value.empty_list]"),
                    value("f: {g: 1}",
                          "rule.yml:6:5: a field's value is a text, a number or a list of them, not a map "
                          "[sigma.value.map]\n  hint: join nested names by dots: 'userIdentity.arn'"),
                    value("f: [[1]]", "rule.yml:6:9: a list of values holds values only [sigma.value.nested_list]"),
                    value("f|base64: 'a*'",
                          "rule.yml:6:15: a wildcard can't be encoded in base64 [sigma.value.encoded_wildcard]\n"
                          "  hint: escape it, or put contains behind the encoding"),
                    value("f|contains|base64: a",
                          "rule.yml:6:24: a wildcard can't be encoded in base64 [sigma.value.encoded_wildcard]\n"
                          "  hint: escape it, or put contains behind the encoding"),
                    value("f|wide: 'a?'",
                          "rule.yml:6:13: '?' and ill-formed text can't be encoded in UTF-16 "
                          "[sigma.value.encoded_wildcard]"),
                    value("f|wide: '日'",
                          "rule.yml:6:13: the encoded value is no text, so no event can hold it "
                          "[sigma.value.not_text]\n  hint: put base64 or base64offset behind the encoding"),
                    value("f|base64offset|contains: a",
                          "rule.yml:6:30: one byte leaves nothing certain behind base64offset [sigma.value.too_short]"),
                    value("f|windash|base64: '-a -b -c -d -e -f'",
                          "rule.yml:6:23: the value expands to more than 10,000 patterns [sigma.value.too_many]"),
                    value("f|expand: '%x%'",
                          "rule.yml:6:15: the placeholder %x% has no expansion [sigma.placeholder.unexpanded]\n"
                          "  hint: give its values in a placeholder file"),
                    value("f|re|expand: 'a%x%'",
                          "rule.yml:6:18: the placeholder %x% has no expansion [sigma.placeholder.unexpanded]\n"
                          "  hint: give its values in a placeholder file")));

INSTANTIATE_TEST_SUITE_P(
    Conditions, Refused,
    testing::Values(
        condition("b",
                  "rule.yml:6:14: the condition asks for 'b', which detection does not define "
                  "[sigma.condition.undefined]"),
        condition("1 of b*", "rule.yml:6:14: no search identifier is meant by 'b*' [sigma.condition.no_match]"),
        condition("2 of a",
                  "rule.yml:6:14: '2 of' is not in the specification: only '1 of' and 'all of' "
                  "[sigma.condition.quantifier]"),
        condition("a | count() > 5",
                  "rule.yml:6:16: aggregations behind '|' are no part of Sigma since 2.0; correlation rules took "
                  "their place [sigma.condition.aggregation]"),
        condition("(a", "rule.yml:6:16: a parenthesis is not closed [sigma.condition.parenthesis]"),
        condition("a)", "rule.yml:6:15: ')' is not expected here [sigma.condition.syntax]"),
        condition("a and", "rule.yml:6:19: the condition ends where a name is expected [sigma.condition.syntax]"),
        condition("a and or a", "rule.yml:6:20: a name is expected where 'or' stands [sigma.condition.syntax]"),
        condition("a a", "rule.yml:6:16: 'a' is not expected here [sigma.condition.syntax]"),
        condition("1 of", "rule.yml:6:18: 'of' asks for 'them' or a pattern of names [sigma.condition.syntax]"),
        condition("a*",
                  "rule.yml:6:14: 'a*' is a pattern: write '1 of' or 'all of' before it "
                  "[sigma.condition.pattern_alone]"),
        condition("''", "rule.yml:6:14: the condition is empty [sigma.condition.empty]"),
        condition("{x: y}", "rule.yml:6:14: the condition is a text or a list of texts [sigma.condition.type]"),
        condition("'" + std::string(70, '(') + "a" + std::string(70, ')') + "'",
                  "rule.yml:6:14: nested deeper than 64 levels [sigma.condition.too_deep]"),
        condition("'" + std::string(20000, 'a') + "'", "rule.yml:6:14: longer than 16 KiB [sigma.condition.too_long]"),
        Golden{"  a: {f: 1}\n",
               "rule.yml:5:3: detection has no condition [sigma.condition.missing]\n  hint: add 'condition:'"},
        Golden{"  condition: a\n", "rule.yml:5:3: detection has no search identifier [sigma.detection.empty]"},
        Golden{"  a: {}\n  condition: a\n",
               "rule.yml:5:6: the search identifier asks for nothing [sigma.detection.empty]"},
        Golden{"  a: {f: 1}\n  timeframe: 5m\n  condition: a\n",
               "rule.yml:6:3: timeframe belonged to aggregations, which are no part of Sigma since 2.0 "
               "[sigma.detection.timeframe]\n  hint: write a correlation rule"},
        Golden{"  a: [x, null]\n  condition: a\n", "rule.yml:5:6: null is no keyword [sigma.value.keyword_null]"}));

TEST(Rejections, name_what_a_rule_lacks) {
  const std::string source = "logsource: {product: windows}\n";
  const std::string detection = "detection: {a: {f: 1}, condition: a}\n";
  const auto code = [](const std::string& yaml) {
    const LoadReport report = load(yaml);
    return report.rejected.size() == 1 ? report.rejected[0].code : "loaded";
  };
  EXPECT_EQ(code("id: x\n" + source + detection), "sigma.rule.title_missing");
  EXPECT_EQ(code("title: t\n" + detection), "sigma.rule.logsource_missing");
  EXPECT_EQ(code("title: t\nlogsource: x\n" + detection), "sigma.rule.logsource_type");
  EXPECT_EQ(code("title: t\nlogsource: {definition: x}\n" + detection), "sigma.rule.logsource_empty");
  EXPECT_EQ(code("title: t\n" + source), "sigma.rule.detection_missing");
  EXPECT_EQ(code("title: t\n" + source + "detection: x\n"), "sigma.rule.detection_type");
  EXPECT_EQ(code("title: t\nlevel: huge\n" + source + detection), "sigma.rule.level");
  EXPECT_EQ(code("title: t\ntaxonomy: mine\n" + source + detection), "sigma.rule.taxonomy");
  EXPECT_EQ(code("- title: t\n"), "sigma.rule.not_a_map");
  EXPECT_EQ(code("title: t\ntitle: u\n"), "yaml.duplicate_key");
  EXPECT_EQ(code("title: [t\n"), "yaml.syntax");
  EXPECT_EQ(code("title: t\n" + source + detection), "loaded");
  EXPECT_EQ(code("title: t\naction: merge\n" + source + detection), "sigma.rule.action");
}

TEST(Rejections, bound_what_a_rule_can_grow_to) {
  const auto code = [](const std::string& yaml) {
    const LoadReport report = load_detection(yaml);
    return report.rejected.size() == 1 ? report.rejected[0].code : "loaded";
  };
  std::string many = "  a:\n    f|windash|base64: [";
  for (int i = 0; i < 40; ++i) many += "'-a -b -c -d -" + std::to_string(i) + "', ";
  EXPECT_EQ(code(many + "x]\n  condition: a\n"), "sigma.detection.too_long");
  std::string wide = "  a:\n    f: [0";
  for (int i = 1; i < 2000; ++i) wide += ", " + std::to_string(i);
  std::string condition = "a";
  for (int i = 0; i < 1000; ++i) condition += " or a";
  EXPECT_EQ(code(wide + "]\n  condition: " + condition + "\n"), "sigma.condition.too_long");
  std::string laughs = "  a: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string under = "*a" + std::to_string(i - 1);
    laughs += "  b" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int k = 0; k < 9; ++k) laughs += under + ", ";
    laughs += under + "]\n";
  }
  EXPECT_EQ(code(laughs + "  condition: a\n"), "yaml.too_many_nodes");
  EXPECT_EQ(load("").rejected.at(0).code, "sigma.file_empty");
}

TEST(Rejections, skip_what_says_that_it_cannot_be_used) {
  const LoadReport report = load(
      "title: c\nstatus: unsupported\ncorrelation: {type: event_count}\n---\n"
      "title: f\nstatus: unsupported\nfilter: {rules: [x]}\n---\n"
      "title: t\nid: r\nlogsource: {product: windows}\ndetection: {a: {f: 1}, condition: a}\n---\n"
      "title: u\nstatus: unsupported\n");
  EXPECT_TRUE(report.rejected.empty());
  ASSERT_EQ(report.skipped.size(), 3U);
  for (const Rejection& skip : report.skipped) EXPECT_EQ(skip.code, "sigma.skipped.unsupported");
  EXPECT_EQ(report.loaded, 1U);
}

TEST(Rejections, refuse_an_id_given_twice) {
  const std::string rule = "title: t\nid: r\nlogsource: {product: windows}\ndetection: {a: {f: 1}, condition: a}\n";
  const LoadReport report = load(rule + "---\n" + rule);
  EXPECT_EQ(report.loaded, 1U);
  ASSERT_EQ(report.rejected.size(), 1U);
  EXPECT_EQ(report.rejected[0].code, "sigma.rule.duplicate_id");
  EXPECT_EQ(report.rejected[0].line, 6);
}

TEST(Rejections, give_rules_without_id_one_that_stays) {
  const std::string rule = "title: t\nlogsource: {product: windows}\ndetection: {a: {f: 1}, condition: a}\n";
  const LoadReport one = load(rule);
  const LoadReport two = load(rule);
  ASSERT_EQ(one.loaded, 1U);
  EXPECT_TRUE(one.rules->rule(0).id.starts_with("unnamed-"));
  EXPECT_EQ(one.rules->rule(0).id, two.rules->rule(0).id);
}

TEST(Warnings, tell_of_slips_that_change_nothing) {
  const LoadReport report = load(
      "title: t\nid: r\nlogsource: {product: beos}\ndetection:\n  a:\n    f|all: x\n  b: {g: 1}\n  condition: a\n");
  EXPECT_EQ(report.loaded, 1U);
  std::vector<std::string> codes;
  for (const Rejection& warning : report.warnings) codes.push_back(warning.code);
  EXPECT_EQ(codes, (std::vector<std::string>{"sigma.modifier.all_of_one", "sigma.detection.unused",
                                             "sigma.logsource.unmapped"}));
}

TEST(Actions, lay_a_global_document_under_the_others) {
  const LoadReport report = load(
      "action: global\ntitle: shared\nlevel: high\nlogsource: {product: windows}\n"
      "detection: {base: {EventID: 1}, condition: base and own}\n---\n"
      "id: one\ndetection: {own: {f: 1}}\n---\nid: two\ntitle: two\ndetection: {own: {f: 2}}\n---\n"
      "action: repeat\nid: three\n---\naction: reset\n---\n"
      "id: four\ntitle: four\nlogsource: {product: windows}\ndetection: {a: {f: 4}, condition: a}\n");
  for (const Rejection& rejection : report.rejected) ADD_FAILURE() << to_text(rejection);
  ASSERT_EQ(report.loaded, 4U);
  EXPECT_EQ(report.rules->rule(0).title, "shared");
  EXPECT_EQ(report.rules->rule(0).level, Level::high);
  EXPECT_EQ(report.rules->rule(1).title, "two");
  EXPECT_EQ(report.rules->rule(2).id, "three");
  EXPECT_EQ(report.rules->rule(2).title, "two");
  EXPECT_EQ(report.rules->rule(3).level, Level::medium);
  EXPECT_EQ(report.rules->rule(0).selections.size(), 2U);
}

}  // namespace
}  // namespace yagura::detect::test
