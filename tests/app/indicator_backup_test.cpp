// What a backup holds of the indicators: what was in force at one moment, and nothing that was changed since.
#include "app/indicator_backup.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "detect/indicators/indicator_store.hpp"
#include "detect/indicators/normal_form.hpp"

namespace yagura::app {
namespace {

namespace fs = std::filesystem;
using detect::IndicatorStore;
using Type = detect::IndicatorType;

class IndicatorBackup : public ::testing::Test {
 public:
  IndicatorBackup() : folder_(fs::temp_directory_path() / ("yagura-indicator-backup-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~IndicatorBackup() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

 protected:
  static std::string packed(const std::string& name) { return detect::pack(Type::domain, name).value(); }
  static void add(IndicatorStore& store, const std::string& name) {
    detect::IndicatorImport import(store);
    detect::Listing listing;
    listing.source = "list";
    listing.tlp = detect::Tlp::amber;
    ASSERT_TRUE(import.add(Type::domain, packed(name), listing));
    ASSERT_TRUE(import.commit());
  }
  static std::vector<detect::Snapshot::Standing> find(const IndicatorStore& store, const std::string& name) {
    std::vector<detect::Snapshot::Standing> out;
    store.snapshot()->find(Type::domain, packed(name), out);
    return out;
  }
  std::unique_ptr<IndicatorStore> open(const fs::path& at) {
    auto store = IndicatorStore::open(at);
    EXPECT_TRUE(store) << (store ? "" : store.error().message);
    return store ? std::move(*store) : nullptr;
  }

  fs::path folder_;
};

TEST_F(IndicatorBackup, brings_back_what_was_added_taken_back_and_expired) {
  {
    const auto store = open(folder_ / "data");
    for (const char* name : {"kept.example", "gone.example", "old.example"}) add(*store, name);
    ASSERT_TRUE(store->remove({"", std::pair(Type::domain, packed("gone.example"))}));
    ASSERT_TRUE(store->expire({"", std::pair(Type::domain, packed("old.example"))}, Timestamp{5 * ns_per_second}));
    ASSERT_TRUE(back_up_indicators(folder_ / "data", folder_ / "copy"));
    add(*store, "later.example");
  }
  ASSERT_TRUE(restore_indicators(folder_ / "copy", folder_ / "new"));
  const auto store = open(folder_ / "new");
  EXPECT_TRUE(store->broken().empty());
  ASSERT_EQ(find(*store, "kept.example").size(), 1U);
  EXPECT_EQ(store->snapshot()->listing(find(*store, "kept.example").front()).tlp, detect::Tlp::amber);
  EXPECT_TRUE(find(*store, "gone.example").empty());
  ASSERT_EQ(find(*store, "old.example").size(), 1U);
  EXPECT_EQ(store->snapshot()->listing(find(*store, "old.example").front()).valid_until.ns, 5 * ns_per_second);
  EXPECT_TRUE(find(*store, "later.example").empty()) << "that came after the copy";
  add(*store, "next.example");
  EXPECT_EQ(find(*store, "next.example").size(), 1U) << "and it goes on from there";
}

TEST_F(IndicatorBackup, is_of_one_moment_while_others_add_and_parts_are_merged) {
  const auto store = open(folder_ / "data");
  std::atomic<int> added = 0;
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (; !stop; ++added) add(*store, "n" + std::to_string(added) + ".example");
  });
  for (int copy = 0; copy < 20; ++copy) {
    while (added < 3 * (copy + 1)) std::this_thread::yield();
    const int before = added;
    const fs::path to = folder_ / ("copy" + std::to_string(copy));
    const Status copied = back_up_indicators(folder_ / "data", to);
    ASSERT_TRUE(copied) << copied.error().message;
    const auto again = open(to);
    ASSERT_TRUE(again->broken().empty());
    // Every one that was acknowledged before, and no gap among those that came meanwhile.
    bool missing = false;
    for (int i = 0; i <= added; ++i) {
      const bool there = !find(*again, "n" + std::to_string(i) + ".example").empty();
      EXPECT_TRUE(there || i >= before) << i;
      EXPECT_FALSE(there && missing) << i;
      missing = missing || !there;
    }
  }
  stop = true;
  writer.join();
}

TEST_F(IndicatorBackup, of_a_house_without_indicators_is_nothing) {
  ASSERT_TRUE(back_up_indicators(folder_ / "nowhere", folder_ / "copy"));
  EXPECT_FALSE(fs::exists(folder_ / "copy"));
}

TEST_F(IndicatorBackup, is_refused_when_a_file_is_changed_or_missing) {
  add(*open(folder_ / "data"), "evil.example");
  ASSERT_TRUE(back_up_indicators(folder_ / "data", folder_ / "copy"));
  fs::path part;
  for (const auto& entry : fs::directory_iterator(folder_ / "copy"))
    if (entry.path().extension() == ".ioc") part = entry.path();
  ASSERT_FALSE(part.empty());
  std::ofstream(part, std::ios::app) << "x";
  auto restored = restore_indicators(folder_ / "copy", folder_ / "new");
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().kind, ErrorKind::corrupt);
  EXPECT_FALSE(fs::exists(folder_ / "new"));
  fs::remove(part);
  restored = restore_indicators(folder_ / "copy", folder_ / "new");
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().kind, ErrorKind::corrupt);
  EXPECT_FALSE(fs::exists(folder_ / "new"));
  restored = restore_indicators(folder_ / "copy", folder_ / "data");
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().kind, ErrorKind::conflict);
}

}  // namespace
}  // namespace yagura::app
