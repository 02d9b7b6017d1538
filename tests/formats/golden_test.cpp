// tests/golden/formats/<format>/<case>.<ext> is an input, <case>.expected.jsonl beside it the events that
// it must give, one line of event_to_json() each. YAGURA_UPDATE_GOLDEN=1 writes the expectations anew;
// reviewing them is `git diff`.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "event/event_json.hpp"
#include "formats/block.hpp"
#include "formats/decoder.hpp"

namespace yagura::formats {
namespace {

namespace fs = std::filesystem;

struct Case {
  const Format* format;
  fs::path input;
  fs::path expected;
};

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<Case> cases() {
  std::vector<Case> out;
  const fs::path root = YAGURA_SOURCE_DIR "/tests/golden/formats";
  for (const auto& folder : fs::directory_iterator(root)) {
    const Format* format = find_format(folder.path().filename().string());
    EXPECT_NE(format, nullptr) << folder.path() << " is named after no format";
    if (!format) continue;
    for (const auto& file : fs::directory_iterator(folder.path())) {
      const fs::path& input = file.path();
      if (input.string().ends_with(".expected.jsonl")) continue;
      fs::path expected = input;
      expected.replace_extension(".expected.jsonl");
      out.push_back({format, input, expected});
    }
  }
  std::ranges::sort(out, {}, &Case::input);
  return out;
}

/// The events of `bytes`, fed in blocks of `block_bytes`, one line of JSON each.
std::string decode(const Format& format, const std::string& bytes, size_t block_bytes) {
  Counters counters;
  const DecoderOptions options{&counters, *parse_time("2026-03-15T12:00:00Z"), 0, true};
  const auto decoder = format.open(options);
  event::Batch batch;
  for (size_t at = 0; at < bytes.size(); at += block_bytes)
    decoder->feed(copy_block(std::string_view(bytes).substr(at, block_bytes), at), batch);
  decoder->finish(batch);
  std::string out;
  for (const event::Event& event : batch.events()) out += event_to_json(batch, event) + "\n";
  return out;
}

TEST(Golden, every_case_gives_its_events) {
  for (const Case& c : cases()) {
    const std::string got = decode(*c.format, read(c.input), 1 << 20);
    if (std::getenv("YAGURA_UPDATE_GOLDEN")) std::ofstream(c.expected, std::ios::binary) << got;
    ASSERT_TRUE(fs::exists(c.expected)) << c.input << ": run with YAGURA_UPDATE_GOLDEN=1, then review";
    EXPECT_EQ(got, read(c.expected)) << c.input;
  }
}

TEST(Golden, block_boundaries_never_matter) {
  constexpr size_t single_bytes_max = 256 << 10;
  for (const Case& c : cases()) {
    const std::string bytes = read(c.input);
    const std::string whole = decode(*c.format, bytes, bytes.size() + 1);
    EXPECT_EQ(decode(*c.format, bytes, 7), whole) << c.input << " in blocks of 7 bytes";
    EXPECT_EQ(decode(*c.format, bytes, 4093), whole) << c.input << " in blocks of 4093 bytes";
    if (bytes.size() <= single_bytes_max) EXPECT_EQ(decode(*c.format, bytes, 1), whole) << c.input << " byte by byte";
  }
}

TEST(Golden, an_input_is_recognised_by_its_first_bytes) {
  for (const Case& c : cases()) {
    const std::string head = read(c.input).substr(0, 64 << 10);
    if (c.input.stem().string().ends_with("-unsniffed")) continue;
    EXPECT_EQ(sniff_format(head, c.input.filename().string())->name, c.format->name) << c.input;
  }
}

TEST(Golden, every_format_has_a_case) {
  const auto all = cases();
  for (const Format* format : all_formats())
    EXPECT_TRUE(std::ranges::any_of(all, [&](const Case& c) { return c.format == format; })) << format->name;
}

}  // namespace
}  // namespace yagura::formats
