// Reading YAML that people wrote: yaml-cpp accepts duplicate keys silently, so every loader checks here.
#pragma once

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"

namespace yagura {

constexpr size_t yaml_bytes_max = 4 << 20;  // a larger file is no rule and no catalogue page
constexpr int yaml_depth_max = 64;
constexpr size_t yaml_nodes_max = 1'000'000;  // counted through aliases, which can multiply without end

/// Every document of `text`, refused with a place when it is not YAML, holds a key twice in one map, nests
/// deeper than yaml_depth_max, is longer than yaml_bytes_max or has more than yaml_nodes_max nodes. `file` is only for
/// messages.
Diagnosed<std::vector<YAML::Node>> parse_yaml(const std::string& text, const std::string& file);

/// The same from a file.
Diagnosed<std::vector<YAML::Node>> load_yaml(const std::filesystem::path& file);

}  // namespace yagura
