#include "api/schema.hpp"

#include <boost/json.hpp>

namespace yagura::api::schema {
namespace {

namespace json = boost::json;

template <typename Values>
Value choice_of(const Values& values) {
  json::array list;
  for (const auto& value : values) list.push_back(json::value(std::string_view(value)));
  return json::object{{"type", "string"}, {"enum", std::move(list)}};
}

template <typename Properties>
Value object_of(const Properties& properties) {
  json::object members;
  json::array required;
  for (const Property& property : properties) {
    members[property.name] = property.schema;
    if (property.required) required.push_back(json::value(property.name));
  }
  json::object out{{"type", "object"}, {"properties", std::move(members)}, {"additionalProperties", false}};
  if (!required.empty()) out["required"] = std::move(required);
  return out;
}

}  // namespace

Property optional(std::string name, Value schema) {
  return {std::move(name), std::move(schema), false};
}

Value object(std::initializer_list<Property> properties) {
  return object_of(properties);
}

Value object(const std::vector<Property>& properties) {
  return object_of(properties);
}

Value map(Value values) {
  return json::object{{"type", "object"}, {"additionalProperties", std::move(values)}};
}

Value list(Value items, size_t items_max) {
  json::object out{{"type", "array"}, {"items", std::move(items)}};
  if (items_max > 0) out["maxItems"] = items_max;
  return out;
}

Value text(size_t length_min, size_t length_max) {
  json::object out{{"type", "string"}};
  if (length_min > 0) out["minLength"] = length_min;
  if (length_max > 0) out["maxLength"] = length_max;
  return out;
}

Value pattern(std::string regex) {
  return json::object{{"type", "string"}, {"pattern", std::move(regex)}};
}

Value choice(std::initializer_list<std::string_view> values) {
  return choice_of(values);
}

Value choice(const std::vector<std::string>& values) {
  return choice_of(values);
}

Value integer(std::optional<int64_t> min, std::optional<int64_t> max) {
  json::object out{{"type", "integer"}};
  if (min) out["minimum"] = *min;
  if (max) out["maximum"] = *max;
  return out;
}

Value number() {
  return json::object{{"type", "number"}};
}

Value boolean() {
  return json::object{{"type", "boolean"}};
}

Value time() {
  return json::object{{"type", "string"}, {"format", "date-time"}};
}

Value anything() {
  return json::object{};
}

Value any_object() {
  return json::object{{"type", "object"}};
}

Value nullable(Value schema) {
  return any_of({std::move(schema), json::object{{"type", "null"}}});
}

Value any_of(std::initializer_list<Value> schemas) {
  return json::object{{"anyOf", json::array(schemas.begin(), schemas.end())}};
}

Value ref(std::string_view component) {
  return json::object{{"$ref", "#/components/schemas/" + std::string(component)}};
}

Value described(Value schema, std::string_view description) {
  schema.as_object()["description"] = description;
  return schema;
}

}  // namespace yagura::api::schema
