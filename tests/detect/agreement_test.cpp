// Engine and oracle must say the same of every rule and every event. A bounded part runs with the other
// tests; with YAGURA_ORACLE_FULL=1 (tools/oracle-full.sh) the whole of ../shared/data does.
#include "agreement.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "archives.hpp"
#include "events.hpp"

namespace yagura::detect::test {
namespace {

namespace fs = std::filesystem;

bool full() {
  const char* set = std::getenv("YAGURA_ORACLE_FULL");
  return set && *set == '1';
}

std::vector<fs::path> files_below(const fs::path& folder, std::initializer_list<std::string_view> extensions) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (std::ranges::find(extensions, entry.path().extension().string()) != extensions.end())
      out.push_back(entry.path());
  std::ranges::sort(out);
  return out;
}

class Both {
 public:
  explicit Both(const fs::path& data) : matcher_(all_rules(data).rules), oracle_(oracle_for(*all_rules(data).rules)) {}

  void run(const std::string& bytes, const std::string& name) {
    event::Batch batch = decode(bytes, name);
    batch.source = name;
    compare(matcher_, oracle_, batch, seen_);
  }

  void expect_agreement(size_t events_min) const {
    for (const std::string& difference : seen_.differences) ADD_FAILURE() << difference;
    EXPECT_GE(seen_.events, events_min);
    EXPECT_GT(seen_.matches, 0U);
    std::cout << seen_.events << " events, " << seen_.matches << " matches, " << oracle_.size() << " rules\n";
  }

 private:
  Matcher matcher_;
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

}  // namespace
}  // namespace yagura::detect::test
