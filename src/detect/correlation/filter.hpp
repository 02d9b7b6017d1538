// Global filters (Sigma 2.1, filters specification): what an organisation takes out of the matches of rules that it
// does not want to edit. docs/decisions/sigma-filters.md says how a filter's condition is read.
#pragma once

#include <yaml-cpp/yaml.h>

#include <span>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/placeholders.hpp"
#include "detect/stored_rule.hpp"

namespace yagura::detect::correlation {

constexpr size_t filter_rules_max = 10'000;

struct Filter {
  std::string id;
  std::string title;
  LogSource logsource;
  bool any_rule = false;           // `rules: any`: every rule of the log source
  std::vector<std::string> rules;  // ids or names
  /// The condition says what a match must be (pySigma's reading: "not selection"); else what is suppressed (the
  /// specification's: "selection").
  bool keeps = false;
  Rule body;  // predicates, selections and condition; the rest is empty
  std::string file;
  int line = 0;
};

/// Reads one document with `filter:`. Diagnostics carry the file.
Diagnosed<Filter> read_filter(const YAML::Node& document, const std::string& file, const Placeholders& placeholders,
                              std::vector<Diagnostic>& warnings);

/// Lays each filter over the rules that it names and whose log source lies within its own. What a filter names in
/// vain is a warning ("sigma.filter.rule_unknown", "sigma.filter.logsource_other").
void apply_filters(std::span<const Filter> filters, std::vector<SharedRule>& rules, std::vector<Diagnostic>& warnings);

}  // namespace yagura::detect::correlation
