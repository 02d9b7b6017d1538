#include "lake_fixture.hpp"

namespace yagura::lake {
namespace {

constexpr int64_t day_ns = 86'400 * ns_per_second;

class Retained : public LakeTest {
 protected:
  void SetUp() override {
    LakeTest::SetUp();
    if (IsSkipped()) return;
    auto opened = EventStore::open(client_, shipped_mappings(), {.days = 30});
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    kept_ = std::move(*opened);
  }
  void add(Timestamp time, std::string_view raw) {
    event::Batch batch;
    add_event(batch, time, raw, {}, offset_++);
    ASSERT_TRUE(kept_->append(batch, "retained").has_value());
  }
  uint64_t count(const std::string& query) { return *kept_->count(*kept_->parse(query, system_now()), all_time); }
  std::unique_ptr<EventStore> kept_;
  static inline uint64_t offset_ = 1;
};

TEST_F(Retained, days_past_the_retention_go_and_nothing_newer) {
  const Timestamp later{system_now().ns + 40 * day_ns};  // when everything was received long ago
  add({later.ns - 33 * day_ns}, "gone one");
  add({later.ns - 33 * day_ns}, "gone two");
  add({later.ns - 31 * day_ns}, "gone three");
  add({later.ns - 30 * day_ns}, "stays: its day is not over");
  add({later.ns - 29 * day_ns}, "stays");
  add({later.ns + 100 * 365 * day_ns}, "stays: hostile clocks name far years");
  std::vector<ExpiredDay> expired;
  const Status done = kept_->expire(later, expired);
  ASSERT_TRUE(done.has_value()) << done.error().message;
  ASSERT_EQ(expired.size(), 2u);
  EXPECT_EQ(expired[0].day, format_time({later.ns - 33 * day_ns}).substr(0, 4) +
                                format_time({later.ns - 33 * day_ns}).substr(5, 2) +
                                format_time({later.ns - 33 * day_ns}).substr(8, 2));
  EXPECT_EQ(expired[0].events, 2u);
  EXPECT_EQ(expired[1].events, 1u);
  EXPECT_EQ(count("gone"), 0u);
  EXPECT_EQ(count("stays"), 3u);
  EXPECT_EQ(ask("SELECT countDistinct(partition) FROM system.parts WHERE active AND table = 'events'"), "3");
  EXPECT_EQ(kept_->health().retention_days, 30);
  EXPECT_EQ(kept_->health().oldest_day.size(), 8u);
  expired.clear();
  ASSERT_TRUE(kept_->expire(later, expired).has_value());
  EXPECT_TRUE(expired.empty());
}

TEST_F(Retained, evidence_of_an_old_break_in_stays_as_long_as_what_was_received_with_it) {
  add({system_now().ns - 3 * 365 * day_ns}, "old evidence");
  std::vector<ExpiredDay> expired;
  ASSERT_TRUE(kept_->expire(system_now(), expired).has_value());
  EXPECT_TRUE(expired.empty());
  EXPECT_EQ(count("\"old evidence\""), 1u);
  ASSERT_TRUE(kept_->expire({system_now().ns + 31 * day_ns}, expired).has_value());
  EXPECT_EQ(expired.size(), 1u);
  EXPECT_EQ(count("\"old evidence\""), 0u);
}

TEST_F(Retained, without_a_bound_nothing_goes) {
  add({system_now().ns - 3 * 365 * day_ns}, "for ever");
  std::vector<ExpiredDay> expired;
  ASSERT_TRUE(store_->expire({system_now().ns + 5000 * day_ns}, expired).has_value());
  EXPECT_TRUE(expired.empty());
  EXPECT_EQ(count("\"for ever\""), 1u);
}

}  // namespace
}  // namespace yagura::lake
