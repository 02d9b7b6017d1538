// detect: rules over events. Sigma rules are read, compiled into lanes and matched; what holds becomes a
// finding. It knows no alert, no file format and no store. Above: pipeline, app. Below: event, base.
//
//   auto taxonomy = Taxonomy::load("catalog/sigma");
//   LoadReport report = RuleSet::load(paths, *taxonomy, {});
//   Matcher matcher(report.rules);          // one a thread
//   matcher.match(batch, matches);          // (rule, event) pairs
//   Finding finding = matcher.make_finding(match, batch, event_uid);
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/correlation/set.hpp"
#include "detect/lane.hpp"
#include "detect/placeholders.hpp"
#include "detect/rule.hpp"
#include "detect/taxonomy.hpp"

namespace yagura::detect {

constexpr size_t rules_max = 1'000'000;

/// Why a document gave no rule. The reason is a person's to read, the code is stable.
struct Rejection {
  std::string file;
  int line = 0;    // from 1; 0 when unknown
  int column = 0;  // from 1; 0 when unknown
  std::string rule_id;
  std::string rule_title;
  std::string code;
  std::string reason;
  std::string hint;
};

Rejection rejection(const Diagnostic& diagnostic, const std::string& rule_id = {}, const std::string& title = {});

/// "file:line:column: reason [code]"
std::string to_text(const Rejection& rejection);

struct LoadOptions {
  std::vector<std::filesystem::path> placeholders;  // YAML files or folders of them
};

class RuleSet;

struct LoadReport {
  std::shared_ptr<const RuleSet> rules;  // never null; holds what could be honoured
  std::vector<Rejection> rejected;       // rules that can't be honoured, and files that can't be read
  std::vector<Rejection> skipped;        // documents that say themselves that they can't be used
  std::vector<Rejection> warnings;       // loaded, but: "sigma.logsource.unmapped", "sigma.detection.unused", ...
  size_t loaded = 0;                     // detection rules
  size_t correlations = 0;               // loaded beside them
  size_t filters = 0;                    // laid over them
};

/// Rules ready to match. Immutable and shared by threads; a changed rule makes a new set that is swapped whole.
class RuleSet {
 public:
  /// Reads files, and folders recursively in the order of their names (*.yml, *.yaml; "*.samples.yaml" are
  /// no rules). A file met twice is read once; a rule id given twice is refused the second time.
  static LoadReport load(std::span<const std::filesystem::path> paths, const Taxonomy& taxonomy,
                         const LoadOptions& options = {});

  /// The same from a text; `file` is only for messages.
  static LoadReport load_text(const std::string& yaml, const std::string& file, const Taxonomy& taxonomy,
                              const LoadOptions& options = {});

  std::span<const Rule> rules() const { return rules_; }
  const Rule& rule(uint32_t index) const { return rules_[index]; }
  const correlation::Set& correlations() const { return correlations_; }

  // For Matcher and tests.
  struct LaneTest {
    const EventTest* test;
    std::vector<SourceId> present;
    std::vector<std::pair<SourceId, const std::vector<std::string>*>> equal;
  };
  std::span<const Lane> lanes() const { return lanes_; }
  std::span<const LaneTest> tests_of(uint32_t lane) const { return lane_tests_[lane]; }
  const SourceTable& sources() const { return sources_; }
  const std::vector<std::string>& structured_formats() const { return structured_formats_; }

 private:
  friend class RuleSetLoader;
  RuleSet() = default;
  void compile(const Taxonomy& taxonomy, LoadReport& report);
  void add_to_lanes(uint32_t index, const Taxonomy::Answer& answer);
  LaneTest lane_test(const EventTest& test);

  std::vector<Rule> rules_;
  correlation::Set correlations_;
  std::vector<Lane> lanes_;
  std::vector<std::vector<LaneTest>> lane_tests_;
  SourceTable sources_;
  std::vector<std::string> structured_formats_;
};

}  // namespace yagura::detect
