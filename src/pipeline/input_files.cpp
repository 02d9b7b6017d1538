#include "pipeline/input_files.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <system_error>

#include "base/text.hpp"

namespace yagura::pipeline {
namespace {

namespace fs = std::filesystem;

class Walk {
 public:
  explicit Walk(std::vector<InputFailure>& failures) : failures_(failures) {}

  void take(const fs::path& path, int depth, bool named) {
    if (path == "-") return add({.path = path, .name = "-", .bytes = 0, .modified = {}});
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0)
      return fail(path, errno == ENOENT ? ErrorKind::not_found : ErrorKind::io, std::generic_category().message(errno));
    if (S_ISDIR(status.st_mode)) {
      if (seen_.emplace(status.st_dev, status.st_ino).second) folder(path, depth);
    } else if (S_ISREG(status.st_mode) || named) {
      const Timestamp modified{status.st_mtim.tv_sec * ns_per_second + status.st_mtim.tv_nsec};
      const uint64_t bytes = S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0;
      add({path, to_valid_utf8(path.string()), bytes, modified});
    } else {
      fail(path, ErrorKind::invalid, "it is no regular file");
    }
  }

  std::vector<InputFile> files;

 private:
  void folder(const fs::path& path, int depth) {
    if (depth >= folder_depth_max)
      return fail(path, ErrorKind::limit, "it is nested deeper than " + std::to_string(folder_depth_max) + " folders");
    std::error_code error;
    std::vector<fs::path> entries;
    for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error))
      entries.push_back(it->path());
    if (error) fail(path, ErrorKind::io, error.message());
    std::ranges::sort(entries);
    for (const fs::path& entry : entries) {
      if (full_) return;
      take(entry, depth + 1, false);
    }
  }

  void add(InputFile file) {
    if (full_) return;
    if (files.size() >= input_files_max) {
      full_ = true;
      return fail(file.path, ErrorKind::limit,
                  "there are more than " + std::to_string(input_files_max) + " files: name fewer folders");
    }
    files.push_back(std::move(file));
  }

  void fail(const fs::path& path, ErrorKind kind, const std::string& reason) {
    const std::string name = to_valid_utf8(path.string());
    failures_.push_back({name, {kind, "can't read " + name + ": " + reason}});
  }

  std::vector<InputFailure>& failures_;
  std::set<std::pair<dev_t, ino_t>> seen_;
  bool full_ = false;
};

}  // namespace

std::vector<InputFile> list_inputs(std::span<const fs::path> paths, std::vector<InputFailure>& failures) {
  Walk walk(failures);
  for (const fs::path& path : paths) walk.take(path, 0, true);
  return std::move(walk.files);
}

}  // namespace yagura::pipeline
