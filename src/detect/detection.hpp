// `detection:` of a rule: search identifiers made into trees of predicates.
#pragma once

#include <vector>

#include "base/diagnostic.hpp"
#include "base/yaml_tree.hpp"
#include "detect/placeholders.hpp"
#include "detect/rule.hpp"

namespace yagura::detect {

constexpr size_t condition_nodes_max = 500'000;  // of the condition with its selections spelled out

/// Fills selections, predicates, conditions and condition of `rule` from the section. What can be honoured
/// but looks like a slip is added to `warnings`. Diagnostics carry line and column, not the file.
Diagnosed<void> read_detection(YamlNode section, const Placeholders& placeholders, Rule& rule,
                               std::vector<Diagnostic>& warnings);
Diagnosed<void> read_detection(const YAML::Node& section, const Placeholders& placeholders, Rule& rule,
                               std::vector<Diagnostic>& warnings);

}  // namespace yagura::detect
