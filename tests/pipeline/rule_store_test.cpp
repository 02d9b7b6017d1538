// Sets are swapped while events flow: none is lost, none is judged twice, none by half of one set and half of another.
#include "pipeline/rule_store.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <thread>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "detect/matcher.hpp"

namespace yagura::pipeline {
namespace {

namespace fs = std::filesystem;

class RuleStoreTest : public testing::Test {
 protected:
  RuleStoreTest() : folder_(fs::temp_directory_path() / ("yagura-store-" + to_hex(random_bytes(8)))) {
    fs::create_directories(folder_);
    auto loaded = detect::Taxonomy::load(fs::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
    taxonomy_ = std::make_shared<const detect::Taxonomy>(std::move(loaded.value()));
  }
  ~RuleStoreTest() override { fs::remove_all(folder_); }

  /// Written beside and renamed, as careful editors do; a careless one is `broken` in between.
  void put(const std::string& name, const std::string& id, const std::string& title, const std::string& word) const {
    const fs::path fresh = folder_ / (name + ".new");
    std::ofstream(fresh) << "title: '" << title << "'\nid: " << id
                         << "\nlogsource:\n  product: test\ndetection:\n  s:\n    f|contains: '" << word
                         << "'\n  condition: s\n";
    fs::rename(fresh, folder_ / name);
  }
  detect::RuleLoader loader() const { return {{folder_}, taxonomy_, {}}; }

  static event::Batch batch_of(const std::string& text, int events) {
    event::Batch batch;
    for (int i = 0; i < events; ++i) {
      batch.begin("json");
      batch.add_copy(event::known_field("logsource.product"), event::Kind::string, "test");
      batch.add_copy(event::known_field("f"), event::Kind::string, text);
    }
    return batch;
  }

  fs::path folder_;
  std::shared_ptr<const detect::Taxonomy> taxonomy_;
};

TEST_F(RuleStoreTest, thousands_of_swaps_lose_nothing_and_judge_nothing_twice) {
  constexpr int swaps = 2000;
  constexpr int threads_count = 4;
  constexpr int events = 8;
  // Every version of the rules is one sentence: all five rules carry the version in their titles, and each event fires
  // all five. A batch that saw two sets would carry two versions.
  const auto write = [&](int version) {
    for (int i = 0; i < 5; ++i)
      put("r" + std::to_string(i) + ".yml", "rule" + std::to_string(i), "v" + std::to_string(version), "word");
  };
  write(0);
  Counters counters;
  RuleStore store(loader(), counters);
  std::atomic<bool> done = false;
  std::atomic<uint64_t> judged = 0;
  std::atomic<uint64_t> taken = 0;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < threads_count; ++t)
    threads.emplace_back([&] {
      const event::Batch batch = batch_of("a word", events);
      std::vector<detect::Match> matches;
      std::unique_ptr<detect::Matcher> matcher;
      while (!done) {
        taken += events;
        auto rules = store.rules();  // once a batch, as Ingest does
        if (!matcher || &matcher->rules() != rules.get())
          matcher = std::make_unique<detect::Matcher>(std::move(rules), &counters);
        matches.clear();
        matcher->match(batch, matches);
        std::map<uint32_t, int> by_event;
        std::string version;
        for (const detect::Match& match : matches) {
          const std::string& title = matcher->rules().rule(match.rule).title;
          if (version.empty()) version = title;
          wrong += title != version;
          by_event[match.event] += 1;
        }
        for (const auto& [event, count] : by_event) wrong += count != 5;
        wrong += by_event.size() != events;
        judged += by_event.size();
      }
    });
  int last = 0;
  for (int version = 1; version <= swaps; ++version) {
    write(version);
    const RuleChange change = store.reload();
    EXPECT_TRUE(change.changed);
    EXPECT_EQ(change.rules_changed, 5U);
    EXPECT_EQ(change.rules_removed, 0U);
    last = version;
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(judged, taken);
  EXPECT_GT(judged, 0U);
  EXPECT_EQ(store.in_force()->version, static_cast<uint64_t>(last) + 1);
  EXPECT_EQ(store.rules()->rule(0).title, "v" + std::to_string(last));
  EXPECT_EQ(counters.at("rules.swaps").load(), static_cast<uint64_t>(swaps));
}

TEST_F(RuleStoreTest, a_look_tells_changed_rules_from_those_that_are_gone) {
  for (const char* name : {"kept", "changed", "gone"}) put(std::string(name) + ".yml", name, "before", "word");
  Counters counters;
  RuleStore store(loader(), counters);
  put("changed.yml", "changed", "after", "word");
  put("new.yml", "new", "after", "word");
  std::filesystem::remove(folder_ / "gone.yml");
  const RuleChange change = store.reload();
  EXPECT_EQ(change.rules_changed, 2U);
  EXPECT_EQ(change.rules_removed, 1U);
}

TEST_F(RuleStoreTest, the_watch_finds_changes_says_so_once_and_makes_patches_whole) {
  for (int i = 0; i < 5; ++i)
    put("r" + std::to_string(i) + ".yml", "rule" + std::to_string(i), "one", "word" + std::to_string(i));
  Counters counters;
  RuleStore store(loader(), counters);
  std::atomic<int> heard = 0;
  std::atomic<size_t> held = 0;
  store.watch(
      [&](const RuleChange& change) {
        ++heard;
        held = change.now->report.held.size();
      },
      20);
  const auto until = [&](const auto& condition) {
    for (int i = 0; i < 500 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    return condition();
  };
  put("r2.yml", "rule2", "two", "other");
  ASSERT_TRUE(until([&] { return store.in_force()->version == 2; }));
  ASSERT_TRUE(until([&] { return store.rules()->patches() == 0; }));
  EXPECT_EQ(store.in_force()->version, 2U) << "the same rules, whole again";
  std::ofstream(folder_ / "broken.new") << "title: [\n";
  fs::rename(folder_ / "broken.new", folder_ / "r2.yml");  // at once: a look in between would see an empty file
  ASSERT_TRUE(until([&] { return heard == 2; }));
  EXPECT_EQ(held, 1U);
  EXPECT_EQ(store.in_force()->report.loaded, 5U);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  EXPECT_EQ(heard, 2) << "and says it once";
  store.stop();
}

TEST_F(RuleStoreTest, a_look_that_finds_nothing_leaves_everything) {
  put("a.yml", "a", "t", "w");
  Counters counters;
  RuleStore store(loader(), counters);
  const auto before = store.in_force();
  const RuleChange change = store.reload();
  EXPECT_FALSE(change.changed);
  EXPECT_EQ(change.now->version, 1U);
  EXPECT_EQ(store.in_force()->since, before->since);
  EXPECT_GE(store.looked(), before->since);
}

}  // namespace
}  // namespace yagura::pipeline
