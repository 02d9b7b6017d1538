// How far each file has been stored, so that a second run (after a crash, or because the file grew) stores only
// what is new. One small file a source, replaced whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/result.hpp"

namespace yagura::pipeline {

struct Checkpoint {
  std::string source;       // absolute path, with "!/member" inside an archive
  std::string head_sha256;  // of the first `head_bytes` of the decoded input: another head is another file
  uint64_t head_bytes = 0;
  std::string token;         // what event ids of this source are made with; kept even when the file grows
  uint64_t next_offset = 0;  // events that start before it are in the lake
  uint64_t events = 0;       // how many that were
};

class Checkpoints {
 public:
  /// Keeps them in `folder`, which is made when it is missing.
  explicit Checkpoints(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// The checkpoint of `source`; nothing when there is none. `corrupt` when its file can't be understood.
  Result<std::optional<Checkpoint>> find(const std::string& source) const;

  /// Durable when it returns.
  Status save(const Checkpoint& checkpoint) const;

 private:
  std::filesystem::path path_of(const std::string& source) const;

  std::filesystem::path folder_;
};

}  // namespace yagura::pipeline
