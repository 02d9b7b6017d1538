// Engine and oracle must say the same of every rule and every event. A bounded part runs with the other
// tests; with YAGURA_ORACLE_FULL=1 (tools/oracle-full.sh) the whole of ../shared/data does.
#include "agreement.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

#include "archives.hpp"
#include "demanded.hpp"
#include "events.hpp"

namespace yagura::detect::test {
namespace {

namespace fs = std::filesystem;

class Both {
 public:
  explicit Both(const fs::path& data)
      : settings_(all_rules(data).rules, shuffled_rules(data)), oracle_(oracle_for(*all_rules(data).rules)) {}

  void run(const std::string& bytes, const std::string& name) {
    event::Batch batch = decode(bytes, name);
    batch.source = name;
    settings_.compare(oracle_, batch, seen_);
  }

  void expect_agreement(size_t events_min) const {
    for (const std::string& difference : seen_.differences) ADD_FAILURE() << difference;
    EXPECT_GE(seen_.events, settings_.count() * events_min);
    EXPECT_GT(seen_.matches, 0U);
    std::cout << seen_.events << " events, " << seen_.matches << " matches, " << oracle_.size() << " rules\n";
  }

 private:
  EverySetting settings_;
  oracle::Oracle oracle_;
  Agreement seen_;
};

#define NEED_SHARED_DATA(data)                                                               \
  const auto data##_found = shared_data();                                                   \
  if (!data##_found) GTEST_SKIP() << "../shared/data is not there (set YAGURA_SHARED_DATA)"; \
  const fs::path& data = *data##_found

TEST(Agreement, on_the_samples_of_the_public_rules) {
  NEED_SHARED_DATA(data);
  Both both(data);
  for (const fs::path& file : files_below(data / "sigma/regression_data", {".evtx", ".json"}))
    both.run(read_bytes(file), file.string());
  both.expect_agreement(232);
}

TEST(Agreement, on_recorded_attacks_as_evtx) {
  NEED_SHARED_DATA(data);
  Both both(data);
  for (const fs::path& file : files_below(data / "evtx-attack-samples", {".evtx"}))
    if (full() || fs::file_size(file) <= 70'000) both.run(read_bytes(file), file.string());
  both.expect_agreement(100);
}

TEST(Agreement, on_recorded_attacks_as_json) {
  NEED_SHARED_DATA(data);
  Both both(data);
  const size_t bytes_max = full() ? SIZE_MAX : 100'000;
  for (const fs::path& zip : files_below(data / "security-datasets", {".zip"}))
    each_in_zip(zip, bytes_max,
                [&](const std::string& name, const std::string& bytes) { both.run(bytes, zip.string() + "/" + name); });
  both.expect_agreement(1000);
}

TEST(Agreement, on_network_logs) {
  NEED_SHARED_DATA(data);
  Both both(data);
  for (const fs::path& file : files_below(data / "zeek", {".log"})) {
    const std::string bytes = read_bytes(file);
    both.run(full() ? bytes : bytes.substr(0, bytes.rfind('\n', 50'000) + 1), file.string());
  }
}

/// Threads that share the set and nothing else find what one finds.
TEST(Agreement, of_many_threads_with_one) {
  NEED_SHARED_DATA(data);
  const auto& rules = all_rules(data).rules;
  std::vector<event::Batch> batches;
  for (const fs::path& file : files_below(data / "sigma/regression_data", {".evtx", ".json"}))
    batches.push_back(decode(read_bytes(file), file.string()));
  std::vector<std::vector<Match>> right(batches.size());
  Matcher alone(rules);
  for (size_t i = 0; i < batches.size(); ++i) alone.match(batches[i], right[i]);
  const LaneDemand demand(rules);
  std::vector<std::vector<std::vector<Match>>> found(4, std::vector<std::vector<Match>>(batches.size()));
  std::vector<std::thread> threads;
  for (size_t t = 0; t < found.size(); ++t)
    threads.emplace_back([&, t] {
      Matcher matcher(rules);
      for (size_t n = 0; n < batches.size(); ++n) {
        const size_t i = (n + t * 31) % batches.size();
        if (t % 2 == 0)
          matcher.match(batches[i], found[t][i]);
        else
          matcher.match(demanded(batches[i], demand), found[t][i]);
      }
    });
  for (std::thread& thread : threads) thread.join();
  for (const auto& one : found) EXPECT_EQ(one, right);
}

}  // namespace
}  // namespace yagura::detect::test
