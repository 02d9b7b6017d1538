#include "api/attack_tags.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace yagura::api {
namespace {

constexpr std::string_view prefix = "attack.";

bool digits(std::string_view text, size_t count) {
  return text.size() == count && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::optional<std::string> technique_of(std::string_view tag) {
  const std::string lower = ascii_lower(tag);
  std::string_view rest(lower);
  if (!rest.starts_with(prefix)) return std::nullopt;
  rest.remove_prefix(prefix.size());
  if (!rest.starts_with('t') || !digits(rest.substr(1, 4), 4)) return std::nullopt;
  if (rest.size() != 5 && (rest.size() != 9 || rest[5] != '.' || !digits(rest.substr(6), 3))) return std::nullopt;
  return "T" + std::string(rest.substr(1));
}

std::optional<std::string> tactic_of(std::string_view tag) {
  std::string lower = ascii_lower(tag);
  if (!lower.starts_with(prefix)) return std::nullopt;
  lower.erase(0, prefix.size());
  if (lower.empty() || lower.find_first_of("0123456789.") != std::string::npos) return std::nullopt;
  std::ranges::replace(lower, '_', '-');
  return lower;
}

bool is_below(std::string_view technique, std::string_view ancestor) {
  return technique == ancestor ||
         (technique.size() > ancestor.size() && technique.starts_with(ancestor) && technique[ancestor.size()] == '.');
}

}  // namespace yagura::api
