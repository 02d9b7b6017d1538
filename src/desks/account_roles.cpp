#include "desks/account_roles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/yaml.hpp"

namespace yagura::desks {
namespace {

using Includes = std::map<std::string, std::vector<std::string>, std::less<>>;
using Roles = std::map<std::string, AccountRole, std::less<>>;

Diagnostic wrong(const std::string& file, const YAML::Mark& mark, std::string what, std::string hint) {
  return {"roles.file", file, mark.line + 1, mark.column + 1, std::move(what), std::move(hint)};
}

bool is_permission(std::string_view name) {
  const size_t dot = name.find('.');
  return dot != 0 && dot != std::string_view::npos && dot + 1 < name.size() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_.") == std::string_view::npos;
}

std::optional<Diagnostic> read_role(const std::string& id, const YAML::Node& node, const std::string& file,
                                    Roles& roles, Includes& includes) {
  if (!node.IsMap()) return wrong(file, node.Mark(), "role " + id + " is no map", "give ja, en and permissions");
  AccountRole role{id, "", "", {}};
  for (const auto& entry : node) {
    const std::string key = entry.first.Scalar();
    const bool list = entry.second.IsSequence();
    if (key == "ja" && entry.second.IsScalar()) {
      role.ja = entry.second.Scalar();
    } else if (key == "en" && entry.second.IsScalar()) {
      role.en = entry.second.Scalar();
    } else if (key == "includes" && list) {
      for (const auto& item : entry.second) includes[id].push_back(item.Scalar());
    } else if (key == "permissions" && list) {
      for (const auto& item : entry.second) {
        const std::string& name = item.Scalar();
        if (!is_permission(name))
          return wrong(file, item.Mark(), "'" + name + "' is no permission", "permissions look like alert.escalate");
        if (name.ends_with(".desk"))
          return wrong(file, item.Mark(), "'" + name + "' is a desk's own key", "grant the desk's commands instead");
        role.permissions.insert(name);
      }
    } else {
      return wrong(file, entry.first.Mark(), fmt::format("role {}: '{}' is not understood here", id, key),
                   "a role has ja, en, includes and permissions");
    }
  }
  if (role.ja.empty() || role.en.empty())
    return wrong(file, node.Mark(), "role " + id + " has no name in ja or en", "give both");
  roles.emplace(id, std::move(role));
  return std::nullopt;
}

/// False on a circle or an unknown role; `path` is the chain of roles that led here.
bool collect(const std::string& id, const Roles& roles, const Includes& includes, std::vector<std::string>& path,
             Permissions& out) {
  const auto role = roles.find(id);
  if (role == roles.end() || std::ranges::find(path, id) != path.end()) return false;
  out.insert(role->second.permissions.begin(), role->second.permissions.end());
  const auto included = includes.find(id);
  if (included == includes.end()) return true;
  path.push_back(id);
  for (const std::string& other : included->second)
    if (!collect(other, roles, includes, path, out)) return false;
  path.pop_back();
  return true;
}

}  // namespace

Diagnosed<AccountRoles> AccountRoles::load(const std::filesystem::path& file) {
  auto documents = load_yaml(file);
  if (!documents) return std::unexpected(documents.error());
  return read(documents->empty() ? YAML::Node() : documents->front(), file.string());
}

Diagnosed<AccountRoles> AccountRoles::parse(const std::string& text, const std::string& file) {
  auto documents = parse_yaml(text, file);
  if (!documents) return std::unexpected(documents.error());
  return read(documents->empty() ? YAML::Node() : documents->front(), file);
}

Diagnosed<AccountRoles> AccountRoles::read(const YAML::Node& root, const std::string& file) {
  if (!root.IsMap() || !root["roles"] || !root["roles"].IsMap())
    return std::unexpected(wrong(file, root.Mark(), "the file has no map 'roles'", "write roles: {analyst: {...}}"));
  AccountRoles out;
  Includes includes;
  for (const auto& entry : root["roles"])
    if (auto fault = read_role(entry.first.Scalar(), entry.second, file, out.roles_, includes))
      return std::unexpected(*fault);
  const Roles own = out.roles_;
  for (auto& [id, role] : out.roles_) {
    std::vector<std::string> path;
    if (!collect(id, own, includes, path, role.permissions))
      return std::unexpected(wrong(file, root["roles"][id].Mark(),
                                   "role " + id + " includes an unknown role or, in a circle, itself",
                                   "include only roles of this file, without a circle"));
  }
  return out;
}

const AccountRole* AccountRoles::find(std::string_view id) const {
  const auto found = roles_.find(id);
  return found == roles_.end() ? nullptr : &found->second;
}

Permissions AccountRoles::permissions_of(std::span<const std::string> roles) const {
  Permissions out;
  for (const std::string& id : roles)
    if (const AccountRole* role = find(id)) out.insert(role->permissions.begin(), role->permissions.end());
  return out;
}

}  // namespace yagura::desks
