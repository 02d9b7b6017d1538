// One file of rules as it was read: what a set is put together from, kept so that a changed file costs only itself.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/placeholders.hpp"
#include "detect/rule_reader.hpp"
#include "detect/stored_rule.hpp"

struct stat;

namespace yagura::detect {

/// By what a changed file is noticed. ctime can't be set back by hand, so equal stamps are equal bytes, unless the
/// change came within the clock's tick of the reading: see settled().
struct FileStamp {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint64_t size = 0;
  int64_t modified_ns = 0;
  int64_t changed_ns = 0;

  static FileStamp from(const struct stat& about);

  bool operator==(const FileStamp&) const = default;
  /// Whether the file was at rest for long enough before `read_ns` (since 1970) that a later change must show.
  bool settled(int64_t read_ns) const;
};

/// Nothing when there is no regular file (symbolic links are followed).
std::optional<FileStamp> stamp_of(const std::filesystem::path& file);

/// One document of a file: a rule, or why there is none.
struct RuleDocument {
  SharedRule rule;    // null when refused or skipped
  bool held = false;  // the rule is what the file held before it was broken: it stays in force
  std::optional<Diagnostic> rejected;
  std::optional<Diagnostic> skipped;
  std::vector<Diagnostic> warnings;
  std::string rule_id;  // of what is refused or skipped
  std::string rule_title;
};

/// Immutable.
struct RuleFile {
  std::string path;
  FileStamp stamp;
  int64_t read_ns = 0;  // when it was opened, since 1970
  uint64_t digest = 0;  // of the text, quick_digest
  std::vector<RuleDocument> documents;
  /// The whole text when there are documents about other rules in it (is_about_rules), which are not among `documents`:
  /// they are read anew with each set, since what they mean depends on the others.
  std::optional<std::string> text;
};

using SharedFile = std::shared_ptr<const RuleFile>;

/// Never null: a file that can't be read is one document that is refused.
SharedFile read_rule_file(const std::filesystem::path& path, const Placeholders& placeholders);

/// The same where `before` is what the path held earlier: as it was when the bytes are the same, unless `anew` (the
/// placeholders are others). `hold` keeps rules of `before` in force whose documents are refused now
/// (RuleDocument::held).
SharedFile read_rule_file_again(const SharedFile& before, const Placeholders& placeholders, bool hold,
                                bool anew = false);

/// `before` with every rule held, and `why` as its fault.
SharedFile hold_rules(const RuleFile& before, Diagnostic why);

/// The same from a text.
SharedFile read_rule_text(std::string text, const std::string& path, const Placeholders& placeholders);

/// 64 bits that differ for different bytes unless somebody tries: no cryptographic digest. Cost: about 0.1 ns a byte.
uint64_t quick_digest(std::string_view bytes);

}  // namespace yagura::detect
