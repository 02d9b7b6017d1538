// Every value modifier of the appendix, and their chains.
#include <unistd.h>

#include <thread>

#include "semantics.hpp"

namespace yagura::detect::test {
namespace {

using event::Kind;

TEST(Modifiers, contains_startswith_endswith_work_on_numbers_too) {
  EXPECT_TRUE(item("f|contains: 444").holds("f", "port 4443"));
  EXPECT_TRUE(item("f|startswith: 44").holds("f", "4443", Kind::integer));
  EXPECT_TRUE(item("f|contains: 'a*b'").holds("f", "xaxxbx"));
  EXPECT_TRUE(item("f|contains: '*'").holds("f", ""));
  EXPECT_TRUE(item("f|endswith: 'a?'").holds("f", "xxab"));
  EXPECT_FALSE(item("f|endswith: 'a?'").holds("f", "xxa"));
}

TEST(Modifiers, cased_asks_for_the_same_case) {
  EXPECT_TRUE(item("f|cased: 'AbC'").holds("f", "AbC"));
  EXPECT_FALSE(item("f|cased: 'AbC'").holds("f", "abc"));
  EXPECT_TRUE(item("f|contains|cased: 'AbCd'").holds("f", "abcd AbCd"));
  EXPECT_FALSE(item("f|cased|contains: 'AbCd'").holds("f", "abcd ABCD"));
  EXPECT_FALSE(item("f|endswith|cased: 'É'").holds("f", "é"));
}

TEST(Modifiers, neq_is_not_any_of_them) {
  auto rule = item("f|neq: [a, b]");
  EXPECT_TRUE(rule.holds("f", "c"));
  EXPECT_FALSE(rule.holds("f", "B"));
  EXPECT_TRUE(rule.holds("g", "x"));  // a missing field differs from every value
  EXPECT_TRUE(item("f|contains|neq: x").holds("f", "y"));
  EXPECT_FALSE(item("f|contains|neq: x").holds("f", "yxy"));
  EXPECT_TRUE(item("f|contains|all|neq: [x, y]").holds("f", "x"));
  EXPECT_FALSE(item("f|contains|all|neq: [x, y]").holds("f", "xy"));
  EXPECT_FALSE(item("f|neq: 5").holds("f", "5", Kind::integer));
  EXPECT_TRUE(item("f|neq: 5").holds("f", "6", Kind::integer));
  EXPECT_TRUE(item("f|neq: null").holds("f", ""));
  EXPECT_FALSE(item("f|neq: null").holds("g", ""));
}

TEST(Modifiers, windash_takes_all_five_dashes_for_one) {
  for (const char* dash : {"-", "/", "\u2013", "\u2014", "\u2015"}) {
    EXPECT_TRUE(item("f|contains|windash: ' -enc '").holds("f", std::string("x ") + dash + "ENC y")) << dash;
    EXPECT_TRUE(item("f|windash|contains: ' /enc '").holds("f", std::string("x ") + dash + "enc y")) << dash;
    EXPECT_TRUE(item("f|windash: '\u2014x'").holds("f", std::string(dash) + "x")) << dash;
    EXPECT_TRUE(item("f|endswith|windash: ' -a-b'").holds("f", std::string("x -a") + dash + "b")) << dash;
    EXPECT_TRUE(item("f|startswith|windash: '-a'").holds("f", std::string(dash) + "A b")) << dash;
  }
  EXPECT_FALSE(item("f|contains|windash: ' -enc '").holds("f", "x _enc y"));
  EXPECT_FALSE(item("f|contains: ' -enc '").holds("f", "x /enc y"));
  EXPECT_FALSE(item("f|windash: '-x'").holds("f", "x"));
  auto all = item("f|contains|all|windash: [' -a ', ' /b ']");
  EXPECT_TRUE(all.holds("f", "x /a -b y"));
  EXPECT_FALSE(all.holds("f", "x /a y"));
}

TEST(Modifiers, re_is_found_anywhere_and_in_this_case) {
  EXPECT_TRUE(item("f|re: 'b+c'").holds("f", "abbbcd"));
  EXPECT_FALSE(item("f|re: 'b+c'").holds("f", "aBBBCd"));
  EXPECT_TRUE(item("f|re|i: 'b+c'").holds("f", "aBBBCd"));
  EXPECT_TRUE(item("f|re|i: 'é+'").holds("f", "ÉÉ"));
  EXPECT_FALSE(item("f|re: '^b'").holds("f", "a\nb"));
  EXPECT_TRUE(item("f|re|m: '^b'").holds("f", "a\nb"));
  EXPECT_FALSE(item("f|re: 'a.b'").holds("f", "a\nb"));
  EXPECT_TRUE(item("f|re|s: 'a.b'").holds("f", "a\nb"));
  EXPECT_TRUE(item("f|re|i|m|s: '^B.c'").holds("f", "a\nb\nC"));
  EXPECT_TRUE(item(R"(f|re: '^C:\\x\.exe$')").holds("f", R"(C:\x.exe)"));
  EXPECT_TRUE(item("f|re: '^.$'").holds("f", "日"));
  EXPECT_TRUE(item("f|re|all: [a, b]").holds("f", "ba"));
  EXPECT_FALSE(item("f|re|all: [a, b]").holds("f", "b"));
  EXPECT_TRUE(item("f|re: '^46'").holds("f", "4688", Kind::integer));
  EXPECT_TRUE(item("f|re: '^$'").holds("f", ""));
  EXPECT_FALSE(item("f|re: '.*'").holds("f", "", Kind::null));
  EXPECT_FALSE(item("f|re: '.*'").holds("g", ""));
  EXPECT_FALSE(item("f|re|neq: 'a'").holds("f", "a"));
}

TEST(Modifiers, re_that_runs_away_is_counted_and_holds_for_nothing) {
  OneRule rule("  a:\n    f|re: '^(a+)+$'\n  condition: a\n", {}, false);
  Counters counters;
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(rule.holds({{"f", std::string(100, 'a') + "!"}}, {}, &counters));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
  EXPECT_EQ(counters.at("detect.regex_limit"), 1U);
  EXPECT_TRUE(rule.holds({{"f", "aaaa"}}, {}, &counters));
}

TEST(Modifiers, base64_encodes_the_value) {
  EXPECT_TRUE(item("f|base64: 'foobar'").holds("f", "Zm9vYmFy"));
  EXPECT_TRUE(item("f|base64|contains: 'foob'").holds("f", "xxZm9vYg==xx"));
  EXPECT_FALSE(item("f|base64: 'foobar'").holds("f", "foobar"));
  EXPECT_TRUE(item(R"(f|base64: 'a\*')").holds("f", "YSo="));
}

TEST(Modifiers, base64offset_finds_the_value_wherever_it_stands) {
  auto rule = item("f|base64offset|contains: 'http://'");
  EXPECT_TRUE(rule.holds("f", "eGh0dHA6Ly94"));      // xhttp://x
  EXPECT_TRUE(rule.holds("f", "aHR0cDovL3g="));      // http://x
  EXPECT_TRUE(rule.holds("f", "eHhodHRwOi8veA=="));  // xxhttp://x
  EXPECT_FALSE(rule.holds("f", "aHR0cHM6Ly94"));     // https://x
}

TEST(Modifiers, wide_and_utf16_make_bytes_for_base64) {
  EXPECT_TRUE(item("f|wide|base64offset|contains: 'IEX'").holds("f", "SQBFAFgA"));
  EXPECT_TRUE(item("f|utf16le|base64: 'IEX'").holds("f", "SQBFAFgA"));
  EXPECT_TRUE(item("f|utf16be|base64: 'IEX'").holds("f", "AEkARQBY"));
  EXPECT_TRUE(item("f|utf16|base64: 'A'").holds("f", "//5BAA=="));
  EXPECT_TRUE(item("f|wide|base64: '日本'").holds("f", "5WUsZw=="));
  EXPECT_TRUE(item("f|wide: 'ab'").holds("f", std::string("a\0b\0", 4)));
  EXPECT_TRUE(item("f|wide|contains: 'ab'").holds("f", std::string("xxA\0B\0xx", 8)));
  EXPECT_TRUE(item("f|utf16be: 'ab'").holds("f", std::string("\0a\0b", 4)));
  EXPECT_TRUE(item("f|contains|wide: 'ab'").holds("f", std::string("xxA\0B\0xx", 8)));
  EXPECT_TRUE(item("f|windash|wide|base64offset|contains: ' -e'").holds("f", "IAAvAGUA"));  // " /e"
}

TEST(Modifiers, comparisons_are_numeric) {
  EXPECT_TRUE(item("f|lt: 10").holds("f", "9", Kind::integer));
  EXPECT_FALSE(item("f|lt: 10").holds("f", "10", Kind::integer));
  EXPECT_TRUE(item("f|lte: 10").holds("f", "10"));
  EXPECT_TRUE(item("f|gt: 10").holds("f", "10.5", Kind::real));
  EXPECT_FALSE(item("f|gt: 10").holds("f", "10"));
  EXPECT_TRUE(item("f|gte: 10").holds("f", "10"));
  EXPECT_TRUE(item("f|gt: 9").holds("f", "0x10"));
  EXPECT_FALSE(item("f|gt: 9").holds("f", "ten"));
  EXPECT_FALSE(item("f|lt: 9").holds("f", ""));
  EXPECT_FALSE(item("f|lt: 9").holds("g", "1"));
  EXPECT_TRUE(item("f|lt: -1.5").holds("f", "-2", Kind::integer));
  EXPECT_FALSE(item("f|gt: 9").holds("f", "true", Kind::boolean));
  EXPECT_TRUE(item("f|gt: [100, 5]").holds("f", "6"));
}

TEST(Modifiers, time_parts_read_the_digits_of_the_date) {
  const std::string date = "2026-01-02T23:04:05.678+09:00";
  EXPECT_TRUE(item("f|minute: 4").holds("f", date));
  EXPECT_TRUE(item("f|hour: 23").holds("f", date));  // no zone is applied
  EXPECT_TRUE(item("f|day: 2").holds("f", date));
  EXPECT_TRUE(item("f|week: 1").holds("f", date));
  EXPECT_TRUE(item("f|month: 1").holds("f", date));
  EXPECT_TRUE(item("f|year: 2026").holds("f", date));
  EXPECT_FALSE(item("f|hour: 14").holds("f", date));
  EXPECT_TRUE(item("f|hour|gte: 22").holds("f", date));
  EXPECT_TRUE(item("f|hour|lt: 6").holds("f", "2019-03-02 05:51:00.008"));
  EXPECT_TRUE(item("f|week: 53").holds("f", "2021-01-03 00:00:00"));
  EXPECT_TRUE(item("f|week: 1").holds("f", "2024-12-30T00:00:00Z"));
  EXPECT_FALSE(item("f|hour: 23").holds("f", "23"));
  EXPECT_FALSE(item("f|day: 30").holds("f", "2026-02-30T00:00:00Z"));
  EXPECT_TRUE(item("f|day: [1, 2]").holds("f", date));
}

TEST(Modifiers, cidr_knows_both_families) {
  auto rule = item("f|cidr: ['10.0.0.0/8', '2001:db8::/33', '192.168.7.7']");
  EXPECT_TRUE(rule.holds("f", "10.255.0.1"));
  EXPECT_FALSE(rule.holds("f", "11.0.0.1"));
  EXPECT_TRUE(rule.holds("f", "2001:DB8:7fff::1"));
  EXPECT_FALSE(rule.holds("f", "2001:db8:8000::1"));
  EXPECT_TRUE(rule.holds("f", "192.168.7.7"));
  EXPECT_FALSE(rule.holds("f", "192.168.7.8"));
  EXPECT_TRUE(rule.holds("f", "::ffff:10.1.2.3"));
  EXPECT_FALSE(rule.holds("f", "10.0.0"));
  EXPECT_FALSE(rule.holds("f", "10.0.0.1:80"));
  EXPECT_FALSE(rule.holds("f", "010.0.0.1"));
  EXPECT_FALSE(rule.holds("f", ""));
  EXPECT_TRUE(item("f|cidr: 'fe80::/10'").holds("f", "fe80::1%eth0"));
  EXPECT_TRUE(item("f|cidr: '0.0.0.0/0'").holds("f", "8.8.8.8"));
  EXPECT_FALSE(item("f|cidr: '0.0.0.0/0'").holds("f", "2001::1"));
  EXPECT_FALSE(item("f|cidr|neq: '10.0.0.0/8'").holds("f", "10.0.0.1"));
}

TEST(Modifiers, fieldref_compares_two_fields) {
  auto rule = item("a|fieldref: b");
  EXPECT_TRUE(rule.holds({{"a", "X\\y"}, {"b", "x\\Y"}}));
  EXPECT_FALSE(rule.holds({{"a", "x"}, {"b", "y"}}));
  EXPECT_FALSE(rule.holds({{"a", "x"}}));
  EXPECT_FALSE(rule.holds({{"b", "x"}}));
  EXPECT_FALSE(rule.holds({{"a", "", Kind::null}, {"b", "", Kind::null}}));
  EXPECT_TRUE(rule.holds({{"a", ""}, {"b", ""}}));
  EXPECT_FALSE(item("a|fieldref|cased: b").holds({{"a", "X"}, {"b", "x"}}));
  EXPECT_TRUE(item("a|fieldref|startswith: b").holds({{"a", "xyz"}, {"b", "XY"}}));
  EXPECT_TRUE(item("a|fieldref|endswith: b").holds({{"a", "xyz"}, {"b", "yz"}}));
  EXPECT_TRUE(item("a|fieldref|contains: b").holds({{"a", "xyz"}, {"b", "y"}}));
  EXPECT_FALSE(item("a|fieldref|contains: b").holds({{"a", "y"}, {"b", "xyz"}}));
  EXPECT_FALSE(item("a|fieldref: b").holds({{"a", "x"}, {"b", "*"}}));  // a value is no pattern
  EXPECT_TRUE(item("a|fieldref|neq: b").holds({{"a", "x"}, {"b", "y"}}));
  EXPECT_TRUE(item("a|fieldref: b").holds({{"a", "1"}, {"a", "2"}, {"b", "3"}, {"b", "2"}}));
}

class Expand : public testing::Test {
 protected:
  Expand() {
    std::ofstream out(file_);
    out << "Servers: ['srv*', 'db?']\nAdmins: root\nNets: ['10.0.0.0/8', 'fd00::/8']\nRe: 'x[0-9]+'\n";
    out.close();
    options_.placeholders = {file_};
  }
  ~Expand() override { std::filesystem::remove(file_); }

  OneRule rule(const std::string& item) {
    return OneRule("  selection:\n    " + item + "\n  condition: selection\n", options_, false);
  }

  std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / ("yagura-placeholders-" + std::to_string(::getpid()) + ".yaml");
  LoadOptions options_;
};

TEST_F(Expand, puts_lists_in_the_place_of_names) {
  auto servers = rule("f|expand: '%Servers%'");
  EXPECT_TRUE(servers.holds("f", "srv1"));
  EXPECT_TRUE(servers.holds("f", "DB9"));
  EXPECT_FALSE(servers.holds("f", "db10"));
  EXPECT_FALSE(servers.holds("f", "%Servers%"));
  EXPECT_TRUE(rule("f|contains|expand: '-%Admins%@%Servers%'").holds("f", "x-root@db1x"));
  EXPECT_TRUE(rule("f|expand|endswith: '%Admins%'").holds("f", "x\\ROOT"));
  EXPECT_TRUE(rule("f|expand|cidr: '%Nets%'").holds("f", "fd12::1"));
  EXPECT_TRUE(rule("f|re|expand: '^%Re%$'").holds("f", "x99"));
  EXPECT_TRUE(rule("f|expand|base64: '%Admins%'").holds("f", "cm9vdA=="));
}

TEST_F(Expand, leaves_escaped_percent_signs_and_lone_ones) {
  EXPECT_TRUE(rule(R"(f|expand: '\%plain%Admins%')").holds("f", "%plainroot"));
  EXPECT_TRUE(rule("f|expand: '100% %Admins%'").holds("f", "100% root"));
  EXPECT_TRUE(item("f: '%Admins%'").holds("f", "%admins%"));
}

}  // namespace
}  // namespace yagura::detect::test
