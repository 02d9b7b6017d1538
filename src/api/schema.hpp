// Small builders for JSON Schema 2020-12, so that a route states its contract in a few lines. Objects are
// closed (additionalProperties false) and their properties required unless said otherwise: what an answer
// holds beyond its contract fails the contract tests.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace yagura::api::schema {

using Value = boost::json::value;

struct Property {
  std::string name;
  Value schema;
  bool required = true;
};

Property optional(std::string name, Value schema);

Value object(std::initializer_list<Property> properties);
Value object(const std::vector<Property>& properties);
/// Any object whose values match `values`.
Value map(Value values);
Value list(Value items, size_t items_max = 0);
/// Text of `length_min` to `length_max` code points; a maximum of 0 is none.
Value text(size_t length_min = 0, size_t length_max = 0);
Value pattern(std::string regex);
Value choice(std::initializer_list<std::string_view> values);
Value choice(const std::vector<std::string>& values);
Value integer(std::optional<int64_t> min = std::nullopt, std::optional<int64_t> max = std::nullopt);
Value number();
Value boolean();
Value time();      // RFC 3339
Value anything();  // any JSON
Value any_object();
Value nullable(Value schema);
Value any_of(std::initializer_list<Value> schemas);
/// A reference to a component schema.
Value ref(std::string_view component);
/// The same schema with a description.
Value described(Value schema, std::string_view description);

}  // namespace yagura::api::schema
