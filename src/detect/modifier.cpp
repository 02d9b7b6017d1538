#include "detect/modifier.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace yagura::detect {
namespace {

/// What a modifier does to a value; at most one of the kinds below `text` may stand in a chain.
enum class Group { list, affix, text, regex, regex_flag, cidr, exists, field_ref, comparison, time };

struct Entry {
  std::string_view name;
  Modifier modifier;
  Group group;
};

constexpr Entry entries[] = {
    {"all", Modifier::all, Group::list},
    {"neq", Modifier::neq, Group::list},
    {"contains", Modifier::contains, Group::affix},
    {"startswith", Modifier::startswith, Group::affix},
    {"endswith", Modifier::endswith, Group::affix},
    {"cased", Modifier::cased, Group::text},
    {"windash", Modifier::windash, Group::text},
    {"base64", Modifier::base64, Group::text},
    {"base64offset", Modifier::base64offset, Group::text},
    {"utf16le", Modifier::utf16le, Group::text},
    {"wide", Modifier::utf16le, Group::text},
    {"utf16be", Modifier::utf16be, Group::text},
    {"utf16", Modifier::utf16, Group::text},
    {"expand", Modifier::expand, Group::text},
    {"re", Modifier::re, Group::regex},
    {"i", Modifier::ignore_case, Group::regex_flag},
    {"m", Modifier::multi_line, Group::regex_flag},
    {"s", Modifier::dot_all, Group::regex_flag},
    {"cidr", Modifier::cidr, Group::cidr},
    {"exists", Modifier::exists, Group::exists},
    {"fieldref", Modifier::field_ref, Group::field_ref},
    {"lt", Modifier::less, Group::comparison},
    {"lte", Modifier::less_equal, Group::comparison},
    {"gt", Modifier::greater, Group::comparison},
    {"gte", Modifier::greater_equal, Group::comparison},
    {"minute", Modifier::minute, Group::time},
    {"hour", Modifier::hour, Group::time},
    {"day", Modifier::day, Group::time},
    {"week", Modifier::week, Group::time},
    {"month", Modifier::month, Group::time},
    {"year", Modifier::year, Group::time},
};

const Entry& entry_of(Modifier modifier) {
  return *std::ranges::find(entries, modifier, &Entry::modifier);
}

bool is_type(Group group) {
  return group != Group::list && group != Group::affix && group != Group::text && group != Group::regex_flag;
}

/// Whether `next` may stand in a chain whose type is `type`, and before (`earlier`) or after that type.
bool fits(Group type, const Entry& next, bool earlier) {
  if (next.group == Group::list) return type != Group::exists;
  switch (type) {
    case Group::regex:
      return !earlier && (next.group == Group::regex_flag || next.modifier == Modifier::expand);
    case Group::cidr:
      return next.modifier == Modifier::expand && earlier;
    case Group::field_ref:
      return (!earlier && next.group == Group::affix) || next.modifier == Modifier::cased;
    case Group::time:
      return !earlier && next.group == Group::comparison;
    default:
      return false;
  }
}

std::unexpected<Diagnostic> refused(std::string code, std::string what, std::string hint) {
  return std::unexpected(Diagnostic{std::move(code), {}, 0, 0, std::move(what), std::move(hint)});
}

Diagnosed<void> check_chain(const ItemKey& key) {
  std::optional<size_t> type;
  size_t affixes = 0;
  size_t encodings = 0;
  for (size_t i = 0; i < key.modifiers.size(); ++i) {
    const Entry& entry = entry_of(key.modifiers[i]);
    affixes += entry.group == Group::affix;
    encodings += entry.name.starts_with("utf16");
    if (is_type(entry.group) && !type) type = i;
  }
  const auto chain = [&](std::string why) {
    return refused("sigma.modifier.chain", "'" + key.written + "': " + std::move(why), "see the modifiers appendix");
  };
  if (affixes > 1) return chain("only one of contains, startswith and endswith can hold");
  if (encodings > 1) return chain("only one UTF-16 encoding can hold");
  for (size_t i = 0; i < key.modifiers.size(); ++i) {
    const Entry& entry = entry_of(key.modifiers[i]);
    if (entry.group == Group::regex_flag && !(type && *type < i && key.modifiers[*type] == Modifier::re))
      return chain("'" + std::string(entry.name) + "' may only follow 're'");
    if (type && i != *type && !fits(entry_of(key.modifiers[*type]).group, entry, i < *type))
      return chain("'" + std::string(entry.name) + "' can't stand " + (i < *type ? "before '" : "after '") +
                   std::string(entry_of(key.modifiers[*type]).name) + "'");
  }
  if (key.field.empty() && type && key.modifiers[*type] != Modifier::re)
    return chain("'" + std::string(entry_of(key.modifiers[*type]).name) + "' needs a field");
  return {};
}

}  // namespace

bool ItemKey::has(Modifier modifier) const {
  return std::ranges::find(modifiers, modifier) != modifiers.end();
}

bool ItemKey::has_time_part() const {
  return std::ranges::any_of(modifiers, [](Modifier m) { return entry_of(m).group == Group::time; });
}

bool ItemKey::has_comparison() const {
  return std::ranges::any_of(modifiers, [](Modifier m) { return entry_of(m).group == Group::comparison; });
}

bool ItemKey::bare() const {
  return std::ranges::all_of(modifiers, [](Modifier m) { return entry_of(m).group == Group::list; });
}

Diagnosed<ItemKey> read_item_key(std::string_view text) {
  const auto pieces = split(text, '|');
  ItemKey key;
  key.field = pieces.front();
  key.written = text;
  for (size_t i = 1; i < pieces.size(); ++i) {
    const auto found = std::ranges::find(entries, pieces[i], &Entry::name);
    if (found == std::end(entries))
      return refused("sigma.modifier.unknown", "'" + std::string(pieces[i]) + "' is no modifier of Sigma 2.1",
                     "check the spelling; modifiers are in lower case");
    if (key.has(found->modifier))
      return refused("sigma.modifier.repeated", "'" + std::string(pieces[i]) + "' is given twice", "leave one out");
    key.modifiers.push_back(found->modifier);
  }
  if (auto chain = check_chain(key); !chain) return std::unexpected(chain.error());
  return key;
}

}  // namespace yagura::detect
