#include "desks/governance/table_members.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string>
#include <vector>

#include "desks/json_fields.hpp"

namespace yagura::desks::governance {
namespace {

namespace json = boost::json;

enum class Kind { text, integer, number, flag, texts, values, entries };

struct Member {
  std::string_view name;
  Kind kind = Kind::text;
};

/// The entries of one list of a table; `told_by` is the member that an entry is called by.
struct Entries {
  std::string_view list;
  std::string_view told_by;
  std::vector<Member> members;
};

const std::vector<Member> named_value{{"id"}, {"ja"}, {"en"}};
const Entries tasks{
    "tasks",
    "code",
    {{"code"}, {"ja"}, {"en"}, {"role"}, {"due_minutes", Kind::integer}, {"authority_ja"}, {"authority_en"}}};

std::vector<Member> row_of(const std::array<std::string_view, 3>& cells, std::string_view set_aside) {
  std::vector<Member> out{{"id"}};
  for (const std::string_view cell : cells) out.push_back({cell, Kind::values});
  out.insert(out.end(),
             {{set_aside, Kind::flag}, {"class"}, {"priority", Kind::integer}, {"reason_ja"}, {"reason_en"}});
  return out;
}

const std::vector<Entries>& entries_of(std::string_view type) {
  static const std::vector<Entries> incident{
      {"attack_types", "id", named_value},
      {"progress", "id", named_value},
      {"importance", "id", named_value},
      {"classes", "id", named_value},
      {"importance_rules", "pattern", {{"pattern"}, {"importance"}}},
      {"rows", "id", row_of({"attack_type", "progress", "importance"}, "not_incident")}};
  static const std::vector<Entries> vulnerability{
      {"damage", "id", named_value},
      {"ease", "id", named_value},
      {"importance", "id", named_value},
      {"classes", "id", named_value},
      {"input_rules",
       "",
       {{"damage"},
        {"ease"},
        {"cvss_at_least", Kind::number},
        {"epss_at_least", Kind::number},
        {"exploited"},
        {"vector_has", Kind::texts}}},
      {"rows", "id", row_of({"damage", "ease", "importance"}, "no_action")}};
  static const std::vector<Entries> naming{
      {"attack_types", "type", {{"type"}, {"tags", Kind::texts}}},
      {"products", "pattern", {{"product"}, {"field"}, {"pattern"}, {"type"}, {"level"}}}};
  static const std::vector<Entries> policy{{"actions", "class", {{"class"}, {"tasks", Kind::entries}}}};
  static const std::vector<Entries> none;
  if (type == "incident_criteria") return incident;
  if (type == "vulnerability_criteria") return vulnerability;
  if (type == "attack_naming") return naming;
  return type == "action_policy" ? policy : none;
}

bool is_texts(const json::value& value) {
  return value.is_array() &&
         std::ranges::all_of(value.get_array(), [](const json::value& one) { return one.is_string(); });
}

/// What `value` should be instead; empty when it is of the kind, or absent in the way of a form that was left open.
std::string_view wanted_instead(Kind kind, const json::value& value) {
  if (value.is_null()) return {};
  switch (kind) {
    case Kind::text:
      return value.is_string() ? "" : "a text";
    case Kind::integer:
      return value.is_int64() || value.is_uint64() ? "" : "a whole number";
    case Kind::number:
      return value.is_number() ? "" : "a number";
    case Kind::flag:
      return value.is_bool() ? "" : "true or false";
    case Kind::texts:
      return is_texts(value) ? "" : "a list of texts";
    case Kind::values:
      return is_texts(value) || (value.is_string() && value.get_string() == "any") ? "" : "'any' or a list of values";
    case Kind::entries:
      break;
  }
  return value.is_array() ? "" : "a list";
}

std::unexpected<Diagnostic> wrong(std::string what, std::string hint) {
  return std::unexpected(Diagnostic{"governance.table.member", "", 0, 0, std::move(what), std::move(hint)});
}

Diagnosed<void> check_entries(const json::object& table, const Entries& shape, const std::string& within) {
  const json::value* list = table.if_contains(shape.list);
  if (list == nullptr || list->is_null()) return {};
  if (!list->is_array()) return wrong(fmt::format("{}'{}' is no list", within, shape.list), "list its entries");
  for (size_t i = 0; i < list->get_array().size(); ++i) {
    const json::object* entry = list->get_array()[i].if_object();
    const std::string name = entry == nullptr ? "" : text_at(*entry, shape.told_by);
    const std::string place =
        fmt::format("{}entry {} of '{}'{}", within, i + 1, shape.list, name.empty() ? "" : fmt::format(" ({})", name));
    if (entry == nullptr) return wrong(place + " is no map", "write its members by name");
    for (const auto& [key, value] : *entry) {
      const std::string_view said(key.data(), key.size());
      const auto known = std::ranges::find(shape.members, said, &Member::name);
      if (known == shape.members.end()) {
        std::vector<std::string_view> names;
        for (const Member& member : shape.members) names.push_back(member.name);
        return wrong(fmt::format("{} has a member '{}', which means nothing there", place, said.substr(0, 100)),
                     fmt::format("it may hold {}", fmt::join(names, ", ")));
      }
      if (const std::string_view wanted = wanted_instead(known->kind, value); !wanted.empty())
        return wrong(fmt::format("{}: '{}' is not {}", place, said, wanted), "correct the value");
      if (known->kind == Kind::entries)
        if (auto done = check_entries(*entry, tasks, place + ", "); !done) return done;
    }
  }
  return {};
}

}  // namespace

Diagnosed<void> check_members(std::string_view type, const json::object& table) {
  for (const Entries& shape : entries_of(type))
    if (auto done = check_entries(table, shape, ""); !done) return done;
  return {};
}

}  // namespace yagura::desks::governance
