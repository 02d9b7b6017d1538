// A batch from its source to "stored": in that order, once, and with the newest rules that anybody judged by.
#include "pipeline/ingest.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <thread>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "kept_events.hpp"

namespace yagura::pipeline::test {
namespace {

namespace fs = std::filesystem;

event::Batch batch_of(int64_t second, const std::string& user, int events, const std::string& message = "word") {
  event::Batch batch;
  for (int i = 0; i < events; ++i) {
    event::Event& event = batch.begin("json");
    event.time = Timestamp{(1'700'000'000 + second) * ns_per_second};
    event.offset = static_cast<uint64_t>(i);
    event.host = "host-1";
    event.raw = batch.arena().copy(user + "/" + std::to_string(second) + "/" + std::to_string(i));
    batch.add_copy(event::known_field("logsource.product"), event::Kind::string, "test");
    batch.add_copy(event::known_field("User"), event::Kind::string, user);
    batch.add_copy(event::known_field("message"), event::Kind::string, message);
  }
  return batch;
}

std::string count_of(const std::string& id, const std::string& rule, int at_least) {
  return "---\ntitle: " + id + "\nid: " + id + "\ncorrelation: {type: event_count, rules: [" + rule +
         "], group-by: [User], timespan: 1m, condition: {gte: " + std::to_string(at_least) + "}, generate: true}\n";
}

class IngestTest : public testing::Test {
 protected:
  IngestTest() : folder_(fs::temp_directory_path() / ("yagura-ingest-" + to_hex(random_bytes(8)))) {}
  ~IngestTest() override {
    ingest_.reset();
    correlator_.reset();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  void open(const std::string& documents) {
    auto first = rules_of(documents);
    rules_ = std::make_unique<RulesInTurn>(first);
    auto opened = Correlator::open(folder_, first, counters_);
    ASSERT_TRUE(opened.has_value());
    correlator_ = std::move(*opened);
    ingest_ = std::make_unique<Ingest>(std::make_unique<KeptEvents>(kept_), rules_->source(), sink_of(kept_), counters_,
                                       correlator_.get());
  }
  size_t recorded_titled(const std::string& title) {
    const std::lock_guard lock(kept_.mutex);
    size_t out = 0;
    for (const auto& [id, each] : kept_.findings) out += each == title;
    return out;
  }

  fs::path folder_;
  Kept kept_;
  Counters counters_;
  std::unique_ptr<RulesInTurn> rules_;
  std::unique_ptr<Correlator> correlator_;
  std::unique_ptr<Ingest> ingest_;
};

TEST_F(IngestTest, nothing_is_recorded_before_it_is_stored_and_a_retry_finds_the_same_once) {
  open(rule_for("single", "single", "word") + count_of("many", "single", 3));
  const event::Batch batch = batch_of(0, "jo", 3);
  kept_.append_failures = 1;
  EXPECT_FALSE(ingest_->take(batch, "token", lake::Attempt::first).has_value());
  EXPECT_EQ(kept_.recorded(), 0U);
  EXPECT_EQ(counters_.at("ingest.events").load(), 0U);
  kept_.record_failures = 1;
  EXPECT_FALSE(ingest_->take(batch, "token", lake::Attempt::again).has_value());
  EXPECT_EQ(kept_.stored(), 3U);
  EXPECT_EQ(kept_.recorded(), 0U);
  const auto receipt = ingest_->take(batch, "token", lake::Attempt::again);
  ASSERT_TRUE(receipt.has_value());
  EXPECT_EQ(receipt->events, 3U);
  EXPECT_EQ(receipt->findings, 4U);
  EXPECT_EQ(recorded_titled("single"), 3U);
  EXPECT_EQ(recorded_titled("many"), 1U);
  EXPECT_EQ(kept_.recorded_twice + kept_.recorded_before_stored + kept_.stored_twice, 0U);
}

TEST_F(IngestTest, what_was_judged_by_several_sets_is_stored_together) {
  const std::string documents = rule_for("single", "single", "word") + count_of("many", "single", 4);
  open(documents);
  Judgement judged;
  event::Batch all;
  for (int piece = 0; piece < 4; ++piece) {
    event::Batch batch = batch_of(piece, "jo", 1);
    batch.events().front().offset = static_cast<uint64_t>(piece);
    ingest_->judge(batch, "token", judged);
    if (piece % 2 == 1)
      rules_->use(rules_of(documents + "---\n" + rule_for("other", "v" + std::to_string(piece), "nothing")));
    all.join(std::move(batch));
  }
  EXPECT_EQ(judged.offers.size(), 2U);
  EXPECT_EQ(kept_.stored() + kept_.recorded(), 0U);
  ASSERT_TRUE(ingest_->store(all, judged, "token", lake::Attempt::first).has_value());
  EXPECT_EQ(recorded_titled("single"), 4U);
  EXPECT_EQ(recorded_titled("many"), 1U) << "correlated across the swap";
  EXPECT_EQ(counters_.at("ingest.events_judged").load(), 4U);
}

/// One batch is still being judged by the set before while others go on with the next.
TEST_F(IngestTest, a_slow_judge_does_not_bring_an_older_set_back) {
  const std::string rule = rule_for("single", "single", "word");
  open(rule + count_of("many", "single", 3));
  std::mutex mutex;
  std::condition_variable changed;
  bool inside = false;
  bool go_on = false;
  std::thread::id held;
  kept_.on_uids = [&] {
    std::unique_lock lock(mutex);
    if (std::this_thread::get_id() != held) return;
    inside = true;
    changed.notify_all();
    changed.wait(lock, [&] { return go_on; });
  };
  std::thread judge([&] {
    {
      const std::lock_guard lock(mutex);
      held = std::this_thread::get_id();
    }
    EXPECT_TRUE(ingest_->take(batch_of(0, "old", 1), "a", lake::Attempt::first).has_value());
  });
  {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return inside; });
    held = {};
  }
  rules_->use(rules_of(rule + count_of("many", "single", 3) + count_of("new", "single", 2)));
  EXPECT_TRUE(ingest_->take(batch_of(0, "jo", 1), "b", lake::Attempt::first).has_value());
  {
    const std::lock_guard lock(mutex);
    go_on = true;
  }
  changed.notify_all();
  judge.join();
  EXPECT_TRUE(ingest_->take(batch_of(1, "jo", 1), "c", lake::Attempt::first).has_value());
  EXPECT_EQ(recorded_titled("new"), 1U) << "the state of what the newer set brought is still there";
  EXPECT_TRUE(ingest_->take(batch_of(2, "old", 2), "d", lake::Attempt::first).has_value());
  EXPECT_EQ(recorded_titled("many"), 1U) << "and so is what the older set began";
}

TEST_F(IngestTest, sets_are_swapped_while_batches_flow_and_no_group_is_lost) {
  constexpr int threads_count = 4;
  constexpr int groups = 150;
  const std::string documents = rule_for("single", "single", "word") + count_of("many", "single", 3);
  open(documents);
  std::atomic<bool> done = false;
  std::thread editor([&] {
    for (int version = 1; !done; ++version)
      rules_->use(rules_of(documents + "---\n" + rule_for("other", "v" + std::to_string(version), "nothing")));
  });
  std::vector<std::thread> threads;
  for (int t = 0; t < threads_count; ++t)
    threads.emplace_back([&, t] {
      for (int group = 0; group < groups; ++group)
        for (int i = 0; i < 3; ++i) {
          const std::string user = std::to_string(t) + "-" + std::to_string(group);
          EXPECT_TRUE(ingest_->take(batch_of(i, user, 1), user + std::to_string(i), lake::Attempt::first).has_value());
        }
    });
  for (std::thread& thread : threads) thread.join();
  done = true;
  editor.join();
  constexpr size_t events = 3UL * threads_count * groups;
  EXPECT_EQ(kept_.stored(), events);
  EXPECT_EQ(counters_.at("ingest.events_judged").load(), events);
  EXPECT_EQ(recorded_titled("single"), events);
  EXPECT_EQ(recorded_titled("many"), static_cast<size_t>(threads_count * groups));
  EXPECT_EQ(kept_.recorded_twice + kept_.recorded_before_stored + kept_.stored_twice, 0U);
}

}  // namespace
}  // namespace yagura::pipeline::test
