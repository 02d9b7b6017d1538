// Where the names of rule sets meet the criteria's own: tags and level of a finding -> attack type and
// progress, by the table catalog/criteria/attack_names.yaml.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/finding.hpp"

namespace YAML {
class Node;
}

namespace yagura::desks::triage {

/// The attack type of a finding that no entry of the table names. No criteria cover it.
constexpr std::string_view unclassified = "unclassified";

struct NamedAttack {
  std::string attack_type;
  std::string progress;
};

class AttackNames {
 public:
  /// A Diagnostic names file and line of what is missing, unknown or of the wrong shape.
  static Diagnosed<AttackNames> load(const std::filesystem::path& file);

  /// The first entry with a matching tag names the attack; the furthest stage of the tags, held within the
  /// level's bounds, is its progress.
  NamedAttack name(const std::vector<std::string>& tags, detect::Level level) const;

 private:
  static Diagnosed<AttackNames> read(const YAML::Node& root, const std::string& file);

  struct Bounds {
    size_t least = 0;  // indexes into order_
    size_t most = 0;
  };

  std::vector<std::pair<std::string, std::vector<std::string>>> types_;  // type, tags
  std::map<std::string, size_t, std::less<>> stages_;                    // tag -> index into order_
  std::vector<std::string> order_;
  std::map<detect::Level, Bounds> levels_;
};

}  // namespace yagura::desks::triage
