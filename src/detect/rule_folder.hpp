// Where rule files lie, and what each looks like from outside.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/rule_file.hpp"

namespace yagura::detect {

struct FoundFile {
  std::string path;
  FileStamp stamp;
};

struct FoundFiles {
  std::vector<FoundFile> files;
  std::vector<Diagnostic> faults;           // folders that can't be read
  std::vector<std::filesystem::path> gone;  // of the paths that were asked for
};

/// The rule files that `paths` name and those below folders (*.yml, *.yaml; "*.samples.yaml" are no rules) in the order
/// of their names, folders not followed through symbolic links; a file met twice counts once. Cost: some 2.5 us a file.
FoundFiles find_rule_files(std::span<const std::filesystem::path> paths);

}  // namespace yagura::detect
