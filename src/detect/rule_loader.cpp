#include "detect/rule_loader.hpp"

#include <algorithm>
#include <future>
#include <set>
#include <unordered_map>

#include "detect/rule_cache.hpp"
#include "detect/rule_folder.hpp"
#include "detect/rule_set_builder.hpp"

namespace yagura::detect {

namespace fs = std::filesystem;

namespace {

bool is_below(const std::string& file, const std::string& path) {
  return file == path || file.starts_with(path.ends_with('/') ? path : path + '/');
}

/// Files that were read before, asked for in nearly the order that they have.
class KnownFiles {
 public:
  explicit KnownFiles(const std::vector<SharedFile>& files) : files_(files) {}

  /// Null when none was read from there.
  const SharedFile* find(const std::string& path) {
    if (next_ < files_.size() && files_[next_]->path == path) return &files_[next_++];
    if (by_path_.empty())
      for (size_t i = 0; i < files_.size(); ++i) by_path_.emplace(files_[i]->path, i);
    const auto it = by_path_.find(path);
    if (it == by_path_.end()) return nullptr;
    next_ = it->second + 1;
    return &files_[it->second];
  }

 private:
  const std::vector<SharedFile>& files_;
  size_t next_ = 0;
  std::unordered_map<std::string_view, size_t> by_path_;
};

bool is_as_read(const FoundFile& found, const RuleFile& known) {
  return known.stamp == found.stamp && found.stamp.settled(known.read_ns);
}

}  // namespace

RuleLoader::RuleLoader(std::vector<fs::path> paths, std::shared_ptr<const Taxonomy> taxonomy, LoadOptions options)
    : paths_(std::move(paths)), taxonomy_(std::move(taxonomy)), options_(std::move(options)) {}

bool RuleLoader::read_placeholders(LoadReport& report) {
  Placeholders fresh;
  for (const fs::path& path : options_.placeholders)
    if (auto added = fresh.add(path); !added) {
      report.rejected.push_back(rejection(added.error()));
      if (!placeholders_digest_.empty()) return false;  // as they were
    }
  std::string digest = fresh.digest();
  const bool changed = digest != placeholders_digest_;
  placeholders_ = std::move(fresh);
  placeholders_digest_ = std::move(digest);
  return changed;
}

bool RuleLoader::read_decisions(LoadReport& report) {
  std::vector<Diagnostic> faults;
  Decisions fresh = detect::read_decisions(options_.own, faults);
  for (const Diagnostic& fault : faults) report.rejected.push_back(rejection(fault));
  if (!faults.empty() && !decisions_.own.empty()) return false;
  const bool changed = fresh != decisions_;
  decisions_ = std::move(fresh);
  return changed;
}

LoadReport RuleLoader::load() {
  LoadReport report;
  read_placeholders(report);
  read_decisions(report);
  std::vector<SharedFile> cached;
  FoundFiles found;
  if (options_.cache.empty()) {
    found = find_rule_files(paths_);
  } else {
    // The system answers for thousands of files as long as the cache takes to read.
    auto looking = std::async(std::launch::async | std::launch::deferred, [&] { return find_rule_files(paths_); });
    auto read = RuleCache(options_.cache, paths_, placeholders_digest_).load();
    if (read)
      cached = std::move(*read);
    else if (read.error().kind != ErrorKind::not_found)
      report.cache_fault = read.error().message;
    found = looking.get();
  }
  bool fresh = cached.size() != found.files.size();
  KnownFiles known(cached);
  std::vector<SharedFile> files;
  files.reserve(found.files.size());
  for (const FoundFile& file : found.files) {
    const SharedFile* const earlier = known.find(file.path);
    if (earlier && is_as_read(file, **earlier)) {
      files.push_back(*earlier);
      continue;
    }
    fresh = true;
    files.push_back(earlier ? read_rule_file_again(*earlier, placeholders_, false)
                            : read_rule_file(file.path, placeholders_));
    report.files_read += !earlier || files.back()->digest != (*earlier)->digest;
  }
  for (const fs::path& path : found.gone) files.push_back(read_rule_file(path, placeholders_));
  for (const Diagnostic& fault : found.faults) report.rejected.push_back(rejection(fault));
  const bool files_alone = report.rejected.empty() && found.gone.empty();
  report = put_together(std::move(files), std::move(report), nullptr, false);
  if (fresh) save(report);
  return noted(std::move(report), files_alone);
}

void RuleLoader::save(LoadReport& report) const {
  if (options_.cache.empty()) return;
  // What can't be cached is only slower.
  if (auto stored = RuleCache(options_.cache, paths_, placeholders_digest_).store(report.rules->files()); !stored)
    report.cache_fault = stored.error().message;
}

LoadReport RuleLoader::reload(const LoadReport& before) {
  LoadReport report;
  const bool anew = read_placeholders(report);
  const bool decided = read_decisions(report);
  const FoundFiles found = find_rule_files(paths_);
  KnownFiles known(before.rules->files());
  std::vector<SharedFile> files;
  files.reserve(found.files.size());
  for (const FoundFile& file : found.files) {
    const SharedFile* const earlier = known.find(file.path);
    if (earlier && !anew && is_as_read(file, **earlier)) {
      files.push_back(*earlier);
      continue;
    }
    files.push_back(earlier ? read_rule_file_again(*earlier, placeholders_, true, anew)
                            : read_rule_file(file.path, placeholders_));
    report.files_read += !earlier || anew || files.back()->digest != (*earlier)->digest;
  }
  const bool files_alone = report.rejected.empty() && found.faults.empty() && found.gone.empty();
  if (files_alone && !anew && !decided && files == before.rules->files() && of_files_alone_.lock() == before.rules) {
    report = before;
    report.files_read = 0;
    report.cache_fault.clear();
    return report;
  }
  // Where a folder can't be looked into, nobody removed its files.
  const auto hold_below = [&](const std::string& path, const Diagnostic& why) {
    for (const SharedFile& file : before.rules->files())
      if (is_below(file->path, path) &&
          std::ranges::none_of(files, [&](const SharedFile& each) { return each->path == file->path; }))
        files.push_back(hold_rules(*file, why));
  };
  for (const fs::path& path : found.gone) {
    const Diagnostic why{"rules.no_such_path",
                         path.string(),
                         0,
                         0,
                         "there is no such file or folder of rules any more",
                         "bring it back, or take it out of the configuration"};
    hold_below(path.string(), why);
  }
  for (const Diagnostic& fault : found.faults) {
    report.rejected.push_back(rejection(fault));
    hold_below(fault.file, fault);
  }
  return noted(put_together(std::move(files), std::move(report), before.rules.get(), true), files_alone);
}

LoadReport RuleLoader::noted(LoadReport report, bool files_alone) {
  if (files_alone)
    of_files_alone_ = report.rules;
  else
    of_files_alone_.reset();
  return report;
}

LoadReport RuleLoader::with_changed(const LoadReport& before, std::span<const fs::path> changed) {
  std::set<std::string> names;
  for (const fs::path& path : changed) names.insert(path.string());
  LoadReport report;
  std::vector<SharedFile> files;
  files.reserve(before.rules->files().size());
  for (const SharedFile& file : before.rules->files()) {
    if (names.erase(file->path) == 0) {
      files.push_back(file);
      continue;
    }
    if (!stamp_of(file->path)) {
      std::error_code error;
      // Removed from a folder that is still there: its rules end.
      if (std::ranges::find(paths_, fs::path(file->path)) == paths_.end() &&
          fs::is_directory(fs::path(file->path).parent_path(), error))
        continue;
      return reload(before);
    }
    files.push_back(read_rule_file_again(file, placeholders_, true, false));
    report.files_read += files.back()->digest != file->digest;
  }
  if (!names.empty()) return reload(before);  // new ones have their place among the others
  const bool files_alone = of_files_alone_.lock() == before.rules;
  for (const Rejection& one : before.rejected)
    if (one.code == "sigma.folder_unreadable") report.rejected.push_back(one);
  return noted(put_together(std::move(files), std::move(report), before.rules.get(), true), files_alone);
}

LoadReport RuleLoader::settled(const LoadReport& before) {
  LoadReport report;
  for (const Rejection& one : before.rejected)
    if (one.code == "sigma.folder_unreadable") report.rejected.push_back(one);
  const bool files_alone = of_files_alone_.lock() == before.rules;
  return noted(put_together(before.rules->files(), std::move(report), before.rules.get(), false), files_alone);
}

LoadReport RuleLoader::put_together(std::vector<SharedFile> files, LoadReport report, const RuleSet* before,
                                    bool patching) const {
  RuleSetBuilder(*taxonomy_, placeholders_, before, patching, decisions_).build(std::move(files), report);
  return report;
}

}  // namespace yagura::detect
