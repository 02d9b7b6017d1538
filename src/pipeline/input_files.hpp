#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"

namespace yagura::pipeline {

constexpr int folder_depth_max = 64;
constexpr size_t input_files_max = 1'000'000;

/// A file to read, before it is known what is in it.
struct InputFile {
  std::filesystem::path path;  // "-" is standard input
  std::string name;            // for people; UTF-8
  uint64_t bytes = 0;          // on disk when listed; 0 when unknown (a pipe)
  Timestamp modified;          // zero when unknown
};

/// What could not be read and why; reading went on with the rest.
struct InputFailure {
  std::string name;
  Error error;
};

/// The files that `paths` name, folders walked in the order of their names, hidden files included. A symbolic link is
/// followed, a folder reached twice read once. What can't be listed (missing, no permission, a device in a folder, past
/// folder_depth_max or input_files_max) is added to `failures`.
std::vector<InputFile> list_inputs(std::span<const std::filesystem::path> paths, std::vector<InputFailure>& failures);

}  // namespace yagura::pipeline
