#include "api/roles.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>

#include "base/text.hpp"
#include "base/yaml.hpp"

namespace yagura::api {
namespace {

using Includes = std::map<std::string, std::vector<std::string>>;

bool is_permission(std::string_view text) {
  return text.find('.') != std::string_view::npos && !text.starts_with('.') && !text.ends_with('.') &&
         std::ranges::all_of(
             text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.'; });
}

class Reading {
 public:
  explicit Reading(std::string file) : file_(std::move(file)) {}

  Diagnostic wrong(const YAML::Node& at, std::string code, std::string what, std::string hint) const {
    return {"roles." + code, file_, at.Mark().line + 1, at.Mark().column + 1, std::move(what), std::move(hint)};
  }

  Diagnosed<Role> role(const std::string& id, const YAML::Node& node, std::vector<std::string>& includes) const {
    if (!node.IsMap())
      return std::unexpected(wrong(node, "role", "the role '" + id + "' is no map", "give ja, en and permissions"));
    Role role;
    role.id = id;
    for (const auto& entry : node) {
      const std::string key = entry.first.as<std::string>();
      const YAML::Node& value = entry.second;
      if ((key == "ja" || key == "en") && value.IsScalar()) {
        (key == "ja" ? role.ja : role.en) = value.Scalar();
      } else if ((key == "permissions" || key == "includes") && value.IsSequence()) {
        for (const auto& item : value) {
          if (!item.IsScalar()) return std::unexpected(wrong(item, "name", "not a name", "write a plain name"));
          if (key == "includes") {
            includes.push_back(item.Scalar());
          } else if (is_permission(item.Scalar())) {
            role.permissions.insert(item.Scalar());
          } else {
            return std::unexpected(wrong(item, "permission", "'" + item.Scalar() + "' is no permission",
                                         "permissions are dotted lower-case names such as alert.read"));
          }
        }
      } else {
        return std::unexpected(wrong(entry.first, "key", "unknown key or wrong kind of value: " + key,
                                     "a role has ja, en, permissions and includes"));
      }
    }
    if (role.ja.empty() || role.en.empty())
      return std::unexpected(wrong(node, "title", "the role '" + id + "' lacks its title in ja or en", "give both"));
    return role;
  }

 private:
  std::string file_;
};

/// Adds what `id` includes to its permissions; false when the includes run in a circle.
bool resolve(const std::string& id, std::map<std::string, Role, std::less<>>& roles, const Includes& includes,
             std::map<std::string, int>& seen) {
  if (seen[id] == 2) return true;
  if (seen[id] == 1) return false;
  seen[id] = 1;
  for (const std::string& other : includes.at(id)) {
    if (!resolve(other, roles, includes, seen)) return false;
    roles.at(id).permissions.insert(roles.at(other).permissions.begin(), roles.at(other).permissions.end());
  }
  seen[id] = 2;
  return true;
}

}  // namespace

Diagnosed<Roles> Roles::load(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in)
    return std::unexpected(
        Diagnostic{"roles.unreadable", file.string(), 0, 0, "the file can't be read", "check that it exists"});
  return parse(text.str(), file.string());
}

Diagnosed<Roles> Roles::parse(const std::string& text, const std::string& file) {
  const auto documents = parse_yaml(text, file);
  if (!documents) return std::unexpected(documents.error());
  const Reading reading(file);
  const YAML::Node root = documents->empty() ? YAML::Node() : documents->front();
  if (!root.IsMap() || !root["roles"] || !root["roles"].IsMap() || root.size() != 1)
    return std::unexpected(
        Diagnostic{"roles.root", file, 1, 1, "the file must be one map `roles:`", "see catalog/permissions.yaml"});
  Roles out;
  Includes includes;
  for (const auto& entry : root["roles"]) {
    const std::string id = entry.first.as<std::string>();
    auto role = reading.role(id, entry.second, includes[id]);
    if (!role) return std::unexpected(role.error());
    out.roles_.emplace(id, std::move(*role));
  }
  for (const auto& [id, others] : includes)
    for (const std::string& other : others)
      if (!out.roles_.contains(other))
        return std::unexpected(reading.wrong(root["roles"][id], "include",
                                             "the role '" + id + "' includes '" + other + "', which is no role",
                                             "name a role of this file"));
  std::map<std::string, int> seen;
  for (const auto& [id, others] : includes)
    if (!resolve(id, out.roles_, includes, seen))
      return std::unexpected(reading.wrong(root["roles"][id], "circle", "the role '" + id + "' includes itself",
                                           "take one of the includes away"));
  return out;
}

const Role* Roles::find(std::string_view id) const {
  const auto found = roles_.find(id);
  return found == roles_.end() ? nullptr : &found->second;
}

Permissions Roles::permissions_of(const std::vector<std::string>& roles) const {
  Permissions out;
  for (const std::string& id : roles)
    if (const Role* role = find(id)) out.insert(role->permissions.begin(), role->permissions.end());
  return out;
}

Permissions Roles::known() const {
  Permissions out;
  for (const auto& [id, role] : roles_) out.insert(role.permissions.begin(), role.permissions.end());
  return out;
}

}  // namespace yagura::api
