// Rules as they were read, in one file that loads in milliseconds. It holds nothing that the YAML does not: a cache
// that is missing, of another program, cut short or damaged is left alone and written anew.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "detect/rule_file.hpp"

namespace yagura::detect {

constexpr uint32_t rule_cache_version = 1;
constexpr size_t rule_cache_bytes_max = size_t{1} << 30;
constexpr size_t rule_caches_max = 16;  // in one folder; the oldest goes

/// What was read does not depend on the taxonomy (a set is routed anew each time), only on the text, the placeholders
/// and the program that read it.
class RuleCache {
 public:
  /// `paths` are what is loaded, in order: each combination has a file of its own, "rules-<16 digits>.bin".
  RuleCache(std::filesystem::path folder, const std::vector<std::filesystem::path>& paths,
            std::string_view placeholders_digest);

  using Files = std::vector<SharedFile>;  // in the order in which they were stored

  /// `not_found` when there is none; else why it can't be used: `corrupt`, or `conflict` when another program, or
  /// other placeholders, made it, or `forbidden` when another user could have written it.
  Result<Files> load() const;

  /// Replaces the file at once, so that no reader ever sees a part of it.
  Status store(const std::vector<SharedFile>& files) const;

  const std::filesystem::path& file() const { return file_; }

  /// The file's content; for tests and the fuzz target.
  std::string encode(const std::vector<SharedFile>& files) const;
  Result<Files> decode(std::string bytes) const;
  /// `body` with the head that makes it a cache of this program.
  std::string sealed(std::string_view body) const;

 private:
  void remove_oldest() const;

  std::filesystem::path folder_;
  std::filesystem::path file_;
  uint64_t maker_ = 0;  // of program and placeholders
};

}  // namespace yagura::detect
