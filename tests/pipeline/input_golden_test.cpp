// tests/golden/input/<case> is a file as it comes from somewhere, <case>.expected.jsonl the events it gives when
// nothing is said about it: encoding and format are found. YAGURA_UPDATE_GOLDEN=1 writes the expectations anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "event/event_json.hpp"
#include "pipeline/decode.hpp"

namespace yagura::pipeline {
namespace {

namespace fs = std::filesystem;

std::string events_of(const fs::path& path) {
  Counters counters;
  DecodeOptions options;
  options.counters = &counters;
  options.received = parse_time("2026-03-15T12:00:00Z");
  InputOutcome outcome;
  std::string out;
  for (const InputFile& file : list_inputs(std::vector{path}, outcome.failures)) {
    const auto status = decode_input(
        file, options,
        [&](event::Batch&& batch) -> Status {
          for (const event::Event& event : batch.events()) out += event_to_json(batch, event) + "\n";
          return {};
        },
        outcome);
    EXPECT_TRUE(status);
  }
  EXPECT_TRUE(outcome.failures.empty()) << path;
  return out;
}

TEST(InputGolden, every_case_gives_its_events) {
  size_t cases = 0;
  for (const auto& file : fs::directory_iterator(YAGURA_SOURCE_DIR "/tests/golden/input")) {
    if (file.path().string().ends_with(".expected.jsonl")) continue;
    ++cases;
    const fs::path expected = file.path().string() + ".expected.jsonl";
    const std::string got = events_of(file.path());
    if (std::getenv("YAGURA_UPDATE_GOLDEN")) std::ofstream(expected, std::ios::binary) << got;
    std::ifstream in(expected, std::ios::binary);
    ASSERT_TRUE(in) << file.path() << ": run with YAGURA_UPDATE_GOLDEN=1, then review";
    const std::string want{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(got, want) << file.path();
  }
  EXPECT_GT(cases, 5U);
}

}  // namespace
}  // namespace yagura::pipeline
