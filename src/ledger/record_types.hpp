#pragma once

#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "ledger/record_type.hpp"

namespace yagura::ledger {

/// Every record type of a catalogue; immutable after loading.
class RecordTypes {
 public:
  /// Reads each *.yaml of `folder`. All mistakes of all files come back at once, each with file and line;
  /// with a mistake there is no set.
  static std::expected<RecordTypes, std::vector<Diagnostic>> load(const std::filesystem::path& folder);

  /// From texts, for tests: pairs of file name and content.
  static std::expected<RecordTypes, std::vector<Diagnostic>> parse(
      const std::vector<std::pair<std::string, std::string>>& files);

  /// The type of that id, or null.
  const RecordType* find(std::string_view id) const;
  /// The type whose prefix a record's id carries ("INC-2026-0001"), or null.
  const RecordType* of_record(std::string_view record_id) const;
  const std::map<std::string, RecordType, std::less<>>& all() const { return types_; }

 private:
  std::map<std::string, RecordType, std::less<>> types_;
};

/// One file's text. Checks everything that needs no other type.
std::expected<RecordType, std::vector<Diagnostic>> parse_record_type(const std::string& text, const std::string& file);

}  // namespace yagura::ledger
