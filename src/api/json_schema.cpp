#include "api/json_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "api/pattern.hpp"
#include "base/check.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

namespace yagura::api {
namespace {

namespace json = boost::json;

constexpr std::string_view known_keywords[] = {"type",
                                               "enum",
                                               "const",
                                               "properties",
                                               "required",
                                               "additionalProperties",
                                               "items",
                                               "prefixItems",
                                               "minItems",
                                               "maxItems",
                                               "uniqueItems",
                                               "minLength",
                                               "maxLength",
                                               "pattern",
                                               "format",
                                               "minimum",
                                               "maximum",
                                               "exclusiveMinimum",
                                               "allOf",
                                               "anyOf",
                                               "oneOf",
                                               "not",
                                               "exclusiveMaximum",
                                               "minProperties",
                                               "$ref",
                                               "title",
                                               "maxProperties",
                                               "description",
                                               "examples",
                                               "default",
                                               "deprecated",
                                               "readOnly",
                                               "writeOnly",
                                               "contentMediaType",
                                               "$comment"};

std::string escape_pointer(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

const json::value* follow(std::string_view reference, const json::value& root) {
  if (!reference.starts_with("#")) return nullptr;
  boost::system::error_code error;
  return root.find_pointer(reference.substr(1), error);
}

double as_double(const json::value& value) {
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  return value.get_double();
}

bool is_type(const json::value& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_bool();
  if (type == "null") return value.is_null();
  if (type == "number") return value.is_number();
  if (type != "integer" || !value.is_number()) return false;
  return !value.is_double() ||
         (std::isfinite(value.get_double()) && std::trunc(value.get_double()) == value.get_double());
}

bool has_format(std::string_view text, std::string_view format) {
  if (format == "date-time") return text.size() > 10 && parse_time(text).has_value();
  if (format == "date") return text.size() == 10 && parse_time(std::string(text) + "T00:00:00Z").has_value();
  if (format != "uuid") return true;
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    const char c = ascii_lower(text[i]);
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

class Validation {
 public:
  explicit Validation(const json::value& root) : root_(root) {}

  void check_value(const json::value& value, const json::value& schema, const std::string& at, int depth);
  std::vector<Fault>& faults() { return faults_; }

 private:
  void fault(const std::string& at, std::string_view code, std::string message) {
    if (faults_.size() < schema_faults_max) faults_.push_back({at, "schema." + std::string(code), std::move(message)});
  }
  bool holds(const json::value& value, const json::value& schema, int depth) {
    Validation inner(root_);
    inner.check_value(value, schema, "", depth);
    return inner.faults_.empty();
  }
  void check_type(const json::value& value, const json::object& schema, const std::string& at);
  void check_choice(const json::value& value, const json::object& schema, const std::string& at);
  void check_text(const json::string& text, const json::object& schema, const std::string& at);
  void check_number(double number, const json::object& schema, const std::string& at);
  void check_array(const json::array& array, const json::object& schema, const std::string& at, int depth);
  void check_object(const json::object& object, const json::object& schema, const std::string& at, int depth);
  void check_combinations(const json::value& value, const json::object& schema, const std::string& at, int depth);

  const json::value& root_;
  std::vector<Fault> faults_;
};

void Validation::check_value(const json::value& value, const json::value& schema, const std::string& at, int depth) {
  if (depth > schema_depth_max) return fault(at, "depth", "nested too deeply");
  if (schema.is_bool()) {
    if (!schema.get_bool()) fault(at, "unexpected", "not allowed here");
    return;
  }
  check(schema.is_object(), "a schema is neither an object nor a boolean");
  const json::object& rules = schema.get_object();
  if (const json::value* reference = rules.if_contains("$ref")) {
    const json::value* target = follow(reference->as_string(), root_);
    check(target != nullptr, "a $ref leads nowhere");
    check_value(value, *target, at, depth + 1);
  }
  check_type(value, rules, at);
  check_choice(value, rules, at);
  if (value.is_string()) check_text(value.get_string(), rules, at);
  if (value.is_number()) check_number(as_double(value), rules, at);
  if (value.is_array()) check_array(value.get_array(), rules, at, depth);
  if (value.is_object()) check_object(value.get_object(), rules, at, depth);
  check_combinations(value, rules, at, depth);
}

void Validation::check_type(const json::value& value, const json::object& schema, const std::string& at) {
  const json::value* type = schema.if_contains("type");
  if (type == nullptr) return;
  if (type->is_string()) {
    if (!is_type(value, type->get_string()))
      fault(at, "type", fmt::format("must be {}", std::string_view(type->get_string())));
    return;
  }
  for (const json::value& each : type->as_array())
    if (is_type(value, each.as_string())) return;
  fault(at, "type", "must be one of " + json::serialize(*type));
}

void Validation::check_choice(const json::value& value, const json::object& schema, const std::string& at) {
  if (const json::value* choices = schema.if_contains("enum"))
    if (std::ranges::find(choices->as_array(), value) == choices->as_array().end())
      fault(at, "enum", "must be one of " + json::serialize(*choices));
  if (const json::value* only = schema.if_contains("const"); only != nullptr && *only != value)
    fault(at, "const", "must be " + json::serialize(*only));
}

void Validation::check_text(const json::string& text, const json::object& schema, const std::string& at) {
  if (schema.contains("minLength") || schema.contains("maxLength")) {
    const auto length = static_cast<double>(code_points(text));
    if (const json::value* min = schema.if_contains("minLength"); min != nullptr && length < as_double(*min))
      fault(at, "minLength",
            as_double(*min) == 1 ? "must not be empty"
                                 : fmt::format("must have at least {} characters", as_double(*min)));
    if (const json::value* max = schema.if_contains("maxLength"); max != nullptr && length > as_double(*max))
      fault(at, "maxLength", fmt::format("must have at most {} characters", as_double(*max)));
  }
  if (const json::value* regex = schema.if_contains("pattern");
      regex != nullptr && !pattern_holds(regex->as_string(), text))
    fault(at, "pattern", fmt::format("must match {}", std::string_view(regex->get_string())));
  if (const json::value* format = schema.if_contains("format");
      format != nullptr && !has_format(text, format->as_string()))
    fault(at, "format", fmt::format("must be a {}", std::string_view(format->get_string())));
}

void Validation::check_number(double number, const json::object& schema, const std::string& at) {
  if (const json::value* min = schema.if_contains("minimum"); min != nullptr && number < as_double(*min))
    fault(at, "minimum", fmt::format("must be at least {}", as_double(*min)));
  if (const json::value* max = schema.if_contains("maximum"); max != nullptr && number > as_double(*max))
    fault(at, "maximum", fmt::format("must be at most {}", as_double(*max)));
  if (const json::value* min = schema.if_contains("exclusiveMinimum"); min != nullptr && number <= as_double(*min))
    fault(at, "exclusiveMinimum", fmt::format("must be more than {}", as_double(*min)));
  if (const json::value* max = schema.if_contains("exclusiveMaximum"); max != nullptr && number >= as_double(*max))
    fault(at, "exclusiveMaximum", fmt::format("must be less than {}", as_double(*max)));
}

void Validation::check_array(const json::array& array, const json::object& schema, const std::string& at, int depth) {
  const auto size = static_cast<double>(array.size());
  if (const json::value* min = schema.if_contains("minItems"); min != nullptr && size < as_double(*min))
    fault(at, "minItems", fmt::format("must have at least {} items", as_double(*min)));
  if (const json::value* max = schema.if_contains("maxItems"); max != nullptr && size > as_double(*max))
    return fault(at, "maxItems", fmt::format("must have at most {} items", as_double(*max)));
  if (const json::value* unique = schema.if_contains("uniqueItems"); unique != nullptr && unique->as_bool())
    for (size_t i = 1; i < array.size(); ++i)
      if (std::find(array.begin(), array.begin() + static_cast<std::ptrdiff_t>(i), array[i]) !=
          array.begin() + static_cast<std::ptrdiff_t>(i))
        return fault(fmt::format("{}/{}", at, i), "uniqueItems", "stands in the list twice");
  size_t first = 0;
  if (const json::value* prefix = schema.if_contains("prefixItems")) {
    first = std::min(prefix->as_array().size(), array.size());
    for (size_t i = 0; i < first; ++i)
      check_value(array[i], prefix->as_array()[i], fmt::format("{}/{}", at, i), depth + 1);
  }
  const json::value* items = schema.if_contains("items");
  for (size_t i = first; items != nullptr && i < array.size() && faults_.size() < schema_faults_max; ++i)
    check_value(array[i], *items, fmt::format("{}/{}", at, i), depth + 1);
}

void Validation::check_object(const json::object& object, const json::object& schema, const std::string& at,
                              int depth) {
  if (const json::value* required = schema.if_contains("required"))
    for (const json::value& name : required->as_array())
      if (!object.contains(name.as_string()))
        fault(at + "/" + escape_pointer(name.as_string()), "required", "is missing");
  const auto size = static_cast<double>(object.size());
  if (const json::value* min = schema.if_contains("minProperties"); min != nullptr && size < as_double(*min))
    fault(at, "minProperties", fmt::format("must have at least {} members", as_double(*min)));
  if (const json::value* max = schema.if_contains("maxProperties"); max != nullptr && size > as_double(*max))
    fault(at, "maxProperties", fmt::format("must have at most {} members", as_double(*max)));
  const json::value* members = schema.if_contains("properties");
  const json::value* others = schema.if_contains("additionalProperties");
  for (const auto& member : object) {
    if (faults_.size() >= schema_faults_max) return;
    const json::value* rule = members != nullptr ? members->as_object().if_contains(member.key()) : nullptr;
    const std::string place = at + "/" + escape_pointer(member.key());
    if (rule != nullptr)
      check_value(member.value(), *rule, place, depth + 1);
    else if (others != nullptr)
      check_value(member.value(), *others, place, depth + 1);
  }
}

void Validation::check_combinations(const json::value& value, const json::object& schema, const std::string& at,
                                    int depth) {
  if (const json::value* all = schema.if_contains("allOf"))
    for (const json::value& each : all->as_array()) check_value(value, each, at, depth + 1);
  if (const json::value* any = schema.if_contains("anyOf"))
    if (std::ranges::none_of(any->as_array(), [&](const json::value& each) { return holds(value, each, depth + 1); }))
      fault(at, "anyOf", "fits none of the allowed forms");
  if (const json::value* one = schema.if_contains("oneOf"))
    if (std::ranges::count_if(one->as_array(),
                              [&](const json::value& each) { return holds(value, each, depth + 1); }) != 1)
      fault(at, "oneOf", "must fit exactly one of the allowed forms");
  if (const json::value* no = schema.if_contains("not"); no != nullptr && holds(value, *no, depth + 1))
    fault(at, "not", "has a form that is not allowed");
}

std::optional<std::string> find_in_all(const json::value& schemas, const json::value& root) {
  if (schemas.is_array()) {
    for (const json::value& each : schemas.get_array())
      if (auto found = find_unknown_keyword(each, root)) return found;
  } else if (schemas.is_object()) {
    for (const auto& each : schemas.get_object())
      if (auto found = find_unknown_keyword(each.value(), root)) return found;
  }
  return std::nullopt;
}

}  // namespace

std::vector<Fault> find_faults(const json::value& instance, const json::value& schema, const json::value& root) {
  Validation validation(root);
  validation.check_value(instance, schema, "", 0);
  return std::move(validation.faults());
}

std::optional<std::string> find_unknown_keyword(const json::value& schema, const json::value& root) {
  if (schema.is_bool()) return std::nullopt;
  if (!schema.is_object()) return "a schema that is no object: " + json::serialize(schema);
  for (const auto& member : schema.get_object()) {
    const std::string_view key = member.key();
    if (std::ranges::find(known_keywords, key) == std::end(known_keywords)) return std::string(key);
    if (key == "$ref" && (!member.value().is_string() || follow(member.value().get_string(), root) == nullptr))
      return "$ref " + json::serialize(member.value());
    std::optional<std::string> found;
    if (key == "allOf" || key == "anyOf" || key == "oneOf" || key == "prefixItems" || key == "properties")
      found = find_in_all(member.value(), root);
    else if (key == "items" || key == "additionalProperties" || key == "not")
      found = find_unknown_keyword(member.value(), root);
    if (found) return found;
  }
  return std::nullopt;
}

}  // namespace yagura::api
