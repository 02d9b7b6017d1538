#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "decoded.hpp"
#include "formats/json_string.hpp"
#include "shared_data.hpp"

namespace yagura::formats {
namespace {

namespace fs = std::filesystem;
using event::Dirt;

TEST(Json, leaves_what_is_nested_too_deep_in_raw_and_says_so) {
  std::string text = "{\"ts\":1604994496,\"deep\":";
  for (int i = 0; i < 2000; ++i) text += "{\"a\":[";
  text += "1";
  for (int i = 0; i < 2000; ++i) text += "]}";
  text += ",\"after\":\"read\"}\n";
  const auto got = decode("json", text);
  ASSERT_EQ(got.size(), 1U);
  EXPECT_TRUE(got.marked(0, Dirt::too_deep));
  EXPECT_EQ(got.get(0, "after").text, "read");
}

TEST(Json, unescapes_alike_with_and_without_vectors) {
  std::mt19937 random(20260315);
  constexpr std::string_view pieces[] = {
      "\\\\", "\\\\",  "\\n", "\\t",       "\\\"", "\\/", "\\u0041",   "\\uD83D\\uDE00",     "\\uD83D",
      "\\x",  "\\u12", "a",   "bcdefghij", "漢字", "C:",  "\\b\\f\\r", "0123456789012345678"};
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto left = random() % 40; left > 0; --left) {
      const auto which = random() % std::size(pieces);
      for (auto times = random() % 4; times > 0; --times) text += pieces[which];
    }
    if (round % 8 == 0) text += '\\';
    event::Arena arena;
    bool repaired[2] = {false, false};
    const auto fast = json_unescape(text, arena, repaired[0]);
    const auto plain = json_unescape_plain(text, arena, repaired[1]);
    ASSERT_EQ(fast, plain) << text;
    ASSERT_EQ(repaired[0], repaired[1]) << text;
  }
}

TEST(Json, a_million_open_brackets_are_one_dirty_event) {
  const auto got = decode("json", "{\"a\":" + std::string(1'000'000, '[') + "\n{\"ts\":1604994496}\n");
  ASSERT_EQ(got.size(), 2U);
  EXPECT_TRUE(got.marked(0, Dirt::unparsed));
  EXPECT_EQ(got[1].dirt, Dirt::none);
}

TEST(Json, a_document_past_the_limit_comes_in_marked_pieces) {
  const std::string text =
      "{\"a\":\"" + std::string(record_bytes_max + 100, 'x') + "\"}\n{\"ts\":1604994496,\"b\":1}\n";
  for (const size_t block : {text.size(), size_t{1} << 20}) {
    const auto got = decode("json", text, block);
    ASSERT_EQ(got.size(), 3U);
    EXPECT_EQ(got[0].raw.size(), record_bytes_max);
    for (size_t i = 0; i < 2; ++i) {
      EXPECT_TRUE(got.marked(i, Dirt::too_long));
      EXPECT_TRUE(got.marked(i, Dirt::unparsed));
    }
    EXPECT_EQ(got.get(2, "b").text, "1");
    EXPECT_EQ(got[2].line, 2U);
  }
}

TEST(Json, a_line_of_many_documents_takes_linear_time) {
  std::string text;
  constexpr size_t documents = 200'000;
  for (size_t i = 0; i < documents; ++i) text += "{\"ts\":1604994496}";
  text += "\n";
  EXPECT_EQ(decode("json", text).size(), documents);
}

TEST(Json, takes_times_without_a_zone_as_the_zone_handed_in) {
  const auto got =
      decode("json", "{\"time\":\"2026-01-01 09:00:00\"}\n{\"time\":\"2026-01-01T09:00:00Z\"}\n", 1 << 20, 9 * 3600);
  EXPECT_EQ(format_time(got[0].time, 0), "2026-01-01T00:00:00Z");
  EXPECT_EQ(format_time(got[1].time, 0), "2026-01-01T09:00:00Z");
}

TEST(Json, counts_what_it_marks) {
  const auto got = decode("json", "{\"ts\":1604994496}\nnoise\n{\"a\":1}\n");
  const auto counts = got.counters->snapshot();
  EXPECT_EQ(counts.at("formats.json.events"), 3U);
  EXPECT_EQ(counts.at("formats.json.unparsed"), 1U);
  EXPECT_EQ(counts.at("formats.json.no_time"), 2U);
}

TEST(Json, names_past_the_tables_limit_are_marked) {
  const std::string long_name(event::field_name_bytes_max + 1, 'n');
  const auto got = decode("json", "{\"" + long_name + "\":1,\"ts\":1604994496}\n");
  ASSERT_EQ(got.size(), 1U);
  EXPECT_TRUE(got.marked(0, Dirt::too_many_names));
  EXPECT_EQ(got.get(0, "ts").text, "1604994496");
}

TEST(WindowsJson, reads_every_sample_of_sigmas_regression_data) {
  const fs::path root = shared_data() / "sigma/regression_data";
  if (!fs::exists(root)) GTEST_SKIP() << "no samples at " << root;
  size_t files = 0;
  for (const auto& file : fs::recursive_directory_iterator(root)) {
    if (file.path().extension() != ".json") continue;
    ++files;
    std::ifstream in(file.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(sniff_format(bytes.substr(0, 64 << 10), file.path().filename().string())->name, "windows-json");
    const auto got = decode("windows-json", bytes);
    EXPECT_GT(got.size(), 0U);
    for (size_t i = 0; i < got.size(); ++i) {
      EXPECT_EQ(got[i].dirt, Dirt::none) << file.path();
      EXPECT_NE(got[i].event_id, 0) << file.path();
      EXPECT_FALSE(got[i].channel.empty() || got[i].host.empty() || got[i].provider.empty()) << file.path();
    }
  }
  EXPECT_GT(files, 100U);
}

}  // namespace
}  // namespace yagura::formats
