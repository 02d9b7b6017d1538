// A query of the filter language made into a Sigma rule, as far as a rule can say it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/finding.hpp"
#include "detect/taxonomy.hpp"
#include "event/mapping_rule.hpp"
#include "lake/query/query.hpp"

namespace yagura::pipeline {

struct DraftRequest {
  lake::Query query;
  std::string query_text;  // told in the draft's description
  detect::LogSource logsource;
  std::string title;
  detect::Level level = detect::Level::medium;
  Timestamp now;
  std::string id;  // of the rule
};

struct RuleDraft {
  std::string yaml;
  std::vector<std::string> notes;  // where the rule means a little else than the query
};

/// Immutable.
class RuleDrafter {
 public:
  /// `mappings`: the folder that says under which names the lake's columns stand in events. A broken file is a
  /// Diagnostic.
  static Diagnosed<RuleDrafter> load(const std::filesystem::path& mappings,
                                     std::shared_ptr<const detect::Taxonomy> taxonomy);

  /// The rule, which loads; or a Diagnostic that names the part of the query that no rule of that log source can say:
  /// times, coordinates of the lake, columns that the log source's events do not fill.
  Diagnosed<RuleDraft> draft(const DraftRequest& request) const;

 private:
  RuleDrafter() = default;

  std::shared_ptr<const detect::Taxonomy> taxonomy_;
  std::vector<event::MappingRule> mappings_;
};

}  // namespace yagura::pipeline
