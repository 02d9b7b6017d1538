// Rules that change on disk: what a set shares, what a broken file may not take away, and a cache that may be anything.
#include "detect/rule_loader.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <random>
#include <set>
#include <thread>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "detect/rule_cache.hpp"
#include "detect/rule_codec.hpp"
#include "events.hpp"

namespace yagura::detect::test {
namespace {

namespace fs = std::filesystem;

std::shared_ptr<const Taxonomy> shared_taxonomy() {
  return {&taxonomy(), [](const Taxonomy*) {}};
}

class RuleFolder : public testing::Test {
 protected:
  RuleFolder() : folder_(fs::temp_directory_path() / ("yagura-rules-" + to_hex(random_bytes(8)))) {
    fs::create_directories(folder_ / "rules/below");
  }
  ~RuleFolder() override { fs::remove_all(folder_); }

  static std::string rule(const std::string& id, const std::string& word, const std::string& product = "test") {
    return "title: about " + word + "\nid: " + id + "\nlogsource:\n  product: " + product +
           "\ndetection:\n  s:\n    f|contains: '" + word + "'\n    g|re: 'x+'\n  condition: s\nlevel: high\n";
  }
  fs::path put(const std::string& name, const std::string& text) const {
    const fs::path file = folder_ / "rules" / name;
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }
  RuleLoader loader(bool cached = false) const {
    return {
        {folder_ / "rules"}, shared_taxonomy(), {.placeholders = {}, .cache = cached ? folder_ / "cache" : fs::path()}};
  }
  fs::path cache_file() const {
    for (const auto& entry : fs::directory_iterator(folder_ / "cache")) return entry.path();
    return {};
  }
  /// Makes a file old enough that its stamp alone is trusted; ctime can't be set, so only the margin can be waited for.
  static void age() { std::this_thread::sleep_for(std::chrono::milliseconds(2200)); }

  fs::path folder_;
};

/// The ids that fire on an event whose field f is `text`.
std::set<std::string> fired(const std::shared_ptr<const RuleSet>& rules, const std::string& text) {
  event::Batch batch;
  add_event(batch, {{"logsource.product", "test"}, {"f", text}, {"g", "xx"}});
  add_event(batch, {{"logsource.product", "other"}, {"f", text}, {"g", "xx"}});
  Matcher matcher(rules);
  std::vector<Match> matches;
  matcher.match(batch, matches);
  std::set<std::string> out;
  for (const Match& match : matches) {
    EXPECT_TRUE(out.insert(rules->rule(match.rule).id).second) << "twice";
    EXPECT_FALSE(matcher.make_finding(match, batch, "uid").fields.empty());
    EXPECT_FALSE(matcher.explain(match, batch).empty());
  }
  return out;
}

using Ids = std::set<std::string>;

TEST_F(RuleFolder, a_changed_rule_is_patched_in_and_the_rest_is_shared) {
  for (int i = 0; i < 20; ++i)
    put("r" + std::to_string(i) + ".yml", rule("id" + std::to_string(i), "w" + std::to_string(i)));
  RuleLoader rules = loader();
  const LoadReport first = rules.load();
  ASSERT_EQ(first.loaded, 20U);
  EXPECT_EQ(fired(first.rules, "w7 w8"), (Ids{"id7", "id8"}));

  const fs::path file = put("r7.yml", rule("id7", "changed"));
  const LoadReport second = rules.with_changed(first, std::vector{file});
  EXPECT_EQ(second.files_read, 1U);
  EXPECT_EQ(second.loaded, 20U);
  EXPECT_EQ(second.rules->patches(), 1U);
  EXPECT_EQ(fired(second.rules, "w7 w8 changed"), (Ids{"id7", "id8"}));
  EXPECT_EQ(fired(second.rules, "w7 w8"), (Ids{"id8"}));
  EXPECT_EQ(fired(first.rules, "w7 w8"), (Ids{"id7", "id8"})) << "the set before stays as it was";
  EXPECT_EQ(second.rules->shared_rules()[0], first.rules->shared_rules()[0]);

  const LoadReport third = rules.settled(second);
  EXPECT_EQ(third.rules->patches(), 0U);
  EXPECT_EQ(fired(third.rules, "w7 w8 changed"), (Ids{"id7", "id8"}));
}

TEST_F(RuleFolder, a_broken_edit_holds_the_rule_until_it_is_mended_or_removed) {
  const fs::path file = put("a.yml", rule("a", "one"));
  put("b.yml", rule("b", "two"));
  RuleLoader rules = loader();
  LoadReport report = rules.load();
  for (const std::string& broken : std::vector<std::string>{
           "title: [\n", "", rule("a", "one") + "level: [\n",
           "title: t\nid: a\nlogsource:\n  product: test\ndetection:\n  s:\n    f|contian: x\n  condition: s\n",
           "title: t\nid: new\nlogsource:\n  product: test\ndetection:\n  s:\n    f|contian: x\n  condition: s\n"}) {
    put("a.yml", broken);
    report = rules.reload(report);
    EXPECT_EQ(report.held.size(), 1U) << broken;
    EXPECT_EQ(report.rejected.size(), 1U) << broken;
    EXPECT_EQ(report.loaded, 2U);
    EXPECT_EQ(fired(report.rules, "one two"), (Ids{"a", "b"})) << broken;
    EXPECT_EQ(rules.reload(report).held.size(), 1U) << "and stays held";
  }
  EXPECT_EQ(loader().load().loaded, 1U) << "a start knows no earlier version";
  put("a.yml", rule("a", "three"));
  report = rules.reload(report);
  EXPECT_TRUE(report.held.empty());
  EXPECT_TRUE(report.rejected.empty());
  EXPECT_EQ(fired(report.rules, "one three"), (Ids{"a"}));
  EXPECT_EQ(fired(report.rules, "one"), Ids{});
  fs::remove(file);
  report = rules.with_changed(report, std::vector{file});
  EXPECT_EQ(report.loaded, 1U);
  EXPECT_EQ(fired(report.rules, "three two"), (Ids{"b"}));
}

TEST_F(RuleFolder, a_held_rule_gives_way_to_the_same_rule_elsewhere) {
  put("a.yml", rule("a", "one"));
  RuleLoader rules = loader();
  LoadReport report = rules.load();
  put("a.yml", "title: [\n");
  put("z.yml", rule("a", "moved"));
  report = rules.reload(report);
  EXPECT_TRUE(report.held.empty());
  EXPECT_EQ(fired(report.rules, "moved"), (Ids{"a"}));
  EXPECT_EQ(fired(report.rules, "one"), Ids{});
}

TEST_F(RuleFolder, a_path_that_is_gone_takes_no_rule_with_it) {
  put("a.yml", rule("a", "one"));
  put("below/b.yml", rule("b", "two"));
  RuleLoader rules = loader();
  const LoadReport first = rules.load();
  fs::rename(folder_ / "rules", folder_ / "elsewhere");
  const LoadReport second = rules.reload(first);
  EXPECT_EQ(second.held.size(), 2U);
  EXPECT_EQ(fired(second.rules, "one two"), (Ids{"a", "b"}));
  fs::rename(folder_ / "elsewhere", folder_ / "rules");
  EXPECT_TRUE(rules.reload(second).held.empty());
  fs::remove_all(folder_ / "rules/below");
  EXPECT_EQ(fired(rules.reload(second).rules, "one two"), (Ids{"a"})) << "a folder below was removed on purpose";
}

TEST_F(RuleFolder, reloading_again_and_again_is_loading_anew) {
  std::mt19937 random(7);
  const auto below = [&](unsigned n) { return random() % n; };
  RuleLoader rules = loader();
  LoadReport report = rules.load();
  for (int round = 0; round < 60; ++round) {
    for (unsigned n = 1 + below(4); n > 0; --n) {
      const std::string name = std::to_string(below(12));
      const fs::path file = folder_ / "rules" / (below(3) == 0 ? "below" : ".") / ("r" + name + ".yml");
      if (below(5) == 0)
        fs::remove(file);
      else
        std::ofstream(file, std::ios::binary)
            << rule("id" + std::to_string(below(14)), "w" + std::to_string(below(9)), below(3) == 0 ? "other" : "test");
    }
    report = below(8) == 0 ? rules.settled(rules.reload(report)) : rules.reload(report);
    const LoadReport fresh = loader().load();
    ASSERT_EQ(report.loaded, fresh.loaded);
    ASSERT_EQ(report.rejected.size(), fresh.rejected.size());
    for (uint32_t i = 0; i < fresh.loaded; ++i) ASSERT_EQ(report.rules->rule(i).id, fresh.rules->rule(i).id);
    for (int word = 0; word < 9; ++word) {
      const std::string text = "w" + std::to_string(word);
      ASSERT_EQ(fired(report.rules, text), fired(fresh.rules, text)) << "round " << round;
    }
  }
}

TEST_F(RuleFolder, the_cache_gives_the_same_rules_without_reading_yaml) {
  put("a.yml", rule("a", "one"));
  put("b.yml", rule("b", "two") + "nonsense: x\n");
  put("c.yml", "title: c\nid: c\nlogsource:\n  product: test\ndetection:\n  s:\n    f|contian: x\n  condition: s\n");
  put("d.yml",
      "title: d\nid: d\nlogsource: {product: nowhere}\ndetection:\n  s: {n|gt: 5, n|lt: 0x10, ip|cidr: '10.0.0.0/8', "
      "t|hour: 3, q|fieldref: f, e|exists: true, x: null}\n  u: word\n  condition: s or u\n");
  age();
  const LoadReport fresh = loader(true).load();
  EXPECT_EQ(fresh.files_read, 4U);
  EXPECT_EQ(fresh.cache_fault, "");
  const LoadReport cached = loader(true).load();
  EXPECT_EQ(cached.files_read, 0U);
  EXPECT_EQ(cached.cache_fault, "");
  ASSERT_EQ(cached.loaded, fresh.loaded);
  for (uint32_t i = 0; i < cached.loaded; ++i) {
    std::string one;
    std::string other;
    encode_rule(fresh.rules->rule(i), one);
    encode_rule(cached.rules->rule(i), other);
    EXPECT_EQ(one, other);
    EXPECT_EQ(fresh.rules->rule(i).title, cached.rules->rule(i).title);
    EXPECT_EQ(fresh.rules->rule(i).file, cached.rules->rule(i).file);
  }
  const auto texts = [](const std::vector<Rejection>& list) {
    std::string out;
    for (const Rejection& each : list) out += to_text(each) + each.rule_id + each.rule_title + '\n';
    return out;
  };
  EXPECT_EQ(texts(cached.rejected), texts(fresh.rejected));
  EXPECT_EQ(texts(cached.warnings), texts(fresh.warnings));
  EXPECT_FALSE(cached.rejected.empty());
  EXPECT_FALSE(cached.warnings.empty());
  EXPECT_EQ(fired(cached.rules, "one two"), (Ids{"a", "b"}));
}

TEST_F(RuleFolder, a_change_behind_the_cache_is_noticed_whatever_its_time_says) {
  const fs::path file = put("a.yml", rule("a", "one"));
  age();
  loader(true).load();
  const auto written = fs::last_write_time(file);
  put("a.yml", rule("a", "two"));
  fs::last_write_time(file, written);
  const LoadReport changed = loader(true).load();
  EXPECT_EQ(changed.files_read, 1U);
  EXPECT_EQ(fired(changed.rules, "two"), (Ids{"a"}));
  // Changed within the clock's margin of the reading, to the same size: the stamp alone is not believed.
  put("a.yml", rule("a", "six"));
  EXPECT_EQ(fired(loader(true).load().rules, "six"), (Ids{"a"}));
  put("b.yml", rule("b", "six"));
  EXPECT_EQ(fired(loader(true).load().rules, "six"), (Ids{"a", "b"}));
  fs::remove(file);
  EXPECT_EQ(fired(loader(true).load().rules, "six"), (Ids{"b"}));
}

TEST_F(RuleFolder, a_cache_cut_short_damaged_or_foreign_is_made_anew) {
  for (int i = 0; i < 3; ++i)
    put("r" + std::to_string(i) + ".yml", rule("id" + std::to_string(i), "w" + std::to_string(i)));
  loader(true).load();
  const fs::path file = cache_file();
  const std::string whole = read_bytes(file);
  const auto with = [&](const std::string& bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
    const LoadReport report = loader(true).load();
    EXPECT_EQ(fired(report.rules, "w0 w1 w2"), (Ids{"id0", "id1", "id2"}));
    return report.cache_fault;
  };
  for (size_t size = 0; size < whole.size(); size += 1 + size / 9) EXPECT_NE(with(whole.substr(0, size)), "") << size;
  for (size_t at = 0; at < whole.size(); at += 1 + at / 7) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x41);
    if (at < 12 || at >= 16) EXPECT_NE(with(bytes), "") << at;  // four bytes of the head say nothing
  }
  EXPECT_EQ(with(whole + "x").empty(), false);
  EXPECT_EQ(loader(true).load().cache_fault, "") << "and is whole again";
  ::chmod(file.c_str(), 0666);
  EXPECT_NE(loader(true).load().cache_fault, "") << "anybody could have written it";
  // Other placeholders: another cache in all but name.
  const RuleCache mine(folder_ / "cache", {folder_ / "rules"}, "one");
  const RuleCache other(folder_ / "cache", {folder_ / "rules"}, "two");
  EXPECT_TRUE(mine.decode(mine.encode({})).has_value());
  EXPECT_FALSE(other.decode(mine.encode({})).has_value());
}

TEST_F(RuleFolder, a_placeholder_that_changes_reads_every_rule_again) {
  put("a.yml", "title: t\nid: a\nlogsource:\n  product: test\ndetection:\n  s:\n    f|expand: '%w%'\n  condition: s\n");
  const fs::path values = folder_ / "values.yml";
  std::ofstream(values) << "w: one\n";
  RuleLoader rules({folder_ / "rules"}, shared_taxonomy(), {.placeholders = {values}, .cache = folder_ / "cache"});
  const LoadReport first = rules.load();
  const auto fires = [](const LoadReport& report, const std::string& text) {
    event::Batch batch;
    add_event(batch, {{"logsource.product", "test"}, {"f", text}});
    std::vector<Match> matches;
    Matcher(report.rules).match(batch, matches);
    return matches.size() == 1;
  };
  EXPECT_TRUE(fires(first, "one"));
  std::ofstream(values) << "w: two\n";
  const LoadReport second = rules.reload(first);
  EXPECT_TRUE(fires(second, "two"));
  EXPECT_FALSE(fires(second, "one"));
  std::ofstream(values) << "w: [\n";
  const LoadReport third = rules.reload(second);
  EXPECT_TRUE(fires(third, "two")) << "broken placeholders stay as they were";
  EXPECT_FALSE(third.rejected.empty());
}

TEST_F(RuleFolder, a_look_that_finds_nothing_gives_the_same_set_until_something_else_has_a_say) {
  put("a.yml", rule("a", "one"));
  put("b.yml", rule("b", "two"));
  put("broken.yml", "title: [\n");
  const fs::path values = folder_ / "values.yml";
  std::ofstream(values) << "w: one\n";
  RuleLoader rules({folder_ / "rules"}, shared_taxonomy(), {.placeholders = {values}, .cache = {}});
  const auto at_rest = [&] { std::this_thread::sleep_for(std::chrono::milliseconds(2100)); };
  at_rest();
  const LoadReport first = rules.load();
  const LoadReport second = rules.reload(first);
  EXPECT_EQ(second.rules, first.rules);
  EXPECT_EQ(second.rejected.size(), 1U);
  const LoadReport settled = rules.settled(second);
  EXPECT_EQ(rules.reload(settled).rules, settled.rules);
  std::ofstream(values) << "w: [\n";
  const LoadReport third = rules.reload(settled);
  EXPECT_EQ(third.rejected.size(), 2U);
  std::ofstream(values) << "w: one\n";
  EXPECT_EQ(rules.reload(third).rejected.size(), 1U) << "the fault of the placeholders is over";
  fs::rename(folder_ / "rules", folder_ / "away");
  const LoadReport gone = rules.reload(third);
  EXPECT_FALSE(gone.held.empty());
  fs::rename(folder_ / "away", folder_ / "rules");
  const LoadReport back = rules.reload(gone);
  EXPECT_TRUE(back.held.empty());
  EXPECT_EQ(rules.reload(back).rules, back.rules);
}

TEST_F(RuleFolder, lanes_compile_once_whoever_comes_first) {
  for (int i = 0; i < 30; ++i)
    put("r" + std::to_string(i) + ".yml", rule("id" + std::to_string(i), "w" + std::to_string(i)));
  const LoadReport report = loader().load();
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t)
    threads.emplace_back([&] {
      event::Batch batch;
      add_event(batch, {{"logsource.product", "test"}, {"f", "=w3="}, {"g", "x"}});
      std::vector<Match> matches;
      Matcher(report.rules).match(batch, matches);
      wrong += matches.size() != 1;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(RuleLoader, every_public_rule_is_the_same_from_the_cache) {
  const auto data = shared_data();
  if (!data) GTEST_SKIP() << "no ../shared/data";
  const LoadReport& fresh = all_rules(*data);
  const RuleCache cache("/nonexistent", sigma_folders(*data), "");
  const auto files = cache.decode(cache.encode(fresh.rules->files()));
  ASSERT_TRUE(files.has_value()) << files.error().message;
  ASSERT_EQ(files->size(), fresh.rules->files().size());
  size_t compared = 0;
  for (size_t at = 0; at < files->size(); ++at) {
    const SharedFile& file = fresh.rules->files()[at];
    const RuleFile& other = *(*files)[at];
    ASSERT_EQ(file->path, other.path);
    ASSERT_EQ(file->documents.size(), other.documents.size());
    for (size_t i = 0; i < file->documents.size(); ++i) {
      if (!file->documents[i].rule) continue;
      std::string one;
      std::string two;
      encode_rule(file->documents[i].rule->rule(), one);
      encode_rule(other.documents[i].rule->rule(), two);
      ASSERT_EQ(one, two) << file->path;
      ++compared;
    }
  }
  EXPECT_EQ(compared, fresh.loaded);
}

}  // namespace
}  // namespace yagura::detect::test
