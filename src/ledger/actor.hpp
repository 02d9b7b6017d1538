#pragma once

#include <set>
#include <string>
#include <string_view>

namespace yagura::ledger {

/// Who acts. Permissions are names ("incident.close"); what is not named is denied.
struct Actor {
  std::string id;  // "user:sato", "token:siem-export", "system:triage"
  std::set<std::string, std::less<>> permissions;
  bool system = false;  // a part of the program itself: every permission, never a person

  bool may(std::string_view permission) const { return system || permissions.contains(permission); }
};

/// The actor of the program's own doing, for example a desk's reactions: id "system:<part>".
inline Actor system_actor(std::string_view part) {
  return Actor{"system:" + std::string(part), {}, true};
}

}  // namespace yagura::ledger
