// Events for tests: made by hand or decoded from files.
#pragma once

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "detect/matcher.hpp"
#include "detect/rule_set.hpp"
#include "event/batch.hpp"
#include "formats/block.hpp"
#include "formats/decoder.hpp"

namespace yagura::detect::test {

struct Given {
  std::string name;
  std::string text;
  event::Kind kind = event::Kind::string;
};

/// Adds an event with these fields to the batch.
inline event::Event& add_event(event::Batch& batch, const std::vector<Given>& fields,
                               std::string_view format = "json") {
  event::Event& event = batch.begin(format);
  for (const Given& field : fields) batch.add_copy(event::known_field(field.name), field.kind, field.text);
  return event;
}

inline const Taxonomy& taxonomy() {
  static const Taxonomy made = [] {
    auto loaded = Taxonomy::load(std::filesystem::path(YAGURA_SOURCE_DIR) / "catalog/sigma");
    if (!loaded) throw std::runtime_error(to_text(loaded.error()));
    return std::move(*loaded);
  }();
  return made;
}

/// The shared data, when it is there.
inline std::optional<std::filesystem::path> shared_data() {
  const char* given = std::getenv("YAGURA_SHARED_DATA");
  const std::filesystem::path path =
      given ? std::filesystem::path(given) : std::filesystem::path(YAGURA_SOURCE_DIR) / "../shared/data";
  if (!std::filesystem::is_directory(path)) return std::nullopt;
  return path;
}

inline std::vector<std::filesystem::path> sigma_folders(const std::filesystem::path& data) {
  return {data / "sigma/rules", data / "sigma/rules-emerging-threats", data / "sigma/rules-threat-hunting"};
}

/// Every rule of the shared data, read once a program.
inline const LoadReport& all_rules(const std::filesystem::path& data) {
  static const LoadReport report = RuleSet::load(sigma_folders(data), taxonomy());
  return report;
}

inline std::string read_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// The events of `bytes`, decoded by the format that claims them.
inline event::Batch decode(const std::string& bytes, const std::string& name) {
  static Counters counters;
  event::Batch batch;
  const formats::Format* format = formats::sniff_format(std::string_view(bytes).substr(0, 65536), name);
  formats::DecoderOptions options;
  options.counters = &counters;
  const auto decoder = format->open(options);
  decoder->feed(formats::copy_block(bytes), batch);
  decoder->finish(batch);
  return batch;
}

}  // namespace yagura::detect::test
