// One YAML document -> one rule, or the reason why not.
#pragma once

#include <yaml-cpp/yaml.h>

#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/yaml_tree.hpp"
#include "detect/placeholders.hpp"
#include "detect/rule.hpp"

namespace yagura::detect {

struct RuleReading {
  std::optional<Rule> rule;
  std::optional<Diagnostic> rejected;  // says why there is no rule
  std::optional<Diagnostic> skipped;   // this document is no detection rule: "sigma.skipped.correlation", ...
  std::vector<Diagnostic> warnings;
  std::string rule_id;  // as far as it could be read; also of what was refused
  std::string rule_title;
};

/// Reads one document. Every mandatory attribute of the specification is asked for (title, logsource,
/// detection, condition); attributes that nobody defined are left alone.
RuleReading read_rule(const YAML::Node& document, const std::string& file, const Placeholders& placeholders);
/// The same for a file that YamlTree::read_plain took.
RuleReading read_rule(const YamlTree& tree, const std::string& file, const Placeholders& placeholders);

/// Without `correlation`, `filter` and `action`: nothing in it concerns other documents.
bool is_rule_of_its_own(const YamlTree& tree);

/// A correlation or a filter.
bool is_about_rules(const YAML::Node& document);

/// The legacy `action:` documents of Sigma 1 made plain: what stands under `action: global` is laid under
/// every following document of the file, `reset` ends that, `repeat` lays a document over the one before.
/// Documents without `action` in files without one come back as they are.
Diagnosed<std::vector<YAML::Node>> resolve_actions(std::vector<YAML::Node> documents, const std::string& file);

}  // namespace yagura::detect
