// Reading fields of record bodies and facts: absent, null and of another kind all read as "nothing there".
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace yagura::desks {

inline std::string text_at(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

inline int64_t integer_at(const boost::json::object& object, std::string_view key, int64_t otherwise = 0) {
  const boost::json::value* value = object.if_contains(key);
  if (value != nullptr && value->is_int64()) return value->as_int64();
  if (value != nullptr && value->is_uint64() && value->as_uint64() <= INT64_MAX)
    return static_cast<int64_t>(value->as_uint64());
  return otherwise;
}

inline bool flag_at(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->as_bool();
}

/// The array at `key`, or an empty one.
inline const boost::json::array& array_at(const boost::json::object& object, std::string_view key) {
  static const boost::json::array none;
  const boost::json::value* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->as_array() : none;
}

/// The object at `key`, or an empty one.
inline const boost::json::object& object_at(const boost::json::object& object, std::string_view key) {
  static const boost::json::object none;
  const boost::json::value* value = object.if_contains(key);
  return value != nullptr && value->is_object() ? value->as_object() : none;
}

/// The strings of the array at `key`; other members are left out.
inline std::vector<std::string> texts_at(const boost::json::object& object, std::string_view key) {
  std::vector<std::string> out;
  for (const boost::json::value& item : array_at(object, key))
    if (item.is_string()) out.emplace_back(item.as_string());
  return out;
}

inline boost::json::array to_array(const std::vector<std::string>& texts) {
  boost::json::array out;
  for (const std::string& text : texts) out.emplace_back(text);
  return out;
}

}  // namespace yagura::desks
