// With a demand every event is the same but for fields that nobody wants.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "../detect/archives.hpp"
#include "demanded.hpp"
#include "shared_data.hpp"

namespace yagura::formats {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Demand, leaves_every_golden_event_as_it_is_but_for_fields_that_nobody_wants) {
  size_t left_out = 0;
  for (const auto& folder : fs::directory_iterator(YAGURA_SOURCE_DIR "/tests/golden/formats"))
    for (const auto& file : fs::directory_iterator(folder.path()))
      if (!file.path().string().ends_with(".expected.jsonl"))
        for (uint64_t seed = 1; seed <= 20; ++seed)
          left_out += check_demand(folder.path().filename().string(), read(file.path()), seed, seed % 2 == 0);
  EXPECT_GT(left_out, 0U);
}

TEST(Demand, leaves_recorded_windows_json_as_it_is_but_for_fields_that_nobody_wants) {
  const fs::path folder = shared_data() / "security-datasets";
  if (!fs::is_directory(folder)) GTEST_SKIP() << folder << " is absent";
  constexpr size_t each_bytes_max = 2 << 20;
  size_t left_out = 0;
  uint64_t seed = 100;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".zip")
      detect::test::each_in_zip(entry.path(), each_bytes_max, [&](const std::string&, const std::string& bytes) {
        for (const std::string_view format : {"windows-json", "json"}) left_out += check_demand(format, bytes, ++seed);
      });
  EXPECT_GT(left_out, 0U);
}

TEST(Demand, leaves_recorded_evtx_as_it_is_but_for_fields_that_nobody_wants) {
  const fs::path folder = shared_data() / "evtx-attack-samples";
  if (!fs::is_directory(folder)) GTEST_SKIP() << folder << " is absent";
  uint64_t seed = 200;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".evtx") {
      const std::string bytes = read(entry.path());
      ++seed;
      (void)check_demand("evtx", bytes, seed, seed % 2 == 0);
    }
}

/// Keys and values as hostile as they come: what one event teaches must not change how another reads.
TEST(Demand, survives_keys_that_look_alike_and_drive_each_other_out) {
  std::string bytes;
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = std::string(static_cast<size_t>(i % 70), 'k') + std::to_string(i % 5000);
    bytes += R"({"EventID":)" + std::to_string(i % 7) + R"(,"Channel":"Security",")" + key + R"(":"a\\b","\u0041)" +
             std::to_string(i % 11) + R"(":[1,"x",{"in":null}],"nested":{")" + key +
             R"(":"v"},"nested":{"Channel":"c"}})" + "\n";
  }
  EXPECT_GT(check_demand("windows-json", bytes, 7), 0U);
  EXPECT_GT(check_demand("json", bytes, 8), 0U);
}

TEST(Demand, counts_what_it_leaves_out_towards_the_bound_of_fields) {
  std::string many = R"({"EventID":1,"Channel":"c")";
  for (size_t i = 0; i < event::fields_per_event_max + 10; ++i) many += R"(,"f)" + std::to_string(i % 100) + R"(":1)";
  many += R"(,"Hostname":"h"})";
  for (uint64_t seed = 1; seed <= 10; ++seed) (void)check_demand("windows-json", many, seed);
}

}  // namespace
}  // namespace yagura::formats
