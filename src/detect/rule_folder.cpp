#include "detect/rule_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <unordered_set>

#include "base/os_error.hpp"

namespace yagura::detect {

namespace fs = std::filesystem;

namespace {

constexpr int folder_depth_max = 64;

bool is_rule_name(std::string_view name) {
  if (name.ends_with(".samples.yaml") || name.ends_with(".samples.yml")) return false;
  return name.ends_with(".yml") || name.ends_with(".yaml");
}

/// What stands below one folder, folders in the place of their names.
class FolderWalk {
 public:
  explicit FolderWalk(FoundFiles& found) : found_(found) {}

  /// The folder at `path_`, called `name` in `parent`.
  void walk(int parent, const char* name, int depth) {
    const int fd = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | (depth > 0 ? O_NOFOLLOW : 0));
    DIR* const folder = fd < 0 ? nullptr : ::fdopendir(fd);
    if (!folder) {
      if (fd >= 0) ::close(fd);
      // A folder further down that is closed to us is none of ours.
      if (depth == 0 || errno != EACCES) fault();
      return;
    }
    std::string names;  // each behind the other, ended by a zero
    std::vector<Entry> entries;
    list(fd, folder, names, entries);
    const auto name_of = [&](const Entry& entry) { return std::string_view(names).substr(entry.at, entry.size); };
    std::ranges::sort(entries, {}, name_of);
    const size_t here = path_.size();
    for (const Entry& entry : entries) {
      path_.append(1, '/').append(name_of(entry));
      struct stat about{};
      if (entry.folder) {
        if (depth < folder_depth_max) walk(fd, names.c_str() + entry.at, depth + 1);
      } else if (::fstatat(fd, names.c_str() + entry.at, &about, 0) == 0 && S_ISREG(about.st_mode)) {
        found_.files.push_back({path_, FileStamp::from(about)});
      }
      path_.resize(here);
    }
    ::closedir(folder);
  }

  void start(std::string path) {
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    path_ = path;
    walk(AT_FDCWD, path.c_str(), 0);
  }

 private:
  struct Entry {
    uint32_t at;  // in the names
    uint32_t size;
    bool folder;
  };

  static void list(int fd, DIR* folder, std::string& names, std::vector<Entry>& entries) {
    while (const dirent* entry = ::readdir(folder)) {  // NOLINT(concurrency-mt-unsafe): the stream is this call's own
      const std::string_view each = entry->d_name;
      if (each == "." || each == "..") continue;
      bool is_folder = entry->d_type == DT_DIR;
      if (entry->d_type == DT_UNKNOWN) {
        struct stat about{};
        is_folder = ::fstatat(fd, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(about.st_mode);
      }
      if (!is_folder && !is_rule_name(each)) continue;
      entries.push_back({static_cast<uint32_t>(names.size()), static_cast<uint32_t>(each.size()), is_folder});
      names.append(each).append(1, '\0');
    }
  }

  void fault() {
    found_.faults.push_back(
        {"sigma.folder_unreadable", path_, 0, 0, "the folder can't be read: " + os_error_text(errno), ""});
  }

  FoundFiles& found_;
  std::string path_;  // where the walk is
};

struct FileHash {
  size_t operator()(const std::pair<uint64_t, uint64_t>& file) const {
    return file.first * 0x9E3779B97F4A7C15 ^ file.second;
  }
};

}  // namespace

FoundFiles find_rule_files(std::span<const fs::path> paths) {
  FoundFiles out;
  for (const fs::path& path : paths) {
    std::error_code error;
    if (fs::is_directory(path, error))
      FolderWalk(out).start(path.string());
    else if (const auto stamp = stamp_of(path))
      out.files.push_back({path.string(), *stamp});
    else
      out.gone.push_back(path);
  }
  std::unordered_set<std::pair<uint64_t, uint64_t>, FileHash> seen;
  seen.reserve(out.files.size());
  std::erase_if(out.files,
                [&](const FoundFile& file) { return !seen.emplace(file.stamp.device, file.stamp.inode).second; });
  return out;
}

}  // namespace yagura::detect
