// One YAML document with `correlation:` -> one definition, or the reason why not.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/correlation/definition.hpp"

namespace yagura::detect::correlation {

/// Reads one document (Sigma 2.1, correlation rules specification; conditions over rule names as approved for 2.2).
/// `generate` is read beside `correlation:` and in it. What looks like a slip goes to `warnings`.
Diagnosed<Definition> read_definition(const YAML::Node& document, const std::string& file,
                                      std::vector<Diagnostic>& warnings);

}  // namespace yagura::detect::correlation
