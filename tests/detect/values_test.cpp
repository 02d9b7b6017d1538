// What a value of a rule means: wildcards, escapes, case, kinds (specification 2.1, "Detection").
#include "semantics.hpp"

namespace yagura::detect::test {
namespace {

using event::Kind;

TEST(Values, are_whole_values_in_any_case) {
  auto rule = item("f: 'Cmd.exe'");
  EXPECT_TRUE(rule.holds("f", "cmd.EXE"));
  EXPECT_FALSE(rule.holds("f", "cmd.exe "));
  EXPECT_FALSE(rule.holds("f", "xcmd.exe"));
  EXPECT_FALSE(rule.holds("g", "cmd.exe"));
}

TEST(Values, fold_every_script_not_only_ascii) {
  EXPECT_TRUE(item("f: 'ÉCOLE'").holds("f", "école"));
  EXPECT_TRUE(item("f|contains: 'ПРИВЕТ'").holds("f", "скажи привет всем"));
  EXPECT_TRUE(item("f: 'Ｃｍｄ'").holds("f", "ｃＭＤ"));
  EXPECT_TRUE(item("f: 'ΣΟΦΟΣ'").holds("f", "σοφος"));
  EXPECT_TRUE(item("f: 'σοφος'").holds("f", "σοφος"));
  EXPECT_TRUE(item("f: 'k'").holds("f", "\u212A"));  // the Kelvin sign
  EXPECT_FALSE(item("f: 'ss'").holds("f", "ß"));     // full folding would join them; simple folding does not
  EXPECT_FALSE(item("f: 'i'").holds("f", "İ"));
}

TEST(Values, take_a_star_as_any_text_and_a_question_mark_as_one_character) {
  auto rule = item("f: 'a*c?d'");
  EXPECT_TRUE(rule.holds("f", "acxd"));
  EXPECT_TRUE(rule.holds("f", "abbb\nbcxd"));
  EXPECT_TRUE(rule.holds("f", "acécéd"));
  EXPECT_TRUE(rule.holds("f", "ac日d"));
  EXPECT_FALSE(rule.holds("f", "acd"));
  EXPECT_FALSE(rule.holds("f", "acxde"));
  EXPECT_FALSE(rule.holds("f", "acxxd"));
}

TEST(Values, take_a_lone_star_as_anything_that_is_there) {
  auto rule = item("f: '*'");
  EXPECT_TRUE(rule.holds("f", ""));
  EXPECT_TRUE(rule.holds("f", "x"));
  EXPECT_FALSE(rule.holds("f", "", Kind::null));
  EXPECT_FALSE(rule.holds("g", "x"));
  EXPECT_FALSE(item("f: '?'").holds("f", ""));
  EXPECT_TRUE(item("f: '?*'").holds("f", "é"));
  EXPECT_TRUE(item("f: '?\?'").holds("f", "éé"));
  EXPECT_FALSE(item("f: '?\?'").holds("f", "é"));
}

TEST(Values, escape_to_the_letter) {
  EXPECT_TRUE(item(R"(f: 'a\*b')").holds("f", "a*b"));
  EXPECT_FALSE(item(R"(f: 'a\*b')").holds("f", "axb"));
  EXPECT_TRUE(item(R"(f: 'a\?b')").holds("f", "a?b"));
  EXPECT_FALSE(item(R"(f: 'a\?b')").holds("f", "axb"));
  // \\* is a backslash and a wildcard
  EXPECT_TRUE(item(R"(f: 'a\\*')").holds("f", R"(a\xyz)"));
  EXPECT_TRUE(item(R"(f: 'a\\*')").holds("f", R"(a\)"));
  EXPECT_FALSE(item(R"(f: 'a\\*')").holds("f", "a*"));
  // \\\* is a backslash and a plain star
  EXPECT_TRUE(item(R"(f: 'a\\\*')").holds("f", R"(a\*)"));
  EXPECT_FALSE(item(R"(f: 'a\\\*')").holds("f", R"(a\x)"));
}

TEST(Values, keep_backslashes_that_escape_nothing) {
  EXPECT_TRUE(item(R"(f: 'C:\Windows\x')").holds("f", R"(c:\windows\X)"));
  EXPECT_TRUE(item(R"(f: 'C:\\Windows')").holds("f", R"(C:\Windows)"));
  EXPECT_FALSE(item(R"(f: 'C:\\Windows')").holds("f", R"(C:\\Windows)"));
  EXPECT_TRUE(item(R"(f: '\\\\server')").holds("f", R"(\\server)"));
  EXPECT_TRUE(item(R"(f: '\\\server')").holds("f", R"(\\server)"));
  EXPECT_TRUE(item(R"(f: 'ends\')").holds("f", R"(ends\)"));
  EXPECT_TRUE(item(R"(f: 'ends\\')").holds("f", R"(ends\)"));
  EXPECT_TRUE(item(R"(f|endswith: '\')").holds("f", R"(x\)"));
  EXPECT_TRUE(item(R"(f|contains: '\')").holds("f", R"(a\b)"));
  EXPECT_FALSE(item(R"(f|contains: '\')").holds("f", "ab"));
  EXPECT_TRUE(item(R"(f: 'tab\there')").holds("f", R"(tab\there)"));
}

TEST(Values, are_numbers_or_texts_alike_when_they_say_the_same) {
  EXPECT_TRUE(item("EventID: 4688").holds("EventID", "4688", Kind::integer));
  EXPECT_TRUE(item("EventID: 4688").holds("EventID", "4688", Kind::string));
  EXPECT_TRUE(item("EventID: '4688'").holds("EventID", "4688", Kind::integer));
  EXPECT_FALSE(item("EventID: 4688").holds("EventID", "46880", Kind::integer));
  EXPECT_TRUE(item("f: 0x1410").holds("f", "0x1410"));
  EXPECT_TRUE(item("f: 0x1410").holds("f", "5136", Kind::integer));
  EXPECT_FALSE(item("f: '0x1410'").holds("f", "5136", Kind::integer));
  EXPECT_TRUE(item("f: -5").holds("f", "-5", Kind::integer));
  EXPECT_FALSE(item("f: 5").holds("f", "-5", Kind::integer));
  EXPECT_TRUE(item("f: 1.5").holds("f", "1.50", Kind::real));
  EXPECT_TRUE(item("f: 4").holds("f", "4.0", Kind::real));
  EXPECT_TRUE(item("f: 18446744073709551615").holds("f", "0xffffffffffffffff"));
  EXPECT_FALSE(item("f: 18446744073709551615").holds("f", "18446744073709551614"));
  EXPECT_FALSE(item("f: 1").holds("f", "true", Kind::boolean));
  EXPECT_FALSE(item("f: 1").holds("f", "one"));
}

TEST(Values, know_true_and_false) {
  EXPECT_TRUE(item("f: true").holds("f", "true", Kind::boolean));
  EXPECT_TRUE(item("f: true").holds("f", "True"));
  EXPECT_TRUE(item("f: 'true'").holds("f", "true", Kind::boolean));
  EXPECT_FALSE(item("f: true").holds("f", "false", Kind::boolean));
  EXPECT_TRUE(item("f: False").holds("f", "false", Kind::boolean));
  EXPECT_TRUE(item("f: yes").holds("f", "YES"));  // YAML 1.2: a text
}

TEST(Values, keep_null_empty_and_missing_apart) {
  auto null = item("f: null");
  EXPECT_TRUE(null.holds("f", "", Kind::null));
  EXPECT_TRUE(null.holds("g", "x"));  // a missing field has no value either
  EXPECT_FALSE(null.holds("f", ""));
  EXPECT_FALSE(null.holds("f", "null"));
  auto empty = item("f: ''");
  EXPECT_TRUE(empty.holds("f", ""));
  EXPECT_FALSE(empty.holds("f", "", Kind::null));
  EXPECT_FALSE(empty.holds("g", "x"));
  EXPECT_FALSE(empty.holds("f", " "));
  auto there = item("f|exists: true");
  EXPECT_TRUE(there.holds("f", "", Kind::null));
  EXPECT_TRUE(there.holds("f", ""));
  EXPECT_FALSE(there.holds("g", "x"));
  auto missing = item("f|exists: false");
  EXPECT_FALSE(missing.holds("f", "", Kind::null));
  EXPECT_FALSE(missing.holds("f", ""));
  EXPECT_TRUE(missing.holds("g", "x"));
  auto either = item("f: [null, '', x]");
  EXPECT_TRUE(either.holds("f", "", Kind::null));
  EXPECT_TRUE(either.holds("g", "y"));
  EXPECT_TRUE(either.holds("f", ""));
  EXPECT_TRUE(either.holds("f", "X"));
  EXPECT_FALSE(either.holds("f", "y"));
  EXPECT_TRUE(item("f: 'null'").holds("f", "null"));
  EXPECT_FALSE(item("f: 'null'").holds("f", "", Kind::null));
}

TEST(Values, of_a_list_are_alternatives_and_all_asks_for_each) {
  auto any = item("f|contains: [a1, b2]");
  EXPECT_TRUE(any.holds("f", "xb2x"));
  EXPECT_FALSE(any.holds("f", "xx"));
  auto all = item("f|contains|all: [a1, b2]");
  EXPECT_TRUE(all.holds("f", "b2 a1"));
  EXPECT_FALSE(all.holds("f", "b2"));
}

TEST(Values, of_a_field_that_occurs_several_times_are_each_asked) {
  auto rule = item("f|contains|all: [a1, b2]");
  EXPECT_TRUE(rule.holds({{"f", "a1"}, {"f", "b2"}}));
  EXPECT_TRUE(item("f: x").holds({{"f", "y"}, {"f", "x"}}));
  EXPECT_FALSE(item("f|neq: x").holds({{"f", "y"}, {"f", "x"}}));
  EXPECT_TRUE(item("f: null").holds({{"f", "y"}, {"f", "", Kind::null}}));
}

TEST(Values, of_fields_with_spaces_and_dots_in_their_names) {
  EXPECT_TRUE(item("'Threat Name': evil").holds("Threat Name", "Evil"));
  EXPECT_TRUE(item("ThreatName: evil").holds("Threat Name", "Evil"));
  EXPECT_TRUE(item("Threat_Name: evil").holds("Threat Name", "Evil"));
  EXPECT_FALSE(item("'Threat Name': evil").holds("ThreatName", "Evil"));
  EXPECT_TRUE(item("userIdentity.arn: x").holds("userIdentity.arn", "x"));
  EXPECT_FALSE(item("threatname: evil").holds("ThreatName", "Evil"));
  OneRule both("  a:\n    ThreatName: x\n    Threat_Name: x\n    Threat Name: x\n  condition: a\n");
  EXPECT_TRUE(both.holds("Threat Name", "x"));
}

TEST(Values, of_an_object_are_those_below_it) {
  auto rule = item("requestParameters|contains: bucket");
  EXPECT_TRUE(rule.holds("requestParameters.name.x", "my-bucket"));
  EXPECT_FALSE(rule.holds("requestParametersOf.name", "my-bucket"));
  EXPECT_TRUE(item("a.b|exists: true").holds("a.b.c", "x"));
  EXPECT_FALSE(item("a.b: null").holds("a.b.c", "x"));
}

TEST(Values, that_are_ill_formed_count_each_byte_as_a_character) {
  EXPECT_TRUE(item("f: 'a?b'")
                  .holds("f",
                         "a\xC3"
                         "b"));
  EXPECT_TRUE(item("f: 'a???b'")
                  .holds("f",
                         "a\xE3\x81\xFF"
                         "b"));
  EXPECT_TRUE(item("f|contains: 'b'")
                  .holds("f",
                         "a\xFF"
                         "B"));
}

TEST(Values, match_literals_of_every_length_in_every_place) {
  for (size_t length = 1; length <= 12; ++length) {
    const std::string text = std::string("q-z/x.y:w;v,u").substr(0, length);
    const std::string quoted = "'" + text + "'";
    for (const std::string& before : {"", "a", "0123456789"})
      for (const std::string& after : {"", "b", "9876543210"}) {
        const std::string value = before + text + after;
        EXPECT_TRUE(item("f|contains: " + quoted).holds("f", value)) << value;
        EXPECT_EQ(item("f|startswith: " + quoted).holds("f", value), before.empty()) << value;
        EXPECT_EQ(item("f|endswith: " + quoted).holds("f", value), after.empty()) << value;
        EXPECT_EQ(item("f: " + quoted).holds("f", value), before.empty() && after.empty()) << value;
      }
  }
  const std::string longest(5000, 'n');
  EXPECT_TRUE(item("f: " + longest).holds("f", longest));
  EXPECT_FALSE(item("f: " + longest).holds("f", longest + "n"));
  EXPECT_TRUE(item("f|startswith: " + longest).holds("f", longest + "n"));
  EXPECT_FALSE(item("f|endswith: " + longest).holds("f", longest + "m"));
}

}  // namespace
}  // namespace yagura::detect::test
