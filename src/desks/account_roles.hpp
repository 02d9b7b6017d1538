// The roles that an account can hold and what each may do, from catalog/permissions.yaml. What is named
// nowhere is denied; these are accounts' roles, not the textbook's 54.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/diagnostic.hpp"

namespace YAML {
class Node;
}

namespace yagura::desks {

using Permissions = std::set<std::string, std::less<>>;

struct AccountRole {
  std::string id;
  std::string ja;
  std::string en;
  Permissions permissions;  // those of the roles it includes too
};

class AccountRoles {
 public:
  /// A Diagnostic names the file and line of an unknown key, an unknown included role, a circle of roles or
  /// a permission that is no dotted name. A permission that ends in ".desk" is refused: those are the desks'
  /// own keys.
  static Diagnosed<AccountRoles> load(const std::filesystem::path& file);
  static Diagnosed<AccountRoles> parse(const std::string& text, const std::string& file);

  /// The role of that id, or null.
  const AccountRole* find(std::string_view id) const;
  /// Everything that a holder of all `roles` may; unknown roles add nothing.
  Permissions permissions_of(std::span<const std::string> roles) const;
  const std::map<std::string, AccountRole, std::less<>>& all() const { return roles_; }

 private:
  static Diagnosed<AccountRoles> read(const YAML::Node& root, const std::string& file);

  std::map<std::string, AccountRole, std::less<>> roles_;
};

}  // namespace yagura::desks
