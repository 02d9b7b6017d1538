// The shared engine and its files: through crashes at any moment nothing is lost and nothing is found twice, and many
// threads may take.
#include "pipeline/correlator.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <thread>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "detect/rule_set.hpp"
#include "event/batch.hpp"

namespace yagura::pipeline {
namespace {

namespace fs = std::filesystem;
using detect::Finding;
using detect::correlation::Offers;

constexpr const char* documents =
    "title: a\nid: a\nlogsource: {product: test}\ndetection: {s: {k: a}, condition: s}\n---\n"
    "title: b\nid: b\nlogsource: {product: test}\ndetection: {s: {k: b}, condition: s}\n---\n"
    "title: many\nid: many\ncorrelation: {type: event_count, rules: [a], group-by: [User], timespan: 1m, condition: "
    "{gte: 5}, generate: true}\n---\n"
    "title: then\nid: then\ncorrelation: {type: temporal_ordered, rules: [many, b], group-by: [User], timespan: "
    "5m}\n---\n"
    "title: values\nid: values\ncorrelation: {type: value_count, rules: [a, b], timespan: 1m, condition: {field: User, "
    "gte: 4}}\n";

std::shared_ptr<const detect::RuleSet> rules() {
  static const auto made = [] {
    const auto taxonomy = detect::Taxonomy::load(fs::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
    auto report = detect::RuleSet::load_text(documents, "test.yml", *taxonomy);
    EXPECT_TRUE(report.rejected.empty());
    return report.rules;
  }();
  return made;
}

class Folder {
 public:
  Folder() : path(fs::temp_directory_path() / ("yagura-correlator-" + to_hex(random_bytes(8)))) {}
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  const fs::path path;
};

/// A batch of five events of the given second, different ones for different numbers.
Offers offers(const detect::correlation::HashKey& key, uint64_t number, int64_t at_second) {
  event::Batch batch;
  std::vector<detect::Match> matches;
  std::vector<std::string> uids;
  std::mt19937_64 dice(number);
  for (uint32_t i = 0; i < 5; ++i) {
    event::Event& event = batch.begin("json");
    batch.add_copy(event::known_field("User"), event::Kind::string, "user-" + std::to_string(dice() % 6));
    event.time = Timestamp{at_second * ns_per_second + static_cast<int64_t>(dice() % ns_per_second)};
    matches.push_back({dice() % 8 == 0 ? 1U : 0U, i});
    uids.push_back(to_text(detect::correlation::Uid{number, i}));
  }
  detect::correlation::OfferReader reader(rules(), key);
  Offers out;
  reader.read(batch, matches, uids, out);
  return out;
}

struct Life {
  Life(const fs::path& folder, Counters& all) : counters(all) {
    auto opened = Correlator::open(folder, rules(), counters, {}, [this] { return now; });
    EXPECT_TRUE(opened.has_value());
    correlator = std::move(*opened);
  }
  Counters& counters;
  Timestamp now;
  std::unique_ptr<Correlator> correlator;
};

std::set<std::string> ids_of(const std::vector<Finding>& findings) {
  std::set<std::string> out;
  for (const Finding& finding : findings) out.insert(finding.id);
  return out;
}

TEST(Correlator, finds_the_same_through_crashes_at_any_moment) {
  constexpr uint64_t batches = 120;
  constexpr int64_t start = 1'700'000'000;
  std::set<std::string> expected;
  {
    Folder folder;
    Counters counters;
    Life life(folder.path, counters);
    for (uint64_t i = 0; i < batches; ++i) {
      const auto at = start + static_cast<int64_t>(i) * 7;
      life.now = Timestamp{at * ns_per_second};
      auto found = life.correlator->take(offers(life.correlator->key(), i, at));
      ASSERT_TRUE(found);
      expected.merge(ids_of(*found));
      life.correlator->recorded(*found);
    }
  }
  EXPECT_GT(expected.size(), 20U);

  for (uint64_t seed = 1; seed <= 3; ++seed) {
    std::mt19937_64 dice(seed);
    Folder folder;
    Counters counters;
    std::multiset<std::string> recorded;
    std::set<std::string> sink;  // idempotent, as triage is
    auto life = std::make_unique<Life>(folder.path, counters);
    const auto record = [&](const std::vector<Finding>& findings) {
      for (const Finding& finding : findings)
        if (sink.insert(finding.id).second) recorded.insert(finding.id);
    };
    const auto crash = [&] {
      // What is on the disk now is what the next life finds; the destructor of this one works on what nobody sees.
      const fs::path copy = folder.path.string() + ".copy";
      fs::remove_all(copy);
      fs::copy(folder.path, copy, fs::copy_options::recursive);
      life.reset();
      fs::remove_all(folder.path);
      fs::rename(copy, folder.path);
      life = std::make_unique<Life>(folder.path, counters);
      const auto pending = life->correlator->pending();
      record(pending);
      life->correlator->recorded(pending);
    };
    for (uint64_t i = 0; i < batches; ++i) {
      const auto at = start + static_cast<int64_t>(i) * 7;
      for (bool done = false; !done;) {
        life->now = Timestamp{at * ns_per_second};
        if (dice() % 12 == 0) crash();  // before the batch
        life->now = Timestamp{at * ns_per_second};
        auto found = life->correlator->take(offers(life->correlator->key(), i, at));
        ASSERT_TRUE(found);
        switch (dice() % 8) {
          case 0:  // before anybody heard of the findings; the batch is offered again
            crash();
            break;
          case 1:  // the ledger can't take them; the batch is offered again
            life->correlator->unrecorded(*found);
            break;
          case 2:  // recorded, but not acknowledged; the batch is offered again
            record(*found);
            crash();
            break;
          default:
            record(*found);
            life->correlator->recorded(*found);
            done = true;
        }
        if (dice() % 20 == 0) {
          ASSERT_TRUE(life->correlator->save());
        }
      }
    }
    EXPECT_EQ(std::set<std::string>(recorded.begin(), recorded.end()), expected) << "seed " << seed;
    EXPECT_EQ(recorded.size(), expected.size());
    EXPECT_EQ(counters.at("correlation.state_broken"), 0U);
  }
}

TEST(Correlator, cuts_off_what_a_crash_left_half_written) {
  Folder folder;
  Counters counters;
  std::vector<Finding> found;
  {
    Life life(folder.path, counters);
    life.now = Timestamp{1'700'000'000 * ns_per_second};
    for (uint64_t i = 0; i < 4; ++i) {
      auto some = life.correlator->take(offers(life.correlator->key(), i, 1'700'000'000));
      ASSERT_TRUE(some);
      found.insert(found.end(), some->begin(), some->end());
    }
    ASSERT_FALSE(found.empty());  // never recorded: the journal stays
  }
  const fs::path journal = folder.path / "journal-1";
  ASSERT_TRUE(fs::exists(journal));
  const auto whole = fs::file_size(journal);
  std::ofstream(journal, std::ios::binary | std::ios::app) << std::string("\x40\0\0\0torn", 8);
  {
    Life life(folder.path, counters);
    EXPECT_EQ(fs::file_size(journal), whole);
    EXPECT_EQ(ids_of(life.correlator->pending()), ids_of(found));
  }
  // A byte that is not what was written: all before it counts.
  fs::resize_file(journal, whole - 1);
  Life life(folder.path, counters);
  EXPECT_LE(life.correlator->pending().size(), found.size());
  EXPECT_EQ(counters.at("correlation.state_broken"), 0U);
}

TEST(Correlator, starts_anew_beside_a_snapshot_that_is_broken) {
  Folder folder;
  Counters counters;
  {
    Life life(folder.path, counters);
    auto found = life.correlator->take(offers(life.correlator->key(), 1, 1'700'000'000));
    ASSERT_TRUE(found);
    life.correlator->recorded(*found);
  }
  std::fstream file(folder.path / "state", std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(100);
  file.put('\x7F');
  file.close();
  Life life(folder.path, counters);
  EXPECT_EQ(counters.at("correlation.state_broken"), 1U);
  EXPECT_TRUE(fs::exists(folder.path / "state.broken"));
  EXPECT_TRUE(life.correlator->take(offers(life.correlator->key(), 2, 1'700'000'000)).has_value());
}

TEST(Correlator, is_shared_by_many_takers) {
  Folder folder;
  Counters counters;
  std::set<std::string> ids;
  std::mutex mutex;
  Life life(folder.path, counters);
  life.now = Timestamp{1'700'000'000 * ns_per_second};
  std::atomic<uint64_t> next{0};
  std::vector<std::thread> takers;
  for (int t = 0; t < 4; ++t)
    takers.emplace_back([&] {
      for (uint64_t i = next++; i < 200; i = next++) {
        auto found = life.correlator->take(offers(life.correlator->key(), i, 1'700'000'000 + static_cast<int64_t>(i)));
        ASSERT_TRUE(found);
        if (i % 5 == 0) {
          life.correlator->unrecorded(*found);
          continue;
        }
        life.correlator->recorded(*found);
        const std::lock_guard lock(mutex);
        for (const Finding& finding : *found) EXPECT_TRUE(ids.insert(finding.id).second);
      }
    });
  takers.emplace_back([&] {
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(life.correlator->save());
  });
  for (std::thread& taker : takers) taker.join();
  for (const Finding& finding : life.correlator->pending()) EXPECT_TRUE(ids.insert(finding.id).second);
  EXPECT_GE(ids.size(), 5U);
  EXPECT_EQ(counters.at("correlation.findings"), ids.size());
}

}  // namespace
}  // namespace yagura::pipeline
