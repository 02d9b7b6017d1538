#include "app/list_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>

#include "app/say.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

/// What a member is called in `lang`: title for title_ja in Japanese; nothing for the other language's.
std::optional<std::string> heading(std::string_view key, Lang lang) {
  for (const Lang one : {Lang::ja, Lang::en}) {
    const std::string suffix = "_" + std::string(to_text(one));
    if (!key.ends_with(suffix)) continue;
    if (one != lang) return std::nullopt;
    return std::string(key.substr(0, key.size() - suffix.size()));
  }
  return std::string(key);
}

std::string cell(const json::value& value, Lang lang);

/// An object in a row: what it is called, by whichever of these members it has.
std::string name_of(const json::object& object, Lang lang) {
  const std::string own(to_text(lang));
  for (const std::string& key :
       {own, std::string("code"), std::string("role"), "title_" + own, std::string("id"), std::string("record")})
    if (const json::value* value = object.if_contains(key); value != nullptr && value->is_string())
      return cell(*value, lang);
  std::string out;
  for (const auto& member : object)
    if (!member.value().is_null() && !member.value().is_structured())
      out += (out.empty() ? "" : ", ") + std::string(member.key()) + " " + cell(member.value(), lang);
  return out;
}

std::string cell(const json::value& value, Lang lang) {
  if (value.is_null()) return "-";
  if (value.is_string()) return printable(value.get_string());
  if (value.is_object()) return name_of(value.get_object(), lang);
  if (value.is_double()) return fmt::format("{:g}", value.get_double());
  if (!value.is_array()) return json::serialize(value);
  std::string out;
  for (const json::value& one : value.get_array()) out += (out.empty() ? "" : ", ") + cell(one, lang);
  return out;
}

bool is_table(const json::value& value) {
  return value.is_array() && !value.get_array().empty() &&
         std::ranges::all_of(value.get_array(), [](const json::value& one) { return one.is_object(); });
}

void print_list(const json::array& list, Lang lang) {
  std::vector<std::string> keys;
  std::vector<std::string> header;
  for (const auto& member : list.front().get_object())
    if (auto name = heading(member.key(), lang)) {
      keys.emplace_back(member.key());
      header.push_back(std::move(*name));
    }
  std::vector<std::vector<std::string>> rows;
  for (const json::value& one : list) {
    std::vector<std::string> row;
    for (const std::string& key : keys) {
      const json::value* value = one.get_object().if_contains(key);
      row.push_back(value == nullptr ? std::string() : cell(*value, lang));
    }
    rows.push_back(std::move(row));
  }
  print_table(header, rows);
}

}  // namespace

void print_lists(const json::object& answer, Lang lang) {
  for (const auto& member : answer)
    if (const auto name = heading(member.key(), lang); name && !is_table(member.value()))
      fmt::print("{}: {}\n", *name, cell(member.value(), lang));
  for (const auto& member : answer) {
    if (!is_table(member.value())) continue;
    fmt::print("\n{}:\n", std::string_view(member.key()));
    print_list(member.value().get_array(), lang);
  }
}

}  // namespace yagura::app
