// Puts a set together from files that were read, and shares with the set before what did not change.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "detect/correlation/documents.hpp"
#include "detect/rule_set.hpp"

namespace yagura::detect {

/// Where few rules of a compiled lane changed, the lane stays: what is gone is masked, what is new stands in a second
/// lane, a patch, until a set is built without `patching`. So a changed rule costs its own compilation and not that of
/// its thousand neighbours.
constexpr size_t patch_rules_max = 64;

class RuleSetBuilder {
 public:
  /// `before`, when given, was built with the same taxonomy.
  RuleSetBuilder(const Taxonomy& taxonomy, const Placeholders& placeholders, const RuleSet* before, bool patching,
                 Decisions decisions = {});

  /// Adds what `files` hold to `report` and gives it the set.
  void build(std::vector<SharedFile> files, LoadReport& report);

 private:
  struct Group {  // the rules of one route
    std::vector<SharedRule> rules;
  };

  void take(const RuleFile& file, bool held, LoadReport& report);
  /// Whether the organisation decided that this rule is not in force, or that one of its own takes its place.
  bool set_aside(const RuleFile& file, const RuleDocument& document, LoadReport& report) const;
  void add(const RuleFile& file, const RuleDocument& document, LoadReport& report);
  void apply_documents_about_rules(LoadReport& report);
  void find_routes(LoadReport& report);
  const RuleSet::RouteBook::Page& page_of(const LogSource& source);
  void make_members();
  /// What of the set before can stand for a route's rules; false when it has to be made anew.
  bool keep_members(uint32_t route);
  void add_member(uint32_t route, std::vector<SharedRule> rules, bool patch);
  void finish_members();
  SourceId source(const FieldSource& source);

  const Taxonomy& taxonomy_;
  const Placeholders& placeholders_;
  const RuleSet* before_;
  bool patching_;
  correlation::Documents about_rules_;
  std::shared_ptr<RuleSet> set_;
  std::shared_ptr<RuleSet::RouteBook> routes_;         // null until something is added
  std::shared_ptr<SourceTable> sources_;               // null until something is added
  std::vector<Group> groups_;                          // by route
  std::vector<std::vector<uint32_t>> members_before_;  // by route
  struct Planned {
    uint32_t member;
    std::vector<SharedRule> rules;
  };
  std::vector<Planned> planned_;
  std::unordered_map<std::string_view, const std::string*> ids_;      // -> file
  std::unordered_map<std::string_view, const std::string*> own_ids_;  // of the organisation's own rules -> file
  std::unordered_map<const StoredRule*, uint32_t> index_;
};

}  // namespace yagura::detect
