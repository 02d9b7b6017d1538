// What `yagura serve --config FILE` may say. Everything has a default; an unknown key is a mistake, not a wish.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"

namespace yagura::app {

/// "127.0.0.1:8600" or "[::1]:8600"; port 0 takes any free one.
struct Address {
  std::string host;
  uint16_t port = 0;

  bool operator==(const Address&) const = default;
};

struct Config {
  Address listen{"127.0.0.1", 8600};
  std::string tls_certificate;  // PEM; relative to the file, both or neither. Any address but loopback needs them.
  std::string tls_key;
  std::vector<Address> syslog_udp{{"127.0.0.1", 5514}};
  std::vector<Address> syslog_tcp{{"127.0.0.1", 5514}};
  std::string backups;                           // where the console's backups go; empty: backups/ in the data folder
  std::vector<std::string> rules;                // besides the catalogue's own; relative to the file
  std::vector<std::string> placeholders;         // files that expand %placeholders% of rules
  std::string lake_url;                          // a ClickHouse server; empty: the embedded engine
  uint32_t lake_memory_mib = 2048;               // the embedded engine's bound
  uint32_t retention_days = 365;                 // of events; 0: for ever
  uint32_t correlation_lateness_seconds = 3600;  // an event may come so much later than those it belongs with
  uint32_t correlation_memory_mib = 256;         // of all groups; past it the longest quiet ones are dropped, counted
  int32_t zone_offset_minutes = 0;               // of log times that name no zone
};

/// Reads `text` (a YAML map); `file` is for messages and for relative paths. Every mistake has its line.
Diagnosed<Config> parse_config(const std::string& text, const std::string& file);

Diagnosed<Config> load_config(const std::filesystem::path& file);

}  // namespace yagura::app
