#include "event/normalise.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace yagura::event {
namespace {

const Normaliser& shipped() {
  static const Normaliser loaded = [] {
    auto out = Normaliser::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/mappings");
    if (!out) ADD_FAILURE() << to_text(out.error());
    return std::move(*out);
  }();
  return loaded;
}

using Fields = std::vector<std::pair<std::string, std::string>>;

/// Holds what the views of its Normalised point into.
struct Normal {
  Batch batch;
  Arena scratch;
  Normalised out;

  Normal(std::string_view format, std::string_view channel, int64_t event_id, const Fields& fields) {
    Event& event = batch.begin(format);
    event.channel = channel;
    event.event_id = event_id;
    for (const auto& [name, value] : fields) batch.add_copy(known_field(name), Kind::string, value);
    shipped().apply(batch, batch.events()[0], scratch, out);
  }
  std::string_view operator[](std::string_view name) const { return out[*find_attribute(name)]; }
};

TEST(Normaliser, tells_a_launched_process_from_its_parent) {
  const Normal n("evtx", "Microsoft-Windows-Sysmon/Operational", 1,
                 {{"Image", R"(C:\Windows\System32\cmd.exe)"},
                  {"CommandLine", "cmd /c dir"},
                  {"ProcessId", "0x1F4"},
                  {"ParentImage", R"(C:\Windows\explorer.exe)"},
                  {"User", R"(CORP\alice)"},
                  {"ParentUser", "-"},
                  {"Hashes", "MD5=aa,SHA256=BB,IMPHASH=cc"}});
  EXPECT_EQ(n.out.class_uid, ocsf::process_activity);
  EXPECT_EQ(n.out.category_uid, 1);
  EXPECT_EQ(n.out.activity_id, 1);
  EXPECT_EQ(n["process.name"], "cmd.exe");
  EXPECT_EQ(n["process.pid"], "500");
  EXPECT_EQ(n["actor.process.name"], "explorer.exe");
  EXPECT_EQ(n["user.name"], "alice");
  EXPECT_EQ(n["user.domain"], "CORP");
  EXPECT_EQ(n["actor.user.name"], "");
  EXPECT_EQ(n["file.hashes.sha256"], "BB");
}

TEST(Normaliser, gives_each_known_event_its_class_and_activity) {
  const struct {
    std::string_view format, channel;
    int64_t event_id;
    Fields fields;
    int32_t class_uid, activity_id;
  } cases[] = {
      {"evtx", "Security", 4624, {}, 3002, 1},
      {"evtx", "Security", 4625, {}, 3002, 1},
      {"windows-json", "security", 4634, {}, 3002, 2},
      {"evtx", "Security", 4672, {}, 3003, 1},
      {"evtx", "Security", 4688, {}, 1007, 1},
      {"evtx", "Security", 4689, {}, 1007, 2},
      {"evtx", "Security", 4697, {}, 201004, 1},
      {"evtx", "Security", 4698, {}, 1006, 1},
      {"evtx", "Security", 4720, {}, 3001, 1},
      {"evtx", "Security", 4726, {}, 3001, 6},
      {"evtx", "Security", 4732, {}, 3006, 3},
      {"evtx", "Security", 4740, {}, 3001, 9},
      {"evtx", "Security", 4768, {}, 3002, 3},
      {"evtx", "Security", 4769, {}, 3002, 4},
      {"evtx", "Security", 4771, {}, 3002, 6},
      {"evtx", "Security", 4776, {}, 3002, 1},
      {"evtx", "Security", 4663, {{"ObjectType", "Key"}}, 201001, 99},
      {"evtx", "Security", 4663, {{"ObjectType", "File"}}, 1001, 14},
      {"evtx", "Security", 5140, {}, 4006, 2},
      {"evtx", "Security", 5156, {}, 4001, 1},
      {"evtx", "Security", 1102, {}, 1008, 1},
      {"evtx", "System", 7045, {}, 201004, 1},
      {"evtx", "Microsoft-Windows-PowerShell/Operational", 4104, {}, 1009, 1},
      {"evtx", "Microsoft-Windows-Sysmon/Operational", 3, {}, 4001, 1},
      {"evtx", "Microsoft-Windows-Sysmon/Operational", 7, {}, 1005, 1},
      {"evtx", "Microsoft-Windows-Sysmon/Operational", 11, {}, 1001, 1},
      {"evtx", "Microsoft-Windows-Sysmon/Operational", 12, {{"EventType", "DeleteKey"}}, 201001, 4},
      {"evtx", "Microsoft-Windows-Sysmon/Operational", 13, {}, 201002, 2},
      {"evtx", "Microsoft-Windows-Sysmon/Operational", 22, {}, 4003, 1},
      {"evtx", "Microsoft-Windows-Windows Defender/Operational", 1116, {}, 2004, 1},
      {"syslog", "sshd", 0, {}, 3002, 99},
      {"syslog", "sshd", 0, {{"action", "login failed"}}, 3002, 1},
      {"syslog", "kernel", 0, {{"src_ip", "10.0.0.1"}, {"action", "blocked"}}, 4001, 5},
      {"syslog", "sudo", 0, {{"command", "/bin/sh"}}, 1007, 1},
      {"syslog", "sudo", 0, {{"action", "session opened"}}, 3002, 1},
      {"syslog", "CRON", 0, {{"action", "CMD"}}, 1006, 6},
      {"auditd", "", 0, {{"type", "EXECVE"}}, 1007, 1},
      {"zeek", "dns", 0, {{"id.orig_h", "10.0.0.1"}}, 4003, 6},
      {"zeek", "conn", 0, {{"conn_state", "REJ"}}, 4001, 5},
      {"json", "", 0, {{"id.orig_h", "10.0.0.1"}, {"qtype_name", "A"}}, 4003, 6},
      {"json", "", 0, {{"eventName", "ConsoleLogin"}, {"eventSource", "signin.amazonaws.com"}}, 3002, 1},
      {"json", "", 0, {{"eventName", "X"}, {"eventSource", "s3"}, {"awsRegion", "r"}, {"readOnly", "true"}}, 6003, 2},
      {"json", "", 0, {{"cs-method", "POST"}, {"c-uri", "http://h/p"}}, 4002, 6},
      {"lines", "", 0, {}, 0, 0},
  };
  for (const auto& c : cases) {
    const Normal n(c.format, c.channel, c.event_id, c.fields);
    EXPECT_EQ(n.out.class_uid, c.class_uid) << c.channel << ' ' << c.event_id;
    EXPECT_EQ(n.out.activity_id, c.activity_id) << c.channel << ' ' << c.event_id;
  }
}

TEST(Normaliser, reads_addresses_and_urls_as_they_are_meant) {
  const Normal logon("evtx", "Security", 4624, {{"IpAddress", "::ffff:10.1.2.3"}, {"IpPort", "-"}, {"LogonType", "3"}});
  EXPECT_EQ(logon["src_endpoint.ip"], "10.1.2.3");
  EXPECT_EQ(logon["src_endpoint.port"], "");
  EXPECT_EQ(logon["logon_type_id"], "3");
  EXPECT_EQ(logon["status"], "Success");
  const Normal proxy("json", "", 0, {{"cs-method", "GET"}, {"c-uri", "https://u:p@Evil.example:8443/x?y"}});
  EXPECT_EQ(proxy["http_request.url.hostname"], "Evil.example");
}

TEST(Normaliser, says_where_a_mapping_is_wrong) {
  const auto folder = std::filesystem::temp_directory_path() / ("yagura-mappings-" + std::to_string(::getpid()));
  const std::pair<const char*, const char*> cases[] = {
      {"mapping.class", "rules:\n  - match: {event_id: 1}\n    class: 4711\n"},
      {"mapping.attribute", "rules:\n  - match: {event_id: 1}\n    class: 1007\n    fields: {A: process.nose}\n"},
      {"mapping.unknown_key", "rules:\n  - match: {event_id: 1}\n    class: 1007\n    colour: red\n"},
      {"mapping.matches_all", "rules:\n  - class: 1007\n"},
      {"mapping.no_class", "rules:\n  - match: {event_id: 1}\n"},
      {"mapping.number", "rules:\n  - match: {event_id: one}\n    class: 1007\n"},
      {"mapping.activity", "rules:\n  - match: {event_id: 1}\n    class: 1007\n    activity: {field: F}\n"},
      {"mapping.severity", "rules:\n  - match: {event_id: 1}\n    class: 1007\n    severity: 9\n"},
      {"mapping.no_rules", "mapping: x\n"},
      {"mapping.shape", "rules:\n  - match: {channel: {a: b}}\n    class: 1007\n"},
      {"yaml.duplicate_key", "rules:\n  - match: {event_id: 1}\n    class: 1007\n    class: 1001\n"},
  };
  for (const auto& [code, text] : cases) {
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "a.yaml") << text;
    const auto loaded = Normaliser::load(folder);
    ASSERT_FALSE(loaded.has_value()) << code;
    EXPECT_EQ(loaded.error().code, code) << to_text(loaded.error());
    EXPECT_GT(loaded.error().line, 0);
    std::filesystem::remove_all(folder);
  }
  EXPECT_EQ(Normaliser::load(folder).error().code, "mapping.none");
}

}  // namespace
}  // namespace yagura::event
