// The naming table: where the names that products and rule sets give to attacks, and their levels of danger, are
// brought to the criteria's own scale. Tags, level and fields of a finding -> attack type and progress. Governance
// proposes, checks, replays and approves its editions (`attack_naming`); the shipped one is
// catalog/criteria/attack_names.yaml.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.hpp"
#include "detect/finding.hpp"

namespace yagura::desks {

/// The attack type of a finding that no entry of the table names. No criteria cover it.
constexpr std::string_view unclassified = "unclassified";

constexpr size_t naming_entries_max = 5'000;  // of attack types and of products each
constexpr size_t naming_tags_max = 500;       // of one entry

struct NamedAttack {
  std::string attack_type;
  std::string progress;
};

using FindingFields = std::span<const std::pair<std::string, std::string>>;

/// A product's own word: a field of its event that matches a pattern (* and ?, ASCII case ignored).
struct ProductName {
  std::string product;  // for people
  std::string field;
  std::string pattern;
  std::string attack_type;             // empty: the tags say
  std::optional<detect::Level> level;  // empty: the rule's own
};

class AttackNames {
 public:
  /// A Diagnostic names what is missing, unknown or of the wrong shape.
  static Diagnosed<AttackNames> load(const std::filesystem::path& file);
  /// From the body of an `attack_naming` record.
  static Diagnosed<AttackNames> read(const boost::json::object& body);

  /// A product's word goes first; else the first entry with a matching tag names the attack. The furthest stage of the
  /// tags, held within the level's bounds, is its progress.
  NamedAttack name(const std::vector<std::string>& tags, detect::Level level, FindingFields fields = {}) const;

  /// Every attack type that the table can give, and every stage; for governance's check.
  std::vector<std::string> attack_types() const;
  const std::vector<std::string>& stages() const { return order_; }

  const std::string& record_id() const { return record_id_; }
  void set_record_id(std::string id) { record_id_ = std::move(id); }

 private:
  struct Bounds {
    size_t least = 0;  // indexes into order_
    size_t most = 0;
  };

  Diagnosed<void> read_types(const boost::json::object& body);
  Diagnosed<void> read_products(const boost::json::object& body);
  Diagnosed<void> read_scale(const boost::json::object& body);

  std::string record_id_;
  std::vector<std::pair<std::string, std::vector<std::string>>> types_;  // type, tags
  std::vector<ProductName> products_;
  std::map<std::string, size_t, std::less<>> stages_;  // tag -> index into order_
  std::vector<std::string> order_;
  std::map<detect::Level, Bounds> levels_;
};

/// The fields that an alert's evidence holds of one finding.
std::vector<std::pair<std::string, std::string>> evidence_fields(const boost::json::object& evidence);

/// The level of that name.
std::optional<detect::Level> parse_level(std::string_view text);

}  // namespace yagura::desks
