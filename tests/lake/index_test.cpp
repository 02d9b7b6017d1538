#include "lake/query/compiler.hpp"
#include "lake_fixture.hpp"

namespace yagura::lake {
namespace {

class IndexTest : public LakeTest {
 protected:
  static std::string plan_of(std::string_view text) {
    const auto query = parse_query(text, at("2026-04-08T12:00:00Z"));
    EXPECT_TRUE(query.has_value()) << text;
    const CompiledFilter filter = compile(*query);
    auto answer = client_->run(
        {.sql = "EXPLAIN indexes = 1 SELECT event_uid FROM events WHERE " + filter.sql, .params = filter.params});
    EXPECT_TRUE(answer.has_value()) << (answer ? "" : answer.error().message);
    return answer ? answer->body : std::string();
  }

  static void store() {
    event::Batch batch;
    for (uint64_t i = 0; i < 2'000; ++i)
      add_event(batch, at(i % 2 == 0 ? "2026-04-07T10:00:00Z" : "2026-04-08T10:00:00Z"),
                "ordinary line " + std::to_string(i),
                {{"Channel", "Microsoft-Windows-Sysmon/Operational"},
                 {"EventID", "1"},
                 {"Image", R"(C:\Windows\System32\svchost.exe)"},
                 {"CommandLine", "svchost.exe -k netsvcs 経理 " + std::to_string(i)},
                 {"User", R"(NT AUTHORITY\SYSTEM)"},
                 {"Hashes", "MD5=" + sha256_hex(std::to_string(i)).substr(0, 32)}},
                i);
    ASSERT_TRUE(store_->append(batch, "plans").has_value());
  }
};

/// The index of that name stands in the plan and leaves no granule, since what is asked for is nowhere.
TEST_F(IndexTest, lets_compiled_queries_skip_what_cannot_match) {
  store();
  const std::pair<const char*, const char*> cases[] = {
      {"wasishere", "text_grams"},
      {"\"no such phrase\"", "text_grams"},
      {"本日は晴天", "text_grams"},
      {"user:mallory", "text_grams"},
      {"src_ip:10.9.8.7", "by_src_endpoint_ip"},
      {"sha256:00000000", "by_file_hashes_sha256"},
      {"process.name:mimikatz.exe", "text_grams"},
      {"cmd:*mimikatz*", "cmd_line_grams"},
      {"cmd:*不正な*", "cmd_line_grams"},
      {"CommandLine:*mimikatz*", "text_grams"},
      {"image:*\\mimikatz.exe", "text_grams"},
      {"event_id:4711", "by_event_id"},
      {"event_uid:00000000-0000-0000-0000-000000000000", "by_uid"},
      {"dns:evil.example", "text_grams"},
  };
  for (const auto& [text, index] : cases) {
    const std::string plan = plan_of(text);
    EXPECT_NE(plan.find(std::string("Name: ") + index), std::string::npos) << text << "\n" << plan;
    EXPECT_TRUE(plan.find("Granules: 0/") != std::string::npos ||
                plan.find("ReadFromPreparedSource") != std::string::npos)
        << text << "\n"
        << plan;
  }
}

TEST_F(IndexTest, leaves_out_the_days_that_were_not_asked_for) {
  store();
  const std::string plan = plan_of("time:>=2026-04-08T00:00:00Z");
  EXPECT_NE(plan.find("Parts: 1/2"), std::string::npos) << plan;
}

}  // namespace
}  // namespace yagura::lake
