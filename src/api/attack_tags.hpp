#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace yagura::api {

/// "attack.t1059.001" -> "T1059.001"; nothing for other tags.
std::optional<std::string> technique_of(std::string_view tag);

/// "attack.defense-evasion", "attack.defense_evasion" -> "defense-evasion"; nothing for other tags, techniques, groups
/// and software among them.
std::optional<std::string> tactic_of(std::string_view tag);

/// "T1059.001" is below "T1059", and every technique below itself.
bool is_below(std::string_view technique, std::string_view ancestor);

}  // namespace yagura::api
