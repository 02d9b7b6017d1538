#include <atomic>
#include <fstream>
#include <set>
#include <thread>

#include "detect/indicators/indicator_listing.hpp"
#include "detect/indicators/indicator_store.hpp"
#include "given.hpp"

namespace yagura::detect::test {
namespace {

namespace fs = std::filesystem;
using Type = IndicatorType;

/// A folder of its own, gone with the test.
class Folder {
 public:
  Folder()
      : path_(fs::temp_directory_path() / ("indicators-" + std::to_string(::getpid()) + "-" +
                                           testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::remove_all(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }
  size_t files() const {
    size_t count = 0;
    for (const auto& entry : fs::directory_iterator(path_)) count += entry.path().extension() == ".ioc";
    return count;
  }

 private:
  fs::path path_;
};

std::unique_ptr<IndicatorStore> open(const fs::path& folder) {
  auto store = IndicatorStore::open(folder);
  EXPECT_TRUE(store.has_value()) << store.error().message;
  return std::move(*store);
}

/// "feed/ip 192.0.2.1" of everything that stands, sorted.
std::set<std::string> all(const IndicatorStore& store) {
  std::set<std::string> out;
  IndicatorQuery query;
  query.limit = indicators_page_max;
  query.red = true;
  do {
    const auto page = list_indicators(*store.snapshot(), query);
    EXPECT_TRUE(page.has_value());
    for (const Indicator& one : page->indicators)
      out.insert(one.listing.source + "/" + std::string(to_text(one.type)) + " " + one.value);
    query.cursor = page->next_cursor;
  } while (!query.cursor.empty());
  return out;
}

std::string address(unsigned number) {
  return "20." + std::to_string(number >> 16 & 255) + "." + std::to_string(number >> 8 & 255) + "." +
         std::to_string(number & 255);
}

void give_many(IndicatorStore& store, unsigned first, unsigned count, const Listing& words, bool replace = false) {
  IndicatorImport import(store, replace);
  for (unsigned i = first; i < first + count; ++i)
    ASSERT_TRUE(import.add(Type::ip, pack(Type::ip, address(i)).value(), words).has_value());
  ASSERT_TRUE(import.commit().has_value());
}

TEST(IndicatorStore, gives_back_everything_after_it_was_opened_again) {
  const Folder folder;
  Listing words = listing("Feed \"A\", 日本");
  words.confidence = 80;
  words.tlp = Tlp::amber_strict;
  words.valid_from = at("2026-01-01T00:00:00Z");
  words.valid_until = at("2026-06-01T00:00:00Z");
  words.context = "Operation X";
  words.tags = "attack.t1566";
  const std::pair<Type, const char*> values[] = {{Type::ip, "2001:db8::1"},      {Type::cidr, "203.0.113.0/24"},
                                                 {Type::domain, "evil.example"}, {Type::url, "http://evil.example/x"},
                                                 {Type::sha512, nullptr},        {Type::email, "a@evil.example"},
                                                 {Type::file_path, "c:/x/y.exe"}};
  const std::string sha512 = std::string(126, 'a') + "01";
  {
    const auto store = open(folder.path());
    for (const auto& [type, value] : values) give(*store, type, value ? value : sha512, words);
  }
  const auto store = open(folder.path());
  EXPECT_TRUE(store->broken().empty());
  for (const auto& [type, value] : values) {
    std::vector<Snapshot::Standing> standing;
    store->snapshot()->find(type, pack(type, value ? value : sha512).value(), standing);
    ASSERT_EQ(standing.size(), 1U) << to_text(type);
    EXPECT_EQ(store->snapshot()->listing(standing.front()), words);
  }
  EXPECT_EQ(found(*store, {{"DestinationIp", "203.0.113.9"}}), "cidr 203.0.113.0/24")
      << "the shape of networks is there too";
}

TEST(IndicatorStore, keeps_few_parts_however_many_changes_come) {
  const Folder folder;
  const auto store = open(folder.path());
  for (unsigned i = 0; i < 300; ++i) give_many(*store, i, 1, listing());
  EXPECT_EQ(all(*store).size(), 300U);
  EXPECT_LE(store->snapshot()->parts().size(), 10U);
  EXPECT_EQ(folder.files(), store->snapshot()->parts().size()) << "merged files are removed";
  EXPECT_EQ(all(*open(folder.path())).size(), 300U);
}

TEST(IndicatorStore, the_same_list_again_changes_nothing) {
  const auto store = memory_store();
  give_many(*store, 0, 1000, listing());
  const auto before = store->snapshot();
  IndicatorImport again(*store);
  for (unsigned i = 0; i < 1000; ++i)
    ASSERT_TRUE(again.add(Type::ip, pack(Type::ip, address(i)).value(), listing()).has_value());
  const auto counts = again.commit();
  ASSERT_TRUE(counts.has_value());
  EXPECT_EQ(counts->unchanged, 1000U);
  EXPECT_EQ(counts->added + counts->updated, 0U);
  EXPECT_EQ(store->snapshot(), before);
}

TEST(IndicatorStore, a_sources_later_word_supersedes_its_own_and_nobody_elses) {
  const auto store = memory_store();
  Listing low = listing("one");
  low.confidence = 10;
  give(*store, Type::ip, "192.0.2.1", low);
  give(*store, Type::ip, "192.0.2.1", listing("two"));
  low.confidence = 90;
  give(*store, Type::ip, "192.0.2.1", low);
  const auto known = find_indicators(*store->snapshot(), "192.0.2.1", true);
  ASSERT_EQ(known.size(), 2U);
  for (const Indicator& one : known)
    EXPECT_EQ(one.listing.confidence, one.listing.source == "one" ? 90 : confidence_unknown);
}

TEST(IndicatorStore, a_replaced_list_is_exactly_the_new_one) {
  const Folder folder;
  {
    const auto store = open(folder.path());
    give_many(*store, 0, 100, listing("feed"));
    give_many(*store, 50, 1, listing("other"));
    give_many(*store, 90, 20, listing("feed"), true);
    EXPECT_EQ(all(*store).size(), 21U);
  }
  const auto store = open(folder.path());
  const auto seen = all(*store);
  EXPECT_EQ(seen.size(), 21U);
  EXPECT_TRUE(seen.contains("other/ip 20.0.0.50"));
  EXPECT_FALSE(seen.contains("feed/ip 20.0.0.50"));
  EXPECT_TRUE(seen.contains("feed/ip 20.0.0.109"));
}

TEST(IndicatorStore, removes_and_expires_by_value_and_by_source) {
  const Folder folder;
  auto store = open(folder.path());
  give_many(*store, 0, 10, listing("one"));
  give_many(*store, 5, 10, listing("two"));
  const std::string packed = pack(Type::ip, address(7)).value();
  EXPECT_EQ(store->remove({"one", std::pair(Type::ip, packed)}).value(), 1U);
  EXPECT_EQ(store->remove({"one", std::pair(Type::ip, packed)}).value(), 0U);
  EXPECT_EQ(all(*store).size(), 19U);
  EXPECT_EQ(store->expire({"", std::pair(Type::ip, packed)}, at("2026-01-01T00:00:00Z")).value(), 1U);
  EXPECT_EQ(store->expire({"two", std::nullopt}, at("2026-02-01T00:00:00Z")).value(), 9U) << "one ends earlier already";
  EXPECT_EQ(store->remove({"one", std::nullopt}).value(), 9U);
  store = open(folder.path());
  EXPECT_EQ(all(*store).size(), 10U);
  for (const Indicator& one : find_indicators(*store->snapshot(), address(7), true))
    EXPECT_EQ(one.listing.valid_until, at("2026-01-01T00:00:00Z"));
  for (const Indicator& one : find_indicators(*store->snapshot(), address(8), true))
    EXPECT_EQ(one.listing.valid_until, at("2026-02-01T00:00:00Z"));
  give_many(*store, 8, 1, listing("two"));
  for (const Indicator& one : find_indicators(*store->snapshot(), address(8), true))
    EXPECT_EQ(one.listing.valid_until.ns, INT64_MAX) << "what comes later is not touched";
}

TEST(IndicatorStore, a_withdrawn_value_is_gone_and_can_come_back) {
  const Folder folder;
  auto store = open(folder.path());
  give_many(*store, 0, 5, listing());
  IndicatorImport import(*store);
  ASSERT_TRUE(import.withdraw(Type::ip, pack(Type::ip, address(2)).value(), "feed").has_value());
  ASSERT_TRUE(import.withdraw(Type::ip, pack(Type::ip, address(99)).value(), "feed").has_value());
  EXPECT_EQ(import.commit().value().withdrawn, 1U);
  EXPECT_EQ(all(*store).size(), 4U);
  store = open(folder.path());
  EXPECT_EQ(all(*store).size(), 4U);
  give_many(*store, 2, 1, listing());
  EXPECT_EQ(all(*store).size(), 5U);
}

TEST(IndicatorStore, an_import_that_is_not_committed_leaves_nothing) {
  const Folder folder;
  const auto store = open(folder.path());
  {
    IndicatorImport import(*store);
    ASSERT_TRUE(import.add(Type::ip, pack(Type::ip, address(1)).value(), listing()).has_value());
  }
  EXPECT_TRUE(all(*store).empty());
  EXPECT_EQ(folder.files(), 0U);
}

TEST(IndicatorStore, a_file_without_its_manifest_is_what_a_crash_leaves_and_is_removed) {
  const Folder folder;
  {
    give(*open(folder.path()), Type::ip, "192.0.2.1");
  }
  std::ofstream(folder.path() / "segment-000099.ioc") << "half a segment";
  const auto store = open(folder.path());
  EXPECT_EQ(all(*store).size(), 1U);
  EXPECT_EQ(folder.files(), 1U);
}

TEST(IndicatorStore, a_damaged_part_is_put_aside_and_told) {
  const Folder folder;
  {
    const auto store = open(folder.path());
    give_many(*store, 0, 100, listing());
    give(*store, Type::domain, "evil.example");
  }
  for (const auto& entry : fs::directory_iterator(folder.path()))
    if (entry.path().extension() == ".ioc" && fs::file_size(entry.path()) > 500) {
      std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(300);
      file.put('\x55');
    }
  const auto store = open(folder.path());
  EXPECT_EQ(store->broken().size(), 1U);
  EXPECT_EQ(all(*store), std::set<std::string>{"feed/domain evil.example"});
  give(*store, Type::ip, "192.0.2.1");
  EXPECT_EQ(all(*open(folder.path())).size(), 2U);
}

TEST(IndicatorStore, a_damaged_manifest_is_an_error_and_not_an_empty_store) {
  const Folder folder;
  {
    give(*open(folder.path()), Type::ip, "192.0.2.1");
  }
  {
    std::fstream file(folder.path() / "manifest", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(25);
    file.put('9');
  }
  const auto store = IndicatorStore::open(folder.path());
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().kind, ErrorKind::corrupt);
}

TEST(IndicatorStore, drops_what_no_longer_stands_when_it_is_half_of_everything) {
  const auto store = memory_store();
  for (int round = 0; round < 4; ++round) {
    Listing words = listing();
    words.confidence = static_cast<uint8_t>(round);
    give_many(*store, 0, 80'000, words);
  }
  EXPECT_LT(store->snapshot()->records(), 250'000U);
  EXPECT_EQ(store->remove({"feed", std::nullopt}).value(), 80'000U);
  EXPECT_TRUE(all(*store).empty());
  EXPECT_LT(store->snapshot()->records(), 250'000U);
  give_many(*store, 0, 1, listing());
  EXPECT_EQ(all(*store).size(), 1U);
}

TEST(IndicatorStore, names_no_source_whose_indicators_are_red_to_those_who_may_not_know) {
  const auto store = memory_store();
  Listing red = listing("friends");
  red.tlp = Tlp::red;
  give(*store, Type::ip, "192.0.2.1", red);
  give(*store, Type::ip, "192.0.2.1", listing("open"));
  EXPECT_EQ(find_indicators(*store->snapshot(), "192.0.2.1", false).size(), 1U);
  EXPECT_EQ(find_indicators(*store->snapshot(), "192[.]0.2.1", true).size(), 2U);
  EXPECT_EQ(count_indicators(*store->snapshot(), Timestamp{}, false).by_source.count("friends"), 0U);
  EXPECT_EQ(count_indicators(*store->snapshot(), Timestamp{}, true).by_source.count("friends"), 1U);
  IndicatorQuery query;
  EXPECT_EQ(list_indicators(*store->snapshot(), query)->indicators.size(), 1U);
}

TEST(IndicatorStore, finds_what_stands_above_a_value) {
  const auto store = memory_store();
  give(*store, Type::domain, "evil.example");
  give(*store, Type::cidr, "192.0.2.0/24");
  give(*store, Type::url, "http://evil.example/x");
  EXPECT_EQ(find_indicators(*store->snapshot(), "www[.]evil[.]example", true).size(), 1U);
  EXPECT_EQ(find_indicators(*store->snapshot(), "hxxp://evil[.]example/x", true).size(), 2U);
  EXPECT_EQ(find_indicators(*store->snapshot(), "192.0.2.77", true).size(), 1U);
  EXPECT_EQ(find_indicators(*store->snapshot(), "192.0.2.0/24", true).size(), 1U);
  EXPECT_TRUE(find_indicators(*store->snapshot(), "fine.example", true).empty());
}

TEST(IndicatorStore, readers_match_while_lists_come_and_go) {
  const Folder folder;
  const auto store = open(folder.path());
  give(*store, Type::domain, "always.example", listing("steady"));
  std::atomic<bool> ended = false;
  std::atomic<uint64_t> rounds = 0;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&] {
      IndicatorMatcher matcher(classes());
      while (!ended) {
        event::Batch batch;
        for (unsigned number = 0; number < 64; ++number)
          add_event(batch, {{"DestinationIp", address(number)}, {"QueryName", "www.always.example"}});
        std::vector<IndicatorMatch> matches;
        matcher.match(batch, store->snapshot(), matches);
        size_t names = 0;
        for (const IndicatorMatch& match : matches) names += match.type == Type::domain;
        ASSERT_EQ(names, 64U);
        ++rounds;
      }
    });
  std::thread other([&] {
    for (unsigned i = 0; i < 20; ++i) give_many(*store, 1000 + i, 1, listing("other"));
  });
  for (unsigned i = 0; i < 40; ++i) {
    give_many(*store, 0, 64, listing(), i % 2 == 0);
    if (i % 3 == 0) {
      ASSERT_TRUE(store->remove({"feed", std::pair(Type::ip, pack(Type::ip, address(3)).value())}).has_value());
      ASSERT_TRUE(store->expire({"feed", std::nullopt}, at("2026-01-01T00:00:00Z")).has_value());
    }
  }
  other.join();
  while (rounds < 10) std::this_thread::yield();
  ended = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(all(*store).size(), 1U + 63U + 20U + (all(*store).contains("feed/ip 20.0.0.3") ? 1U : 0U));
}

}  // namespace
}  // namespace yagura::detect::test
