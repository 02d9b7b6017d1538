// A regex is put to a value only where one of its required literals stands: none that could match may be missed.
#include "detect/required_literals.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "detect/fold.hpp"
#include "detect/regex.hpp"
#include "events.hpp"

namespace yagura::detect::test {
namespace {

using Texts = std::vector<std::string>;

TEST(RequiredLiterals, are_the_longest_texts_that_every_match_holds) {
  EXPECT_EQ(required_literals("foo.*barbaz"), Texts{"barbaz"});
  EXPECT_EQ(required_literals("(?i)^C:\\\\Windows\\\\"), Texts{"c:\\windows\\"});
  EXPECT_EQ(required_literals("[Pp]ower[sS]hell"), Texts{"powershell"});
  EXPECT_EQ(required_literals("net1? user"), Texts{" user"});
  EXPECT_EQ(required_literals("abc+d"), Texts{"abc"});
  EXPECT_EQ(required_literals("(?:cmd|powershell)\\.exe"), Texts{".exe"});
  EXPECT_EQ(required_literals("(?:invoke-a|iex-bc)x*"), (Texts{"invoke-a", "iex-bc"}));
  EXPECT_EQ(required_literals("one two|three"), (Texts{"one two", "three"}));
  EXPECT_EQ(required_literals("(abcd){2,5}e"), Texts{"abcd"});
  EXPECT_EQ(required_literals("(?<name>wxyz)"), Texts{"wxyz"});
  EXPECT_EQ(required_literals("a\\.b\\-c"), Texts{"a.b-c"});
  EXPECT_EQ(required_literals("\\w[-/]enc\\s"), (Texts{"-enc", "/enc"}));
  EXPECT_EQ(required_literals("[aA][12]x"), (Texts{"a1x", "a2x"}));
  EXPECT_EQ(required_literals("[ab]{2}c"), std::nullopt) << "either letter may come first, and either second";
  EXPECT_EQ(required_literals("x[ab]+c"), (Texts{"xa", "xb"}));
  EXPECT_EQ(required_literals("[abcd][efgh]xy"), (Texts{"exy", "fxy", "gxy", "hxy"})) << "sixteen texts are too many";
}

TEST(RequiredLiterals, are_one_byte_where_logs_seldom_hold_it) {
  EXPECT_EQ(required_literals(".*\\^.*"), Texts{"^"});
  EXPECT_EQ(required_literals("\\d[`~]\\d"), (Texts{"`", "~"}));
  EXPECT_EQ(required_literals("\\d[`a]\\d"), std::nullopt) << "a stands in most values";
  EXPECT_EQ(required_literals("(\\^\\d|<<)x*"), (Texts{"^", "<<"}));
  EXPECT_EQ(required_literals("\\^?"), std::nullopt);
}

TEST(RequiredLiterals, are_none_where_no_text_must_stand) {
  for (const char* expression : {"", "a*b", "(abc)?", "(abc)*x", "(abc){0,3}", "abc|d", "abc|", "[a-z]{50}",
                                 "\\w+\\d{3}", "(?=abcdef)x", "(?!abcdef)x", "(?<=abcdef)x", "日本語"})
    EXPECT_EQ(required_literals(expression), std::nullopt) << expression;
}

TEST(RequiredLiterals, are_not_guessed_where_the_expression_is_not_understood) {
  for (const char* expression :
       {"(?x)a b c d", "\\Qabcd\\E", "(abcd)\\1", "\\101bcdef", "(?(1)abcd|efgh)", "(?R)abcd", "abcd(?#note)",
        "(*UTF)abcd", "[[:alpha:]]abcd", "abcd{,3}", "\\p{L}abcd", "a{2}{3}bcd", "abcd)", "(?i", "[abc"})
    EXPECT_EQ(required_literals(expression), std::nullopt) << expression;
}

bool holds_one(const Texts& literals, const std::string& text) {
  const std::string folded = fold_case(text);
  return std::ranges::any_of(literals, [&](const std::string& literal) { return folded.contains(literal); });
}

/// Expressions over few letters, so that random texts match them often enough.
class Expressions {
 public:
  explicit Expressions(uint64_t seed) : random_(seed) {}

  size_t below(size_t n) { return random_() % n; }

  std::string text(size_t size) {
    static const char* letters[] = {"a", "b", "A", "k", "\xE2\x84\xAA", "\xC5\xBF", "s", "-", "^", "\xC3\xA9", "\xE2"};
    std::string out;
    for (size_t i = 0; i < size; ++i) out += letters[below(i % 3 == 0 ? std::size(letters) : 4)];
    return out;
  }

  std::string expression(int depth) {
    std::string out;
    for (size_t n = 1 + below(5); n > 0; --n) out += piece(depth) + repeat();
    if (depth > 0 && below(4) == 0) out += "|" + expression(depth - 1);
    return out;
  }

 private:
  std::string piece(int depth) {
    static const char* atoms[] = {"a", "b",   "A",   "k", "s",      "ab",     "ba",     "abk", "[aA]",  "[ab]", "[^a]",
                                  ".", "\\w", "\\-", "é", "[aAsS]", "[abk-]", "[k\\^]", "\\^", "[a-s]", "[kéa]"};
    static const char* opens[] = {"(", "(?:", "(?i:", "(?>", "(?=", "(?!"};
    if (depth > 0 && below(3) == 0) return opens[below(std::size(opens))] + expression(depth - 1) + ")";
    return atoms[below(std::size(atoms))];
  }

  std::string repeat() {
    static const char* repeats[] = {"", "", "", "", "", "+", "*", "?", "{2}", "{0,2}", "{1,}", "+?"};
    return repeats[below(std::size(repeats))];
  }

  std::mt19937_64 random_;
};

class RequiredLiteralsRandom : public testing::TestWithParam<uint64_t> {};

TEST_P(RequiredLiteralsRandom, stand_in_every_text_that_matches) {
  Expressions make(GetParam());
  RegexScratch scratch;
  size_t narrowed = 0;
  size_t matched = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string expression = make.expression(2);
    const auto literals = required_literals(expression);
    if (!literals) continue;
    const auto regex = Regex::compile(expression, {.ignore_case = i % 2 == 0, .multi_line = false, .dot_all = true});
    ASSERT_TRUE(regex) << expression << ": " << regex.error();
    ++narrowed;
    for (int k = 0; k < 60; ++k) {
      const std::string text = make.text(3 + make.below(12));
      if (!(*regex)->found_in(text, scratch)) continue;
      ++matched;
      EXPECT_TRUE(holds_one(*literals, text)) << expression << " is found in " << text;
    }
  }
  EXPECT_GT(narrowed, 100U);
  EXPECT_GT(matched, 1000U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, RequiredLiteralsRandom, testing::Range<uint64_t>(1, 5));

TEST(RequiredLiterals, narrow_most_expressions_of_the_public_rules) {
  const auto data = shared_data();
  if (!data) GTEST_SKIP() << "../shared/data is not there (set YAGURA_SHARED_DATA)";
  size_t expressions = 0;
  size_t narrowed = 0;
  for (const Rule& rule : all_rules(*data).rules->rules())
    for (const Predicate& predicate : rule.predicates) {
      if (predicate.kind != Predicate::Kind::regex) continue;
      ++expressions;
      narrowed += required_literals(predicate.regex->source()) ? 1 : 0;
    }
  EXPECT_GT(narrowed * 10, expressions * 6) << narrowed << " of " << expressions;
}

}  // namespace
}  // namespace yagura::detect::test
