// Attributes that rules, correlations and filters share: shown, hardly ever evaluated.
#pragma once

#include <yaml-cpp/yaml.h>

#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/finding.hpp"

namespace yagura::detect {

/// The scalar under `key`; empty when there is none.
std::string text_of(const YAML::Node& document, const char* key);

/// A text or a list of texts; what is neither is left out: these attributes are shown, never evaluated.
std::vector<std::string> texts_of(const YAML::Node& document, const char* key);

/// `level:`; medium when it is not given.
Diagnosed<Level> level_of(const YAML::Node& document);

}  // namespace yagura::detect
