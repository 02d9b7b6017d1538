#include "detect/rule_loader.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "detect/rule_cache.hpp"
#include "detect/rule_set_builder.hpp"

namespace yagura::detect {

namespace fs = std::filesystem;

namespace {

bool is_below(const std::string& file, const std::string& path) {
  return file == path || file.starts_with(path.ends_with('/') ? path : path + '/');
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

RuleLoader::Found RuleLoader::find() const {
  Found out;
  std::set<std::pair<uint64_t, uint64_t>> seen;
  const auto fresh = [&](const FoundFile& file) { return seen.emplace(file.stamp.device, file.stamp.inode).second; };
  for (const fs::path& path : paths_) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
      for (FoundFile& file : find_rule_files(path, out.faults))
        if (fresh(file)) out.files.push_back(std::move(file));
    } else if (const auto stamp = stamp_of(path)) {
      if (FoundFile file{path, *stamp}; fresh(file)) out.files.push_back(std::move(file));
    } else {
      out.gone.push_back(path);
    }
  }
  return out;
}

LoadReport RuleLoader::load() {
  LoadReport report;
  read_placeholders(report);
  std::unordered_map<std::string, SharedFile> known;
  if (!options_.cache.empty()) {
    auto cached = RuleCache(options_.cache, paths_, placeholders_digest_).load();
    if (cached)
      known = std::move(*cached);
    else if (cached.error().kind != ErrorKind::not_found)
      report.cache_fault = cached.error().message;
  }
  Found found = find();
  bool fresh = known.empty();
  std::vector<SharedFile> files;
  files.reserve(found.files.size());
  for (FoundFile& file : found.files) {
    const auto it = known.find(file.path.native());
    if (it != known.end() && it->second->stamp == file.stamp && file.stamp.settled(it->second->read_ns)) {
      files.push_back(std::move(it->second));
      continue;
    }
    fresh = true;
    files.push_back(it == known.end() ? read_rule_file(file.path, placeholders_)
                                      : read_rule_file_again(it->second, placeholders_, false));
    report.files_read += it == known.end() || files.back()->digest != it->second->digest;
  }
  for (const fs::path& path : found.gone) files.push_back(read_rule_file(path, placeholders_));
  for (const Diagnostic& fault : found.faults) report.rejected.push_back(rejection(fault));
  report = put_together(std::move(files), std::move(report), nullptr, false);
  if (fresh || known.size() != found.files.size()) save(report);
  return report;
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
  Found found = find();
  std::unordered_map<std::string_view, const SharedFile*> known;
  for (const SharedFile& file : before.rules->files()) known.emplace(file->path, &file);
  std::vector<SharedFile> files;
  files.reserve(found.files.size());
  for (const FoundFile& file : found.files) {
    const auto it = known.find(file.path.native());
    const SharedFile* const earlier = it == known.end() ? nullptr : it->second;
    if (earlier && !anew && (*earlier)->stamp == file.stamp && file.stamp.settled((*earlier)->read_ns)) {
      files.push_back(*earlier);
      continue;
    }
    files.push_back(earlier ? read_rule_file_again(*earlier, placeholders_, true, anew)
                            : read_rule_file(file.path, placeholders_));
    report.files_read += !earlier || anew || files.back()->digest != (*earlier)->digest;
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
  return put_together(std::move(files), std::move(report), before.rules.get(), true);
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
  for (const Rejection& one : before.rejected)
    if (one.code == "sigma.folder_unreadable") report.rejected.push_back(one);
  return put_together(std::move(files), std::move(report), before.rules.get(), true);
}

LoadReport RuleLoader::settled(const LoadReport& before) {
  LoadReport report;
  for (const Rejection& one : before.rejected)
    if (one.code == "sigma.folder_unreadable") report.rejected.push_back(one);
  return put_together(before.rules->files(), std::move(report), before.rules.get(), false);
}

LoadReport RuleLoader::put_together(std::vector<SharedFile> files, LoadReport report, const RuleSet* before,
                                    bool patching) const {
  RuleSetBuilder(*taxonomy_, placeholders_, before, patching).build(std::move(files), report);
  return report;
}

}  // namespace yagura::detect
