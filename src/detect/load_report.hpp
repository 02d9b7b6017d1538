// What reading rules came to: how many, and what of them could not be honoured.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"

namespace yagura::detect {

/// Why a document gave no rule. The reason is a person's to read, the code is stable.
struct Rejection {
  std::string file;
  int line = 0;    // from 1; 0 when unknown
  int column = 0;  // from 1; 0 when unknown
  std::string rule_id;
  std::string rule_title;
  std::string code;
  std::string reason;
  std::string hint;
};

Rejection rejection(const Diagnostic& diagnostic, const std::string& rule_id = {}, const std::string& title = {});

/// "file:line:column: reason [code]"
std::string to_text(const Rejection& rejection);

struct LoadOptions {
  std::vector<std::filesystem::path> placeholders;  // YAML files or folders of them
  /// A folder (made when missing, by its owner alone to be read) where rules are kept in a form that loads quickly;
  /// empty: none. See RuleCache.
  std::filesystem::path cache;
  /// The folder of the organisation's own rules, one of those that are read: see Decisions. Empty: none.
  std::filesystem::path own;
};

class RuleSet;

struct LoadReport {
  std::shared_ptr<const RuleSet> rules;  // never null; holds what could be honoured
  std::vector<Rejection> rejected;       // rules that can't be honoured, and files that can't be read
  std::vector<Rejection> skipped;        // documents that say themselves that they can't be used
  std::vector<Rejection> warnings;       // loaded, but: "sigma.logsource.unmapped", "sigma.detection.unused", ...
  std::vector<Rejection> held;           // rules whose files are broken now and that stay in force as they were
  std::vector<Rejection> set_aside;      // by Decisions: "rules.replaced", "rules.out_of_force"
  std::string cache_fault;               // why a cache that was there could not be used; empty otherwise
  size_t loaded = 0;                     // detection rules
  size_t correlations = 0;               // loaded beside them
  size_t filters = 0;                    // laid over them
  size_t files_read = 0;                 // as YAML, for this report; the others came from a cache or an earlier set
};

}  // namespace yagura::detect
