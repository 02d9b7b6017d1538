#include "app/event_backup.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "lake/lake_process.hpp"

namespace yagura::app {
namespace {

namespace fs = std::filesystem;

class EventBackup : public ::testing::Test {
 protected:
  void SetUp() override {
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "this CPU has no AVX2, which the embedded ClickHouse needs";
    folder_ = fs::temp_directory_path() / ("yagura-event-backup-" + std::to_string(::getpid()));
    fs::create_directories(folder_ / "first/checkpoints");
    std::ofstream(folder_ / "first/checkpoints/a.json") << "{}";
    auto loaded = event::Normaliser::load(fs::path(YAGURA_SOURCE_DIR) / "catalog/mappings");
    ASSERT_TRUE(loaded.has_value());
    normaliser_ = std::make_shared<event::Normaliser>(std::move(*loaded));
  }
  void TearDown() override {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }

  void open(const fs::path& data) {
    store_.reset();
    process_.reset();
    auto process = lake::LakeProcess::start({.program = YAGURA_LAKE_PROGRAM, .data = data / "lake"});
    ASSERT_TRUE(process.has_value()) << process.error().message;
    process_ = std::move(*process);
    auto store = lake::EventStore::open(std::make_shared<lake::Client>(process_->endpoint()), normaliser_);
    ASSERT_TRUE(store.has_value()) << store.error().message;
    store_ = std::move(*store);
  }
  void add(uint64_t count) {
    event::Batch batch;
    for (uint64_t i = 0; i < count; ++i) {
      event::Event& event = batch.begin("test");
      event.time = {1'775'606'400'000'000'000 + static_cast<int64_t>(i % 3) * 86'400'000'000'000};
      event.offset = offset_++;
      event.raw = batch.arena().copy("needle " + std::to_string(offset_));
    }
    ASSERT_TRUE(store_->append(batch, "backup").has_value());
  }
  uint64_t count() { return *store_->count(*store_->parse("needle", system_now()), {{INT64_MIN}, {INT64_MAX}}); }

  fs::path folder_;
  uint64_t offset_ = 1;
  std::shared_ptr<const event::Normaliser> normaliser_;
  std::unique_ptr<lake::LakeProcess> process_;
  std::unique_ptr<lake::EventStore> store_;
};

TEST_F(EventBackup, brings_every_event_back_once_and_takes_the_same_ones_no_second_time) {
  open(folder_ / "first");
  add(1000);
  const auto copied =
      back_up_events(*store_, folder_ / "first/lake", folder_ / "first/checkpoints", folder_ / "copy/events");
  ASSERT_TRUE(copied.has_value()) << copied.error().message;
  EXPECT_TRUE(fs::is_empty(folder_ / "first/lake/backups")) << "nothing is left behind";
  add(500);
  EXPECT_EQ(count(), 1500U) << "the copied lake goes on";

  const auto restored = restore_events(folder_ / "copy/events", folder_ / "second");
  ASSERT_TRUE(restored.has_value()) << restored.error().message;
  EXPECT_EQ(*restored, 1000U);
  EXPECT_TRUE(fs::exists(folder_ / "second/checkpoints/a.json"));
  open(folder_ / "second");
  EXPECT_EQ(count(), 1000U);
  offset_ = 1;
  event::Batch again;
  event::Event& event = again.begin("test");
  event.time = {1'775'606'400'000'000'000};
  event.offset = offset_++;
  event.raw = again.arena().copy("needle " + std::to_string(offset_));
  ASSERT_TRUE(store_->append(again, "backup", lake::Attempt::again).has_value());
  EXPECT_EQ(count(), 1000U);
  EXPECT_FALSE(restore_events(folder_ / "copy/events", folder_ / "second").has_value()) << "over a lake";
}

TEST_F(EventBackup, names_what_was_changed_lost_or_added_before_anything_is_brought_in) {
  open(folder_ / "first");
  add(10);
  const fs::path copy = folder_ / "copy/events";
  ASSERT_TRUE(back_up_events(*store_, folder_ / "first/lake", folder_ / "first/checkpoints", copy).has_value());
  fs::path victim;
  for (const auto& entry : fs::recursive_directory_iterator(copy / "tables"))
    if (entry.path().filename() == "count.txt") victim = entry.path();
  ASSERT_FALSE(victim.empty());
  const auto refused = [&](const std::string& what) {
    const auto restored = restore_events(copy, folder_ / "second");
    ASSERT_FALSE(restored.has_value()) << what;
    EXPECT_EQ(restored.error().kind, ErrorKind::corrupt);
    EXPECT_FALSE(fs::exists(folder_ / "second/lake")) << what;
  };
  std::ofstream(copy / "tables/stranger") << "x";
  refused("a file too many");
  fs::remove(copy / "tables/stranger");
  std::ofstream(victim) << "99999";
  refused("a changed file");
  fs::remove(victim);
  refused("a lost file");
}

}  // namespace
}  // namespace yagura::app
