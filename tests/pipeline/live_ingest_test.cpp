// From the network to the lake: each message decoded, judged and stored once, whatever fails or is swapped meanwhile.
#include "pipeline/live_ingest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <set>
#include <thread>

#include "formats/block.hpp"
#include "kept_events.hpp"

namespace yagura::pipeline::test {
namespace {

using std::chrono::milliseconds;

class LiveIngestTest : public testing::Test {
 protected:
  LiveIngestTest()
      : rules_(rules_of(rule_for("watched", "first", "alarm"))),
        ingest_(std::make_unique<KeptEvents>(kept_), rules_.source(), sink_of(kept_), counters_),
        live_(std::make_unique<LiveIngest>(ingest_, *formats::find_format("syslog"), 0, counters_)) {}

  template <typename Condition>
  static bool until(const Condition& condition) {
    for (int i = 0; i < 3000 && !condition(); ++i) std::this_thread::sleep_for(milliseconds(10));
    return condition();
  }

  Kept kept_;
  Counters counters_;
  RulesInTurn rules_;
  Ingest ingest_;
  std::unique_ptr<LiveIngest> live_;
};

TEST_F(LiveIngestTest, what_nobody_looks_for_is_stored_together) {
  for (int i = 0; i < 50; ++i) live_->take("syslog-udp 192.0.2.7", line_of("quiet " + std::to_string(i)));
  EXPECT_EQ(kept_.stored(), 0U) << "it waits for more";
  ASSERT_TRUE(until([&] { return kept_.stored() == 50; }));
  EXPECT_EQ(kept_.inserts, std::vector<size_t>{50});
  EXPECT_EQ(counters_.at("live.hurried").load(), 0U);
}

TEST_F(LiveIngestTest, what_somebody_looks_for_does_not_wait_and_takes_with_it_what_does) {
  live_->take("syslog-udp 192.0.2.7", line_of("quiet"));
  live_->take("syslog-udp 192.0.2.8", line_of("an alarm"));
  ASSERT_TRUE(until([&] { return kept_.recorded() == 1; }));
  EXPECT_EQ(kept_.stored(), 2U);
  EXPECT_EQ(counters_.at("live.hurried").load(), 1U);
  EXPECT_LE(counters_.at("live.hurried_ms_max").load(), counters_.at("live.hurried_ms").load());
  EXPECT_EQ(kept_.recorded_before_stored, 0U);
}

TEST_F(LiveIngestTest, an_event_is_judged_once_however_often_storing_it_fails) {
  kept_.append_failures = 2;
  kept_.fails_after_storing = true;
  kept_.record_failures = 1;
  live_->take("syslog-udp 192.0.2.7", line_of("an alarm") + line_of("another alarm") + line_of("quiet"));
  ASSERT_TRUE(until([&] { return kept_.recorded() == 2; }));
  live_->stop();
  EXPECT_EQ(kept_.stored(), 3U);
  EXPECT_EQ(counters_.at("live.retries").load(), 3U);
  EXPECT_EQ(counters_.at("ingest.events_judged").load(), 3U);
  EXPECT_EQ(counters_.at("ingest.events").load(), 3U);
  EXPECT_EQ(counters_.at("ingest.findings").load(), 2U);
  EXPECT_EQ(kept_.stored_twice + kept_.recorded_twice + kept_.recorded_before_stored, 0U);
}

TEST_F(LiveIngestTest, rules_are_swapped_while_messages_flow_and_none_is_lost_or_judged_twice) {
  constexpr int senders = 4;
  constexpr int messages = 1500;
  std::atomic<bool> done = false;
  std::thread editor([&] {
    for (int version = 1; !done; ++version) {
      rules_.use(rules_of(rule_for("watched", "version " + std::to_string(version), "alarm")));
      std::this_thread::sleep_for(milliseconds(1));
    }
  });
  std::vector<std::thread> threads;
  for (int sender = 0; sender < senders; ++sender)
    threads.emplace_back([&, sender] {
      for (int i = 0; i < messages; ++i)
        live_->take("syslog-tcp 192.0.2." + std::to_string(sender),
                    line_of((i % 3 == 0 ? "quiet " : "alarm ") + std::to_string(sender) + "/" + std::to_string(i)));
    });
  for (std::thread& thread : threads) thread.join();
  live_->stop();
  done = true;
  editor.join();
  ASSERT_EQ(kept_.stored(), static_cast<size_t>(senders * messages));
  EXPECT_EQ(counters_.at("ingest.events_judged").load(), static_cast<uint64_t>(senders * messages));
  EXPECT_EQ(kept_.stored_twice + kept_.recorded_twice + kept_.recorded_before_stored, 0U);
  std::set<std::string> said;
  size_t alarms = 0;
  for (const auto& [uid, event] : kept_.events) {
    EXPECT_TRUE(said.insert(event.raw).second) << event.raw;
    const bool alarm = event.raw.contains("alarm");
    alarms += alarm;
    EXPECT_EQ(kept_.by_event.count(uid), alarm ? 1U : 0U) << event.raw;
  }
  EXPECT_EQ(kept_.findings.size(), alarms);
  std::set<std::string> versions;
  for (const auto& [id, title] : kept_.findings) versions.insert(title);
  EXPECT_GT(versions.size(), 1U) << "sets were swapped meanwhile";
}

TEST_F(LiveIngestTest, what_is_stored_is_what_a_decoder_gives) {
  const std::string lines = line_of("plain") +
                            line_of(R"(sshd[7]: Accepted password for jo from 192.0.2.9 port 22 ssh2)") +
                            "<14>1 - - - - - [a b=\"q\\\"uoted\" c=\"\\\\\"] escaped\n" + "no syslog at all\n" + "\n" +
                            "<34>Oct 11 22:14:15 mymachine su: bad \xFF encoding\n" +
                            "<14>Oct 11 22:14:15 fw CEF:0|V|P|1|100|Name|5|src=192.0.2.1 msg=a\\=b\n";
  live_->take("syslog-udp 192.0.2.7", lines);
  live_->stop();
  event::Batch right;
  Counters counters;
  const auto decoder = formats::find_format("syslog")->open({.counters = &counters, .received = system_now()});
  decoder->feed(formats::copy_block(lines), right);
  decoder->finish(right);
  ASSERT_EQ(kept_.events.size(), right.size());
  for (const event::Event& event : right.events()) {
    const auto same =
        std::ranges::find_if(kept_.events, [&](const auto& each) { return each.second.raw == event.raw; });
    ASSERT_NE(same, kept_.events.end()) << event.raw;
    const Kept::Event& found = same->second;
    EXPECT_EQ(found.host, event.host.empty() ? "192.0.2.7" : event.host);
    std::vector<std::pair<std::string, std::string>> fields;
    size_t in_raw = 0;
    for (const event::Field& field : right.fields(event)) {
      fields.emplace_back(event::FieldNames::instance().name(field.id), field.value().text);
      in_raw += field.size > 0 && field.data >= event.raw.data() &&
                field.data + field.size <= event.raw.data() + event.raw.size();
    }
    EXPECT_EQ(found.fields, fields) << event.raw;
    EXPECT_EQ(found.in_raw, in_raw) << event.raw;
  }
}

TEST_F(LiveIngestTest, a_flood_is_cut_between_lines_and_held_back_at_its_bound) {
  std::mutex mutex;
  std::condition_variable changed;
  bool open = false;
  kept_.before_append = [&] {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return open; });
  };
  constexpr size_t chunks = 80;
  const std::string padding(8000, 'x');
  std::atomic<size_t> taken = 0;
  size_t bytes = 0;
  std::thread sender([&] {
    for (size_t chunk = 0; chunk < chunks; ++chunk) {
      std::string lines;
      for (int i = 0; i < 125; ++i) lines += line_of(std::to_string(chunk) + "/" + std::to_string(i) + " " + padding);
      bytes += lines.size();
      live_->take("syslog-tcp 192.0.2.7", lines);
      ++taken;
    }
  });
  ASSERT_TRUE(until([&] { return taken >= live_bytes_waiting_max / 1'100'000; }));
  std::this_thread::sleep_for(milliseconds(300));
  EXPECT_LT(taken, chunks) << "the sender waits";
  {
    const std::lock_guard lock(mutex);
    open = true;
  }
  changed.notify_all();
  sender.join();
  live_->stop(60'000);
  EXPECT_EQ(kept_.stored(), chunks * 125);
  EXPECT_EQ(counters_.at("live.bytes_dropped").load(), 0U);
  for (const size_t insert : kept_.inserts) EXPECT_LE(insert * 8000, 2 * live_bytes_stored_early);
}

TEST_F(LiveIngestTest, what_the_end_of_the_program_leaves_is_counted) {
  kept_.append_failures = 1'000'000;
  const std::string lines = line_of("an alarm") + line_of("quiet");
  live_->take("syslog-udp 192.0.2.7", lines);
  live_->stop(300);
  EXPECT_EQ(counters_.at("live.bytes_dropped").load(), lines.size());
  live_->take("syslog-udp 192.0.2.7", lines);
  EXPECT_EQ(counters_.at("live.bytes_dropped").load(), 2 * lines.size());
  EXPECT_EQ(kept_.stored() + kept_.recorded(), 0U);
}

}  // namespace
}  // namespace yagura::pipeline::test
