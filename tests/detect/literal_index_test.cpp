// The index may call for a second look for nothing, but misses no pattern that fits, and is certain of none that
// doesn't.
#include "detect/literal_index.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace yagura::detect::test {
namespace {

using Targets = std::set<uint32_t>;

/// A value with what must be readable behind it, and nothing more: a sanitizer sees who reads further.
class Readable {
 public:
  explicit Readable(std::string_view value) : size_(value.size()), bytes_(value.begin(), value.end()) {
    bytes_.resize(size_ + LiteralIndex::readable_behind, '\0');
    bytes_.shrink_to_fit();
  }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  size_t size_;
  std::vector<char> bytes_;
};

/// Patterns under the numbers of their places in `patterns`.
struct Index {
  explicit Index(std::vector<Pattern> given) : patterns(std::move(given)) {
    for (uint32_t i = 0; i < patterns.size(); ++i)
      if (!literals.add(i, patterns[i], i % 7 != 0)) left_out.insert(i);
    literals.build();
  }

  Targets right(std::string_view value) const {
    Targets out;
    for (uint32_t i = 0; i < patterns.size(); ++i)
      if (patterns[i].matches(value)) out.insert(i);
    return out;
  }

  /// What is found, with the second look where it is called for; the same with vector instructions and without.
  Targets found(std::string_view value) const {
    Targets out = left_out;
    std::erase_if(out, [&](uint32_t i) { return !patterns[i].matches(value); });
    Targets plain = out;
    const auto take = [&](Targets& into) {
      return [&](uint32_t target, bool certain) {
        const bool fits = patterns[target].matches(value);
        if (certain) EXPECT_TRUE(fits) << to_text(patterns[target]) << " in " << value;
        if (fits) into.insert(target);
      };
    };
    literals.search(value, take(out));
    literals.search_plain(value, take(plain));
    EXPECT_EQ(out, plain) << value;
    return out;
  }

  std::vector<Pattern> patterns;
  LiteralIndex literals;
  Targets left_out;
};

Pattern contains(std::string_view text) {
  Pattern out = Pattern::plain(text);
  out.open_start();
  out.open_end();
  return out;
}

TEST(LiteralIndex, finds_texts_of_every_size_at_every_place) {
  std::string letters;
  for (int i = 0; i < 60; ++i) letters += static_cast<char>('a' + i * 7 % 26);
  for (size_t size = 1; size <= letters.size(); ++size) {
    const std::string text = letters.substr(0, size);
    const Index index({contains(text)});
    for (size_t before = 0; before < 40; ++before) {
      const std::string value = std::string(before, '_') + text;
      EXPECT_EQ(index.found(Readable(value).view()), Targets{0}) << size << " " << before;
      EXPECT_EQ(index.found(Readable(value + "__").view()), Targets{0}) << size << " " << before;
      EXPECT_EQ(index.found(Readable(value.substr(0, value.size() - 1)).view()), Targets{}) << size << " " << before;
    }
  }
}

TEST(LiteralIndex, compares_all_bytes_of_a_text_longer_than_it_keeps_at_hand) {
  for (const size_t size : {15UL, 16UL, 17UL, 33UL, 4096UL, 4097UL, 9000UL}) {
    const std::string text = std::string(size - 1, 'a') + "z";
    const Index index({contains(text)});
    EXPECT_EQ(index.found(Readable("xx" + text + "yy").view()), Targets{0}) << size;
    for (size_t i = 0; i < size; i += 1 + size / 40) {
      std::string other = text;
      other[i] = 'b';
      EXPECT_EQ(index.found(Readable("xx" + other + "yy").view()), Targets{}) << size << " " << i;
    }
  }
}

TEST(LiteralIndex, refuses_what_has_no_text_and_finds_the_empty_value) {
  Pattern any = Pattern::plain("");
  any.open_end();
  const Index index({any, Pattern::plain(""), Pattern::parse("?"), Pattern::parse("*?*")});
  EXPECT_EQ(index.left_out, (Targets{0, 2, 3}));
  EXPECT_EQ(index.found(Readable("").view()), (Targets{0, 1}));
  EXPECT_EQ(index.found(Readable("x").view()), (Targets{0, 2, 3}));
}

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed) {}

  size_t below(size_t n) { return random_() % n; }

  /// Rules are well-formed; values need not be.
  std::string letters(size_t most, bool well_formed = false) {
    static const char* alphabet[] = {"a", "a", "b", "/", "-", "^", "e", "\xC3\xA9", "\xE2\x80\x93", "\xC3", "\xA9"};
    std::string out;
    for (size_t n = below(most + 1); n > 0; --n) out += alphabet[below(std::size(alphabet) - (well_formed ? 2 : 0))];
    return out;
  }

  Pattern pattern() {
    const size_t most = below(4) == 0 ? 40 : 9;
    Pattern out = below(3) == 0
                      ? Pattern::parse(letters(most, true) + "*" + letters(most, true) + "?" + letters(3, true))
                      : Pattern::plain(letters(most, true));
    if (below(2) == 0) out.open_start();
    if (below(2) == 0) out.open_end();
    if (below(4) == 0) out.widen_dashes();
    return out;
  }

 private:
  std::mt19937_64 random_;
};

class LiteralIndexRandom : public testing::TestWithParam<uint64_t> {};

TEST_P(LiteralIndexRandom, finds_what_every_pattern_says_for_itself) {
  Maker make(GetParam());
  size_t found = 0;
  for (int round = 0; round < 20; ++round) {
    std::vector<Pattern> patterns;
    for (size_t n = 1 + make.below(200); n > 0; --n) patterns.push_back(make.pattern());
    const Index index(patterns);
    for (int i = 0; i < 100; ++i) {
      std::string value = make.letters(12);
      for (size_t n = make.below(4); n > 0; --n)
        value += std::string(index.patterns[make.below(index.patterns.size())].longest_literal()) + make.letters(5);
      const Readable readable(value);
      const Targets right = index.right(value);
      EXPECT_EQ(index.found(readable.view()), right) << value;
      found += right.size();
    }
  }
  EXPECT_GT(found, 1000U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, LiteralIndexRandom, testing::Range<uint64_t>(1, 5));

}  // namespace
}  // namespace yagura::detect::test
