// Searches made into rules: they load, they find what the search found, and what no rule can say is named.
#include "pipeline/rule_draft.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "detect/explanation.hpp"
#include "detect/rule_set.hpp"
#include "event/batch.hpp"

namespace yagura::pipeline {
namespace {

const std::filesystem::path catalog = std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog";

std::shared_ptr<const detect::Taxonomy> taxonomy() {
  static const auto made = std::make_shared<const detect::Taxonomy>(*detect::Taxonomy::load(catalog / "sigma"));
  return made;
}

Diagnosed<RuleDraft> draft(const std::string& query,
                           const detect::LogSource& source = {"windows", "process_creation", ""}) {
  static const RuleDrafter drafter = *RuleDrafter::load(catalog / "mappings", taxonomy());
  auto parsed = lake::parse_query(query, {});
  EXPECT_TRUE(parsed.has_value()) << query;
  DraftRequest request;
  request.query = std::move(*parsed);
  request.query_text = query;
  request.logsource = source;
  request.title = "It's a draft: 一つ";
  request.id = "11111111-2222-4333-8444-555555555555";
  return drafter.draft(request);
}

/// The detection section of the draft, on one line each.
std::string detection(const std::string& query) {
  const auto made = draft(query);
  EXPECT_TRUE(made.has_value()) << query << ": " << (made ? "" : to_text(made.error()));
  if (!made) return "";
  const size_t from = made->yaml.find("detection:\n") + 11;
  return made->yaml.substr(from, made->yaml.find("level:") - from);
}

bool fires(const std::string& query, const std::vector<std::pair<std::string, std::string>>& fields) {
  const auto made = draft(query);
  EXPECT_TRUE(made.has_value()) << query << ": " << (made ? "" : to_text(made.error()));
  if (!made) return false;
  const auto report = detect::RuleSet::load_text(made->yaml, "draft", *taxonomy());
  EXPECT_EQ(report.loaded, 1U) << made->yaml;
  event::Batch batch;
  event::Event& event = batch.begin("evtx");
  event.channel = "Microsoft-Windows-Sysmon/Operational";
  event.provider = "Microsoft-Windows-Sysmon";
  event.event_id = 1;
  for (const auto& [name, value] : fields) batch.add_copy(event::known_field(name), event::Kind::string, value);
  return detect::explain(report.rules->rule(0), *taxonomy(), batch, batch.events().front()).holds;
}

TEST(RuleDraft, asks_by_the_names_of_the_log_source) {
  EXPECT_EQ(detection("cmd:*vssadmin* AND event_id:1"),
            "  selection:\n    CommandLine|contains: 'vssadmin'\n    EventID: 1\n  condition: selection\n");
  EXPECT_EQ(detection("OriginalFileName:cmd.exe"),
            "  selection:\n    OriginalFileName: 'cmd.exe'\n  condition: selection\n");
}

TEST(RuleDraft, keeps_the_structure_of_the_search) {
  EXPECT_EQ(detection("(cmd:*a* OR cmd:*b*) AND NOT (OriginalFileName:svc OR parent_cmd:x*)"),
            "  selection:\n    CommandLine|contains:\n      - 'a'\n      - 'b'\n"
            "  filter:\n    OriginalFileName: 'svc'\n"
            "  filter_2:\n    ParentCommandLine|startswith: 'x'\n"
            "  condition: selection and not (filter or filter_2)\n");
}

TEST(RuleDraft, finds_what_the_search_says) {
  const std::vector<std::pair<std::string, std::string>> event{
      {"Image", "C:\\Windows\\System32\\vssadmin.exe"},
      {"CommandLine", "vssadmin delete shadows /all"},
      {"User", "EXAMPLE\\sato"},
      {"Hashes", "MD5=D41D8CD98F00B204E9800998ECF8427E,SHA256=00"},
  };
  for (const char* query :
       {"cmd:*delete* image:*\\\\vssadmin.exe", "user:sato", "user:SA*", "NOT user:ito cmd:vssadmin*",
        "cmd:(*delete* OR *resize*)", "shadows", "\"delete shadows\" OR nothing",
        "md5:d41d8cd98f00b204e9800998ecf8427e", "cmd:vssadmin?delete*", "User:*", "image:*vss* -cmd:*create*"})
    EXPECT_TRUE(fires(query, event)) << query << "\n" << detection(query);
  for (const char* query : {"user:at", "cmd:delete", "NOT cmd:*delete*", "image:*cmd.exe", "words"})
    EXPECT_FALSE(fires(query, event)) << query << "\n" << detection(query);
}

TEST(RuleDraft, means_what_stands_there_where_signs_could_mean_more) {
  EXPECT_TRUE(fires(R"(cmd:"50% of * and ? 'quoted' \\\\srv")", {{"CommandLine", "50% of * and ? 'quoted' \\\\srv"}}));
  EXPECT_FALSE(fires(R"(cmd:"50% of * x")", {{"CommandLine", "50% of everything x"}}));
  EXPECT_TRUE(fires(R"(cmd:"a\\")", {{"CommandLine", "a\\"}})) << "a backslash at the end";
}

TEST(RuleDraft, names_what_no_rule_can_say) {
  const auto refused = [](const std::string& query,
                          const detect::LogSource& source = {"windows", "process_creation", ""}) {
    const auto made = draft(query, source);
    EXPECT_FALSE(made.has_value()) << query;
    return made ? "" : made.error().code + ": " + made.error().what;
  };
  EXPECT_TRUE(refused("cmd:*a* time:>=2026-04-01").starts_with("rule.draft.time: 'time:>=2026-04-01"));
  EXPECT_TRUE(refused("format:evtx").starts_with("rule.draft.field: 'format:evtx'"));
  EXPECT_TRUE(refused("dns:evil.example").contains("query.hostname"));
  EXPECT_TRUE(refused("").starts_with("rule.draft.empty"));
  EXPECT_TRUE(refused("cmd:x", {}).starts_with("rule.draft.logsource"));
}

}  // namespace
}  // namespace yagura::pipeline
