#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"

namespace yagura::api {

using Permissions = std::set<std::string, std::less<>>;

struct Role {
  std::string id;
  std::string ja;
  std::string en;
  Permissions permissions;  // those of included roles too
};

/// Who may do what, from catalog/permissions.yaml: a person holds roles, a role holds permissions, and what is
/// not named is denied. Immutable after loading.
class Roles {
 public:
  /// Refuses an unknown key, a role without titles, an `includes` that names no role or runs in a circle, and a
  /// permission that is no dotted lower-case name, each with file and line.
  static Diagnosed<Roles> load(const std::filesystem::path& file);
  static Diagnosed<Roles> parse(const std::string& text, const std::string& file);

  /// The role of that id, or null.
  const Role* find(std::string_view id) const;
  const std::map<std::string, Role, std::less<>>& all() const { return roles_; }
  /// Everything that one of `roles` may; unknown ids give nothing.
  Permissions permissions_of(const std::vector<std::string>& roles) const;
  /// Every permission that some role holds.
  Permissions known() const;

 private:
  std::map<std::string, Role, std::less<>> roles_;
};

}  // namespace yagura::api
