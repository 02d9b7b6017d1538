// tests/golden/indicators/<format>/: files as people publish them, and beside each what its reader tells of it.
// YAGURA_UPDATE_GOLDEN=1 writes what was seen; review it with git diff.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "detect/indicators/indicator_intake.hpp"
#include "detect/indicators/stix_pattern.hpp"
#include "given.hpp"
#include "told.hpp"

namespace yagura::detect::test {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(IndicatorReaders, tell_of_each_golden_file_what_stands_beside_it) {
  size_t cases = 0;
  for (const IndicatorFormat* format : all_indicator_formats()) {
    const fs::path folder = fs::path(YAGURA_SOURCE_DIR) / "tests/golden/indicators" / format->name;
    ASSERT_TRUE(fs::is_directory(folder)) << "a format has golden files: " << folder;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const fs::path& file = entry.path();
      if (file.extension() == ".expected") continue;
      ++cases;
      const std::string bytes = read(file);
      const std::string seen = told(*format, bytes, bytes.size() + 1);
      for (const size_t piece : {1, 2, 7, 64})
        EXPECT_EQ(told(*format, bytes, piece), seen) << file << " in pieces of " << piece;
      EXPECT_EQ(&sniff_indicator_format(std::string_view(bytes).substr(0, intake_head_bytes)), format) << file;
      const fs::path expected = file.string() + ".expected";
      if (std::getenv("YAGURA_UPDATE_GOLDEN"))
        std::ofstream(expected, std::ios::binary) << seen;
      else
        EXPECT_EQ(seen, read(expected)) << file;
    }
  }
  EXPECT_GE(cases, 8U);
}

std::string pattern(std::string_view text) {
  const auto terms = read_stix_pattern(text);
  if (!terms) return "!" + terms.error();
  std::string out;
  for (const auto& [type, value] : terms->values)
    out += (out.empty() ? "" : "; ") + std::string(to_text(type)) + " " + value;
  for (const std::string& why : terms->refused) out += (out.empty() ? "!" : "; !") + why;
  return out;
}

TEST(StixPattern, equality_is_honoured_in_the_forms_that_people_publish) {
  EXPECT_EQ(pattern("[ipv4-addr:value = '192.0.2.1']"), "ip 192.0.2.1");
  EXPECT_EQ(pattern("[ipv4-addr:value='192.0.2.0/24' OR ipv6-addr:value = '2001:db8::1']"),
            "cidr 192.0.2.0/24; ip 2001:db8::1");
  EXPECT_EQ(pattern("[ipv4-addr:value ISSUBSET '192.0.2.0/24']"), "cidr 192.0.2.0/24");
  EXPECT_EQ(pattern("[file:hashes.'SHA-256' = 'aa' OR file:hashes.MD5 = 'bb' OR file:hashes.SHA1 = 'cc']"),
            "sha256 aa; md5 bb; sha1 cc");
  EXPECT_EQ(pattern("[domain-name:value IN ('a.example', 'b.example')]"), "domain a.example; domain b.example");
  EXPECT_EQ(pattern("[url:value = 'http://e.example/?a=\\'b\\'']"), "url http://e.example/?a='b'");
  EXPECT_EQ(pattern("([domain-name:value = 'a.example'] OR [email-addr:value = 'm@a.example'])"),
            "domain a.example; email m@a.example");
  EXPECT_EQ(pattern("[file:name = 'evil.exe']"), "file_name evil.exe");
  EXPECT_EQ(pattern("[email-message:from_ref.value = 'm@a.example']"), "email m@a.example");
  EXPECT_EQ(pattern("[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '192.0.2.1']"),
            "ip 192.0.2.1");
  EXPECT_EQ(pattern("[file:name = 'evil.exe' AND file:hashes.'SHA-256' = 'aa']"), "sha256 aa");
  EXPECT_EQ(pattern("[file:hashes.MD5 = 'aa' AND (file:size = 5 OR file:hashes.'SHA-1' = 'bb')]"),
            "md5 aa; md5 aa; sha1 bb");
}

TEST(StixPattern, what_one_value_can_not_answer_is_refused_with_its_reason) {
  EXPECT_EQ(pattern("[domain-name:value LIKE '%.a.example']"), "!the comparison LIKE can't be honoured, only equality");
  EXPECT_EQ(pattern("[domain-name:value != 'a.example']"), "!the comparison != can't be honoured, only equality");
  EXPECT_EQ(pattern("[domain-name:value NOT = 'a.example']"), "!the comparison NOT = can't be honoured, only equality");
  EXPECT_EQ(pattern("[url:value MATCHES '^http']"), "!the comparison MATCHES can't be honoured, only equality");
  EXPECT_EQ(pattern("[windows-registry-key:key = 'HKLM']"), "!nothing here can match windows-registry-key:key");
  EXPECT_EQ(pattern("[domain-name:value = 'a.example' AND ipv4-addr:value = '192.0.2.1']"),
            "!an AND of domain-name:value and ipv4-addr:value can't be honoured");
  EXPECT_EQ(pattern("[domain-name:value = 'a.example' OR mutex:name = 'x']"),
            "domain a.example; !nothing here can match mutex:name");
  EXPECT_TRUE(pattern("[a:b = 'x'] FOLLOWEDBY [a:b = 'y']").starts_with("!observations joined by FOLLOWEDBY"));
  EXPECT_TRUE(pattern("[ipv4-addr:value = '192.0.2.1'] REPEATS 5 TIMES").starts_with("!the qualifier REPEATS"));
  EXPECT_TRUE(pattern("[ipv4-addr:value = '192.0.2.1'] WITHIN 5 SECONDS").starts_with("!the qualifier WITHIN"));
}

TEST(StixPattern, what_is_no_pattern_is_refused) {
  for (const char* text :
       {"", "[", "[]", "ipv4-addr:value = 'x'", "[ipv4-addr:value = 'x", "[ipv4-addr:value =]", "[ipv4-addr:value]",
        "[ipv4-addr:value = 'x'] trailing", "[a:b IN ('x', 'y']", "[a:b = 'x' OR ]"})
    EXPECT_TRUE(pattern(text).starts_with("!")) << text;
  EXPECT_TRUE(pattern(std::string(1000, '(') + "[a:b='x']").starts_with("!the pattern nests too deep"));
  std::string many = "[a:b = 'x'";
  for (int i = 0; i < 20; ++i) many += " AND (file:name = 'a' OR file:name = 'b')";
  EXPECT_TRUE(pattern(many + "]").starts_with("!the pattern has too many alternatives"));
}

TEST(IndicatorIntake, counts_what_it_takes_and_says_why_it_does_not) {
  const auto store = memory_store();
  IntakeOptions options;
  options.defaults.listing.source = " my\nfeed ";
  options.defaults.listing.tlp = Tlp::green;
  IndicatorIntake intake(*store, options);
  ASSERT_TRUE(
      intake.feed("# comment\nevil[.]example\nevil.example\n192.0.2.1\n127.0.0.1\nnot an indicator\n").has_value());
  const auto report = intake.finish();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->format, "list");
  EXPECT_EQ(report->counts.added, 2U);
  EXPECT_EQ(report->rejected, 2U);
  ASSERT_EQ(report->rejections.size(), 2U);
  EXPECT_EQ(report->rejections[0].line, 5U);
  EXPECT_EQ(report->rejections[0].what, "127.0.0.1");
  EXPECT_EQ(report->rejections[1].line, 6U);
  std::vector<Snapshot::Standing> standing;
  store->snapshot()->find(IndicatorType::domain, "evil.example", standing);
  ASSERT_EQ(standing.size(), 1U);
  EXPECT_EQ(store->snapshot()->listing(standing.front()).source, "my feed");
  EXPECT_EQ(store->snapshot()->listing(standing.front()).tlp, Tlp::green);
}

TEST(IndicatorIntake, keeps_the_first_rejections_and_counts_the_others) {
  const auto store = memory_store();
  IntakeOptions options;
  options.defaults.listing.source = "feed";
  IndicatorIntake intake(*store, options);
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(intake.feed("no indicator " + std::to_string(i) + "\n").has_value());
  ASSERT_TRUE(intake.feed(std::string(1 << 20, 'x')).has_value());
  const auto report = intake.finish();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->rejected, 5001U);
  EXPECT_EQ(report->rejections.size(), rejections_kept_max);
  EXPECT_EQ(report->reasons.at("the line is too long"), 1U);
}

TEST(IndicatorIntake, one_sources_revocation_does_not_touch_another) {
  const auto store = memory_store();
  give(*store, IndicatorType::domain, "evil.example", listing("one"));
  give(*store, IndicatorType::domain, "evil.example", listing("two"));
  IntakeOptions options;
  options.defaults.listing.source = "one";
  IndicatorIntake intake(*store, options);
  ASSERT_TRUE(intake
                  .feed(R"({"type":"bundle","id":"bundle--1","objects":[{"type":"indicator","id":"indicator--1",
    "pattern":"[domain-name:value = 'evil.example']","pattern_type":"stix","revoked":true}]})")
                  .has_value());
  EXPECT_EQ(intake.finish().value().counts.withdrawn, 1U);
  std::vector<Snapshot::Standing> standing;
  store->snapshot()->find(IndicatorType::domain, "evil.example", standing);
  ASSERT_EQ(standing.size(), 1U);
  EXPECT_EQ(store->snapshot()->listing(standing.front()).source, "two");
}

}  // namespace
}  // namespace yagura::detect::test
