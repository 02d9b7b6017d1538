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
#include <unordered_map>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/correlation/set.hpp"
#include "detect/placeholders.hpp"
#include "detect/rule.hpp"
#include "detect/rule_file.hpp"
#include "detect/set_lane.hpp"
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
  /// A folder (made when missing, by its owner alone to be read) where rules are kept in a form that loads quickly;
  /// empty: none. See RuleCache.
  std::filesystem::path cache;
};

class RuleSet;

struct LoadReport {
  std::shared_ptr<const RuleSet> rules;  // never null; holds what could be honoured
  std::vector<Rejection> rejected;       // rules that can't be honoured, and files that can't be read
  std::vector<Rejection> skipped;        // documents that say themselves that they can't be used
  std::vector<Rejection> warnings;       // loaded, but: "sigma.logsource.unmapped", "sigma.detection.unused", ...
  std::vector<Rejection> held;           // rules whose files are broken now and that stay in force as they were
  std::string cache_fault;               // why a cache that was there could not be used; empty otherwise
  size_t loaded = 0;                     // detection rules
  size_t correlations = 0;               // loaded beside them
  size_t filters = 0;                    // laid over them
  size_t files_read = 0;                 // as YAML, for this report; the others came from a cache or an earlier set
};

/// Rules ready to match. Immutable and shared by threads; a changed rule makes a new set that is swapped whole and
/// shares with the one before whatever did not change.
class RuleSet {
 public:
  /// Reads files, and folders recursively in the order of their names (*.yml, *.yaml; "*.samples.yaml" are
  /// no rules). A file met twice is read once; a rule id given twice is refused the second time.
  static LoadReport load(std::span<const std::filesystem::path> paths, const Taxonomy& taxonomy,
                         const LoadOptions& options = {});

  /// The same from a text; `file` is only for messages.
  static LoadReport load_text(const std::string& yaml, const std::string& file, const Taxonomy& taxonomy,
                              const LoadOptions& options = {});

  Rules rules() const { return Rules(rules_); }
  const Rule& rule(uint32_t index) const { return rules_[index]->rule(); }
  const std::vector<SharedRule>& shared_rules() const { return rules_; }
  const std::vector<SharedFile>& files() const { return files_; }

  /// Compiles now, rather than when an event reaches them, the lanes that `before` has compiled; all when it is null.
  void warm(const RuleSet* before) const;
  /// Lanes that hold nothing but what changed in others; see RuleSetBuilder.
  size_t patches() const;
  const correlation::Set& correlations() const { return correlations_; }

  // For Matcher and tests.
  struct LaneTest {
    const EventTest* test;
    std::vector<SourceId> present;
    std::vector<std::pair<SourceId, const std::vector<std::string>*>> equal;
  };
  /// Lanes by number; each is compiled when it is first looked at.
  class Lanes {
   public:
    explicit Lanes(const RuleSet& set) : set_(set) {}
    size_t size() const { return set_.members_.size(); }
    const Lane& operator[](size_t lane) const { return set_.members_[lane].lane->lane(); }

   private:
    const RuleSet& set_;
  };
  Lanes lanes() const { return Lanes(*this); }
  static constexpr uint32_t no_rule = UINT32_MAX;
  /// The rules that a lane's Lane::LaneRule::index stands for in this set; no_rule for one that was taken out.
  std::span<const uint32_t> rules_of(uint32_t lane) const { return members_[lane].rules; }
  std::span<const LaneTest> tests_of(uint32_t lane) const { return members_[lane].tests; }
  const SourceTable& sources() const { return *sources_; }
  const std::vector<std::string>& structured_formats() const { return structured_formats_; }

 private:
  friend class RuleSetBuilder;
  RuleSet() = default;

  struct Member {
    std::shared_ptr<const SetLane> lane;
    uint32_t route = 0;  // in routes_
    bool patch = false;
    std::vector<uint32_t> rules;  // by the lane's numbers
    std::vector<LaneTest> tests;
  };
  /// What log sources came to by the taxonomy. Grows only, so that numbers stay.
  struct RouteBook {
    struct Page {
      std::vector<uint32_t> routes;
      bool known = false;
    };
    std::unordered_map<std::string, Page> by_source;
    std::vector<Route> routes;
  };

  std::vector<SharedFile> files_;
  std::vector<SharedRule> rules_;
  correlation::Set correlations_;
  uint64_t filters_digest_ = 0;                                 // of every file that may hold filters
  std::unordered_map<const StoredRule*, SharedRule> filtered_;  // as its file has it -> with filters laid over it
  std::vector<Member> members_;
  std::shared_ptr<const SourceTable> sources_;
  std::shared_ptr<const RouteBook> routes_;
  std::vector<std::string> structured_formats_;
};

}  // namespace yagura::detect
