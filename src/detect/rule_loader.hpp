// Where rules come from, again and again: folders and files, a cache beside them, and the sets made of them.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "detect/rule_set.hpp"

namespace yagura::detect {

/// Keeps no rules itself: what was read lies in the reports' sets. One thread at a time.
class RuleLoader {
 public:
  RuleLoader(std::vector<std::filesystem::path> paths, std::shared_ptr<const Taxonomy> taxonomy, LoadOptions options);

  /// Everything, from the cache where there is one.
  LoadReport load();

  /// The same after `before`: looks at every file's stamp, reads what changed and shares the rest with the set before.
  /// A rule whose file is broken or unreadable now stays in force as it was, and so does all below a path that is gone;
  /// a file that was removed from its folder takes its rules with it. Cost: some 10 ms for 4,000 files, and what
  /// changed; the set is `before`'s own when nothing did.
  LoadReport reload(const LoadReport& before);

  /// The same where only these files can have changed. Cost: some 3 ms for 4,000 rules, and what changed.
  LoadReport with_changed(const LoadReport& before, std::span<const std::filesystem::path> files);

  /// The same rules with every lane made whole: no patches left.
  LoadReport settled(const LoadReport& before);

  /// Writes the cache, if there is to be one; load() did so itself. A failure is the report's cache_fault.
  void save(LoadReport& report) const;

  const std::vector<std::filesystem::path>& paths() const { return paths_; }

 private:
  /// True when they are others than before.
  bool read_placeholders(LoadReport& report);
  /// True when they are others than before. As they were when they can't be read any more.
  bool read_decisions(LoadReport& report);
  LoadReport put_together(std::vector<SharedFile> files, LoadReport report, const RuleSet* before, bool patching) const;
  /// Remembers whether nothing but files had a say in the report.
  LoadReport noted(LoadReport report, bool files_alone);

  std::vector<std::filesystem::path> paths_;
  std::shared_ptr<const Taxonomy> taxonomy_;
  LoadOptions options_;
  Placeholders placeholders_;
  Decisions decisions_;
  std::string placeholders_digest_;
  std::weak_ptr<const RuleSet> of_files_alone_;  // the last such set: the same files would only make it again
};

}  // namespace yagura::detect
