#include "app/config.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace yagura::app {
namespace {

std::filesystem::path file_of_this_process() {
  return std::filesystem::temp_directory_path() / ("yagura-config-" + std::to_string(::getpid()) + ".yaml");
}

TEST(Config, is_loopback_without_a_word) {
  const auto config = parse_config("", "yagura.yaml");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->listen, (Address{"127.0.0.1", 8600}));
}

TEST(Config, reads_every_setting) {
  const auto config = parse_config(
      "listen: '[::1]:9000'\n"
      "tls: {certificate: c.pem, key: k.pem}\n"
      "syslog: {udp: [], tcp: ['0.0.0.0:6514']}\n"
      "rules: [mine, /abs]\n"
      "lake: {memory_mib: 4096, retention_days: 30}\n"
      "correlation: {lateness_seconds: 600, memory_mib: 64}\n"
      "zone_offset_minutes: 540\n",
      "/etc/yagura/yagura.yaml");
  ASSERT_TRUE(config) << to_text(config.error());
  EXPECT_EQ(config->listen, (Address{"::1", 9000}));
  EXPECT_EQ(config->tls_certificate, "/etc/yagura/c.pem");
  EXPECT_EQ(config->tls_key, "/etc/yagura/k.pem");
  EXPECT_TRUE(config->syslog_udp.empty());
  EXPECT_EQ(config->syslog_tcp, (std::vector<Address>{{"0.0.0.0", 6514}}));
  EXPECT_EQ(config->rules, (std::vector<std::string>{"/etc/yagura/mine", "/abs"}));
  EXPECT_EQ(config->lake_memory_mib, 4096U);
  EXPECT_EQ(config->retention_days, 30U);
  EXPECT_EQ(config->correlation_lateness_seconds, 600U);
  EXPECT_EQ(config->correlation_memory_mib, 64U);
  EXPECT_EQ(config->zone_offset_minutes, 540);
}

TEST(Config, says_where_a_mistake_is_and_what_is_known) {
  const struct {
    const char* text;
    const char* code;
    int line;
  } cases[] = {{"listen: here\n", "config.address", 1},
               {"listen: 127.0.0.1:99999\n", "config.address", 1},
               {"\nlisten_to: 127.0.0.1:1\n", "config.unknown", 2},
               {"tls:\n  key: k.pem\n", "config.tls", 2},
               {"lake:\n  memory_mib: lots\n", "config.number", 2},
               {"rules: mine\n", "config.type", 1},
               {"rules: [a\n", "yaml.syntax", 2}};
  for (const auto& c : cases) {
    const auto config = parse_config(c.text, "yagura.yaml");
    ASSERT_FALSE(config) << c.text;
    EXPECT_EQ(config.error().code, c.code) << c.text;
    EXPECT_EQ(config.error().line, c.line) << c.text;
  }
}

TEST(Config, refuses_a_folder_and_rules_that_are_not_there) {
  const auto folder = load_config(std::filesystem::temp_directory_path());
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, "config.unreadable");
  for (const std::string key : {"rules", "placeholders"}) {
    const auto file = file_of_this_process();
    std::ofstream(file) << key << ": [no/such/place]\n";
    const auto config = load_config(file);
    std::filesystem::remove(file);
    ASSERT_FALSE(config) << key;
    EXPECT_EQ(config.error().code, "config.path");
  }
}

TEST(Config, takes_an_empty_file_as_the_defaults) {
  const auto file = file_of_this_process();
  std::ofstream(file).close();
  const auto config = load_config(file);
  std::filesystem::remove(file);
  ASSERT_TRUE(config);
  EXPECT_EQ(config->listen, Config{}.listen);
}

}  // namespace
}  // namespace yagura::app
