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

#include "detect/correlation/set.hpp"
#include "detect/decisions.hpp"
#include "detect/load_report.hpp"
#include "detect/placeholders.hpp"
#include "detect/rule.hpp"
#include "detect/rule_file.hpp"
#include "detect/set_lane.hpp"
#include "detect/taxonomy.hpp"

namespace yagura::detect {

constexpr size_t rules_max = 1'000'000;

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

  /// The same as rules of one's own among `others`: what is wrong with this text alone, in a set of all whose last file
  /// it is; set_aside tells of all. `instead`: the file whose place it is to take, if any. Cost: some 3 ms for 4,000
  /// rules.
  static LoadReport load_text_among(const RuleSet& others, const std::string& instead, const std::string& yaml,
                                    const std::string& file, const Taxonomy& taxonomy);

  Rules rules() const { return Rules(rules_); }
  const Rule& rule(uint32_t index) const { return rules_[index]->rule(); }
  const std::vector<SharedRule>& shared_rules() const { return rules_; }
  const std::vector<SharedFile>& files() const { return files_; }
  const Decisions& decisions() const { return decisions_; }

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
  Decisions decisions_;
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
