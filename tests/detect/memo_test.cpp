// The memories of a matcher: bounded, and never believed without looking.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>

#include "detect/memo_table.hpp"
#include "detect/meter.hpp"
#include "detect/quick_hash.hpp"
#include "detect/value_class.hpp"
#include "events.hpp"

namespace yagura::detect::test {
namespace {

struct Record {
  uint64_t key;
  uint64_t answer;
  uint32_t size;
};

void add(MemoTable& table, uint64_t hash, uint64_t key, uint64_t answer, size_t padding) {
  char* room = table.add(hash, sizeof(Record) + padding);
  ASSERT_NE(room, nullptr);
  const Record record{key, answer, static_cast<uint32_t>(padding)};
  std::memcpy(room, &record, sizeof record);
  std::memset(room + sizeof record, static_cast<int>(key & 0xFF), padding);
}

std::optional<uint64_t> find(const MemoTable& table, uint64_t hash, uint64_t key) {
  const char* found = table.find(hash, [&](const char* at) {
    Record record;
    std::memcpy(&record, at, sizeof record);
    return record.key == key;
  });
  if (!found) return std::nullopt;
  Record record;
  std::memcpy(&record, found, sizeof record);
  for (size_t i = 0; i < record.size; ++i)  // nobody wrote over it
    EXPECT_EQ(static_cast<unsigned char>(found[sizeof record + i]), key & 0xFF);
  return record.answer;
}

class MemoTableRandom : public testing::TestWithParam<uint64_t> {};

TEST_P(MemoTableRandom, gives_the_last_answer_or_none) {
  for (const size_t entries : {1, 16, 256})
    for (const uint64_t mask : {~uint64_t{0}, uint64_t{0}, uint64_t{0xFF}}) {
      std::mt19937_64 random(GetParam());
      MemoTable table(4096, entries, mask);
      std::map<uint64_t, uint64_t> right;
      size_t known = 0;
      for (int i = 0; i < 20'000; ++i) {
        const uint64_t key = random() % 64;
        const uint64_t hash = quick_hash({reinterpret_cast<const char*>(&key), sizeof key}, 7);
        if (const auto found = find(table, hash, key)) {
          EXPECT_EQ(*found, right.at(key));
          ++known;
        } else {
          right[key] = random();
          add(table, hash, key, right[key], random() % 100);
        }
        if (random() % 5000 == 0) {
          table.clear();
          EXPECT_EQ(find(table, hash, key), std::nullopt);
        }
      }
      EXPECT_GT(known, 100U);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, MemoTableRandom, testing::Range<uint64_t>(1, 4));

TEST(MemoTable, refuses_what_would_take_the_place_of_all_else) {
  MemoTable table(4096, 16, ~uint64_t{0});
  EXPECT_EQ(table.add(1, table.record_bytes_max() + 1), nullptr);
  EXPECT_NE(table.add(1, table.record_bytes_max()), nullptr);
}

TEST(QuickHash, depends_on_every_byte_the_size_and_the_seed) {
  for (size_t size = 0; size < 300; ++size) {
    std::string text(size, 'a');
    const uint64_t hash = quick_hash(text, 1);
    EXPECT_NE(hash, quick_hash(text, 2));
    EXPECT_NE(hash, quick_hash(text + 'a', 1));
    for (size_t i = 0; i < size; ++i) {
      text[i] = 'b';
      EXPECT_NE(hash, quick_hash(text, 1)) << size << " " << i;
      text[i] = 'a';
    }
    EXPECT_EQ(hash, quick_hash(text, 1));
  }
}

TEST(ValueClasses, give_one_id_to_equal_answers_and_different_ones_to_others) {
  ValueClasses classes;
  std::map<std::tuple<uint32_t, bool, bool, std::vector<uint32_t>>, ClassId> known;
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<uint32_t> hits(random() % 4);
    for (uint32_t& hit : hits) hit = static_cast<uint32_t>(random() % 9);
    const auto group = static_cast<uint32_t>(random() % 5);
    const bool null = random() % 2 == 0;
    const bool opens = random() % 2 == 0;
    const ClassId id = classes.intern(group, null, opens, hits);
    EXPECT_EQ(ValueClasses::opens(id), opens);
    EXPECT_TRUE(std::ranges::equal(classes.hits(classes.at(id)), hits));
    const auto [it, fresh] = known.emplace(std::tuple(group, null, opens, hits), id);
    EXPECT_EQ(it->second, id);
  }
  for (const auto& [a, id] : known)
    for (const auto& [b, other] : known) EXPECT_EQ(a == b, id == other);
}

TEST(Meter, stops_asking_a_memory_that_knows_nothing_and_comes_back) {
  Meter meter(30, 45);
  for (int i = 0; i < 5000; ++i)
    if (meter.ask()) meter.note(false);
  EXPECT_FALSE(meter.ask());
  size_t asked = 0;
  for (int i = 0; i < 1'000'000; ++i)
    if (meter.ask()) {
      meter.note(false);
      ++asked;
    }
  EXPECT_GT(asked, 1'000U);
  EXPECT_LT(asked, 50'000U);
  for (int i = 0; i < 20'000; ++i)
    if (meter.ask()) meter.note(true);
  EXPECT_TRUE(meter.ask());
}

TEST(MemoUse, tells_operators_how_often_each_memory_knew_did_not_and_was_passed_by) {
  const LoadReport report = RuleSet::load_text(
      "title: t\nid: t\nlogsource: {product: test}\ndetection:\n  a: {f|contains: word}\n  condition: a\n", "test.yml",
      taxonomy());
  const auto used = [&](const MatcherOptions& options, size_t events) {
    Counters counters;
    Matcher matcher(report.rules, &counters, options);
    for (size_t i = 0; i < events; ++i) {
      event::Batch batch;
      add_event(batch, {{"logsource.product", "test"}, {"f", std::string(100, 'x') + std::to_string(i % 2)}});
      std::vector<Match> matches;
      matcher.match(batch, matches);
    }
    std::map<std::string, uint64_t> out;
    for (const auto& [name, value] : counters.snapshot())
      if (name.starts_with("detect.memo_") && value != 0) out.emplace(name.substr(12), value);
    return out;
  };
  using Uses = std::map<std::string, uint64_t>;
  MatcherOptions always;
  always.always_memo = true;
  // An event has two values: the log source's is new once, the field's twice. Nothing holds for either of these, so
  // that one verdict is for both.
  EXPECT_EQ(used(always, 10),
            (Uses{{"values_hits", 17}, {"values_misses", 3}, {"verdicts_hits", 9}, {"verdicts_misses", 1}}));
  MatcherOptions off;
  off.memo = false;
  EXPECT_EQ(used(off, 10), (Uses{{"values_bypassed", 20}, {"verdicts_bypassed", 10}}));
}

}  // namespace
}  // namespace yagura::detect::test
