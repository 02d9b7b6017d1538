// The filter may say "perhaps" for nothing, but must never miss a keyword that stands in some value.
#include "detect/keyword_filter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "detect/fold.hpp"

namespace yagura::detect::test {
namespace {

KeywordFilter filter_of(std::initializer_list<const char*> words) {
  KeywordFilter out;
  for (const char* word : words) {
    Pattern pattern = Pattern::plain(fold_case(word));
    pattern.open_start();
    pattern.open_end();
    EXPECT_TRUE(out.add(pattern)) << word;
  }
  out.build();
  return out;
}

bool may_hold(const KeywordFilter& filter, const std::string& json) {
  EXPECT_EQ(filter.may_hold(json), filter.may_hold_plain(json)) << json;
  return filter.may_hold(json);
}

TEST(KeywordFilter, finds_a_word_in_any_case_wherever_it_stands) {
  const auto filter = filter_of({"sekurlsa::", "\\mimilib.dll", "Kiwi Legit Printer"});
  for (size_t before = 0; before < 200; ++before)
    for (const char* word : {"SekurLSA::", "\\\\MimiLib.DLL", "kiwi legit PRINTER"}) {
      EXPECT_TRUE(may_hold(filter, std::string(before, 'x') + word));
      EXPECT_TRUE(may_hold(filter, std::string(before, 'x') + word + "\"}"));
      EXPECT_TRUE(may_hold(filter, word + std::string(before, 'x')));
    }
  EXPECT_FALSE(may_hold(filter, std::string(300, 'x') + "sekurlsa:" + std::string(300, 'i') + "mimi lib.dll"));
}

TEST(KeywordFilter, takes_what_hides_a_letter_for_the_letter) {
  const auto filter = filter_of({"kiwis"});
  for (const char* hidden : {R"(ki\u0077is)", R"(\u006Biwis)", R"(\u212aiwis)", R"(kiwi\u017F)", "\xE2\x84\xAAiwis",
                             "kiwi\xC5\xBF", R"(\u004b)"})
    for (const size_t before : {0, 40, 100, 191}) {
      EXPECT_TRUE(may_hold(filter, std::string(before, '-') + hidden)) << hidden;
      EXPECT_TRUE(may_hold(filter, std::string(before, '-') + hidden + "\"}")) << hidden;
    }
  for (const char* harmless : {R"(\u003c\u003e)", R"(\u2019)", R"(\u0000)", "\xC5\xBE", R"(\\u006)"})
    EXPECT_FALSE(may_hold(filter, std::string(100, '-') + harmless + "\"}")) << harmless;
}

TEST(KeywordFilter, takes_a_letter_that_json_within_json_hides_for_the_letter) {
  const auto filter = filter_of({"kiwis"});
  for (const char* hidden : {R"(ki\\u0077is)", R"(ki\\\\u0077is)", R"(ki\u005cu0077is)", R"(ki\u005Cu0077is)"})
    EXPECT_TRUE(may_hold(filter, std::string(100, '-') + hidden + "\"}")) << hidden;
}

TEST(KeywordFilter, refuses_words_that_json_may_write_otherwise) {
  KeywordFilter filter;
  for (const char* word : {"ab", "a\\b/c", "日本語", "é\"é"}) EXPECT_FALSE(filter.add(Pattern::plain(fold_case(word))));
}

class KeywordFilterRandom : public testing::TestWithParam<uint64_t> {};

TEST_P(KeywordFilterRandom, misses_nothing) {
  std::mt19937_64 random(GetParam());
  const auto letters = [&](size_t size) {
    std::string out;
    for (size_t i = 0; i < size; ++i) out += "abcK:. "[random() % 7];
    return out;
  };
  KeywordFilter filter;
  std::vector<std::string> words;
  for (int i = 0; i < 12; ++i) {
    words.push_back(fold_case(letters(4 + random() % 5)));
    ASSERT_TRUE(filter.add(Pattern::plain(words.back())));
  }
  filter.build();
  size_t held = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = letters(random() % 260);
    const std::string folded = fold_case(text);
    const bool right = std::ranges::any_of(words, [&](const auto& word) { return folded.contains(word); });
    EXPECT_EQ(filter.may_hold(text), right) << text;
    EXPECT_EQ(filter.may_hold_plain(text), right) << text;
    held += right ? 1 : 0;
  }
  EXPECT_GT(held, 100U);
  EXPECT_LT(held, 19'900U);
}

TEST_P(KeywordFilterRandom, finds_one_of_many_words_among_what_resembles_them) {
  std::mt19937_64 random(GetParam());
  const auto letters = [&](size_t size) {
    std::string out;
    for (size_t i = 0; i < size; ++i) out += "abcdeKmnos:. 7-_"[random() % 16];
    return out;
  };
  KeywordFilter filter;
  std::vector<std::string> words;
  for (int i = 0; i < 300; ++i) {
    words.push_back(fold_case(letters(6 + random() % 5)));
    ASSERT_TRUE(filter.add(Pattern::plain(words.back())));
  }
  filter.build();
  size_t held = 0;
  for (int i = 0; i < 4'000; ++i) {
    std::string text = letters(random() % 400);
    if (random() % 2 == 0) text.insert(random() % (text.size() + 1), words[random() % words.size()]);
    const std::string folded = fold_case(text);
    const bool right = std::ranges::any_of(words, [&](const auto& word) { return folded.contains(word); });
    EXPECT_EQ(filter.may_hold(text), right) << text;
    EXPECT_EQ(filter.may_hold_plain(text), right) << text;
    held += right ? 1 : 0;
  }
  EXPECT_GT(held, 1'000U);
  EXPECT_LT(held, 3'000U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, KeywordFilterRandom, testing::Range<uint64_t>(1, 6));

}  // namespace
}  // namespace yagura::detect::test
