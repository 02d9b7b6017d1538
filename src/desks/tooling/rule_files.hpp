// The files that detection reads rules of the organisation from: one a record, made from the record alone.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "base/result.hpp"
#include "ledger/record.hpp"

namespace yagura::desks::tooling {

constexpr size_t rule_file_bytes_max = 1 << 20;

/// What stands on the disk of one record; an empty text is no file.
struct RuleText {
  std::string yaml;
  std::string samples;
  std::string out = {};  // ids of rules from elsewhere that are out of force, one a line
  bool operator==(const RuleText&) const = default;
};

class RuleFiles {
 public:
  explicit RuleFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// "<folder>/ORU-2026-0001.yml"; the samples stand beside it.
  std::filesystem::path file_of(const ledger::RecordId& id) const;
  /// Whether a path lies in the folder.
  bool holds(const std::filesystem::path& file) const { return file.parent_path() == folder_; }
  Result<RuleText> read(const ledger::RecordId& id) const;
  /// Durable when it returns; what is there already is not touched. The samples first: no rule stands without its own.
  Status write(const ledger::RecordId& id, const RuleText& text) const;
  /// Files of rules that none of `ids` names are kept as "<name>.stray", which nobody reads.
  Status put_others_aside(const std::set<ledger::RecordId>& ids) const;
  /// The folder, made when missing.
  Status make() const;

 private:
  std::filesystem::path samples_of(const ledger::RecordId& id) const;
  std::filesystem::path out_of(const ledger::RecordId& id) const;

  std::filesystem::path folder_;
};

}  // namespace yagura::desks::tooling
