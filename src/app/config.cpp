#include "app/config.hpp"

#include <charconv>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>

#include "base/yaml.hpp"

namespace yagura::app {
namespace {

/// Thrown inside this file only: reading stops at the first mistake.
struct Mistake {
  Diagnostic diagnostic;
};

struct Reader {
  const std::string& file;

  [[noreturn]] void wrong(const YAML::Node& at, std::string code, std::string what, std::string hint) const {
    throw Mistake{{std::move(code), file, at.Mark().line + 1, at.Mark().column + 1, std::move(what), std::move(hint)}};
  }

  using Keys = std::map<std::string, std::function<void(const YAML::Node&)>, std::less<>>;

  void map(const YAML::Node& node, const Keys& keys) const {
    if (!node.IsMap()) wrong(node, "config.type", "a map of settings is expected here", "write `key: value` lines");
    std::string known;
    for (const auto& [key, read] : keys) known += (known.empty() ? "" : ", ") + key;
    for (const auto& entry : node) {
      const auto found = keys.find(entry.first.Scalar());
      if (found == keys.end())
        wrong(entry.first, "config.unknown", "there is no setting '" + entry.first.Scalar() + "'",
              "known here: " + known);
      found->second(entry.second);
    }
  }

  std::string text(const YAML::Node& node) const {
    if (!node.IsScalar()) wrong(node, "config.type", "one value is expected here", "give a single text");
    return node.Scalar();
  }

  template <typename Number>
  Number number(const YAML::Node& node, Number least, Number most) const {
    const std::string value = text(node);
    Number out{};
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), out);
    if (error != std::errc() || end != value.data() + value.size() || out < least || out > most)
      wrong(node, "config.number", "'" + value + "' is not a number that fits here",
            "between " + std::to_string(least) + " and " + std::to_string(most));
    return out;
  }

  std::vector<std::string> paths(const YAML::Node& node) const {
    if (!node.IsSequence()) wrong(node, "config.type", "a list is expected here", "write `- value` lines");
    std::vector<std::string> out;
    for (const YAML::Node& item : node) out.push_back(path(item));
    return out;
  }

  /// A path; a relative one starts at the configuration's folder.
  std::string path(const YAML::Node& node) const {
    const std::filesystem::path given = text(node);
    return given.is_absolute() ? given.string()
                               : (std::filesystem::path(file).parent_path() / given).lexically_normal().string();
  }

  Address address(const YAML::Node& node) const {
    const std::string value = text(node);
    const size_t colon = value.rfind(':');
    std::string host = colon == std::string::npos ? std::string() : value.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
    uint16_t port = 0;
    const char* end = value.data() + value.size();
    const auto parsed = colon == std::string::npos ? std::from_chars_result{end, std::errc::invalid_argument}
                                                   : std::from_chars(value.data() + colon + 1, end, port);
    if (host.empty() || parsed.ec != std::errc() || parsed.ptr != end)
      wrong(node, "config.address", "'" + value + "' is not an address with a port",
            "such as 127.0.0.1:8600 or [::1]:8600");
    return {host, port};
  }

  std::vector<Address> addresses(const YAML::Node& node) const {
    if (!node.IsSequence())
      wrong(node, "config.type", "a list is expected here", "write `- 127.0.0.1:5514` lines, or []");
    std::vector<Address> out;
    for (const YAML::Node& item : node) out.push_back(address(item));
    return out;
  }
};

Config read_config(const Reader& in, const YAML::Node& root) {
  Config config;
  in.map(root,
         {
             {"listen", [&](const YAML::Node& n) { config.listen = in.address(n); }},
             {"tls",
              [&](const YAML::Node& n) {
                in.map(n, {{"certificate", [&](const YAML::Node& v) { config.tls_certificate = in.path(v); }},
                           {"key", [&](const YAML::Node& v) { config.tls_key = in.path(v); }}});
                if (config.tls_certificate.empty() != config.tls_key.empty())
                  in.wrong(n, "config.tls", "TLS needs both a certificate and a key", "give both PEM files");
              }},
             {"syslog",
              [&](const YAML::Node& n) {
                in.map(n, {{"udp", [&](const YAML::Node& v) { config.syslog_udp = in.addresses(v); }},
                           {"tcp", [&](const YAML::Node& v) { config.syslog_tcp = in.addresses(v); }}});
              }},
             {"backups", [&](const YAML::Node& n) { config.backups = in.path(n); }},
             {"rules", [&](const YAML::Node& n) { config.rules = in.paths(n); }},
             {"placeholders", [&](const YAML::Node& n) { config.placeholders = in.paths(n); }},
             {"lake",
              [&](const YAML::Node& n) {
                in.map(n,
                       {{"url", [&](const YAML::Node& v) { config.lake_url = in.text(v); }},
                        {"memory_mib",
                         [&](const YAML::Node& v) { config.lake_memory_mib = in.number<uint32_t>(v, 512, 1 << 20); }},
                        {"retention_days",
                         [&](const YAML::Node& v) { config.retention_days = in.number<uint32_t>(v, 0, 36'500); }}});
              }},
             {"correlation",
              [&](const YAML::Node& n) {
                in.map(n, {{"lateness_seconds",
                            [&](const YAML::Node& v) {
                              config.correlation_lateness_seconds = in.number<uint32_t>(v, 0, 30 * 86'400);
                            }},
                           {"memory_mib", [&](const YAML::Node& v) {
                              config.correlation_memory_mib = in.number<uint32_t>(v, 1, 1 << 20);
                            }}});
              }},
             {"zone_offset_minutes",
              [&](const YAML::Node& n) { config.zone_offset_minutes = in.number<int32_t>(n, -14 * 60, 14 * 60); }},
         });
  return config;
}

}  // namespace

Diagnosed<Config> parse_config(const std::string& text, const std::string& file) {
  const auto documents = parse_yaml(text, file);
  if (!documents) return std::unexpected(documents.error());
  if (documents->empty() || documents->front().IsNull()) return Config{};
  try {
    return read_config(Reader{file}, documents->front());
  } catch (const Mistake& mistake) {
    return std::unexpected(mistake.diagnostic);
  }
}

Diagnosed<Config> load_config(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();  // sets failbit when nothing came (an empty file), badbit when reading failed
  std::error_code error;
  if (!in || text.bad() || std::filesystem::is_directory(file, error))
    return std::unexpected(Diagnostic{"config.unreadable", file.string(), 0, 0, "the configuration can't be read",
                                      "check that the file exists and may be read"});
  auto config = parse_config(text.str(), file.string());
  if (!config) return config;
  for (const auto* paths : {&config->rules, &config->placeholders})
    for (const std::string& path : *paths)
      if (!std::filesystem::exists(path, error))
        return std::unexpected(Diagnostic{"config.path", file.string(), 0, 0,
                                          "there is no file or folder '" + path + "'",
                                          "a relative path starts at the configuration's folder"});
  return config;
}

}  // namespace yagura::app
