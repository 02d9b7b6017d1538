#include "app/contract.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <string_view>
#include <tuple>

#include "app/fault.hpp"
#include "base/text.hpp"

namespace yagura::app {
namespace {

namespace json = boost::json;

constexpr std::string_view api_root = "/api/v1/";

bool is_place(std::string_view segment) {
  return segment.starts_with('{') && segment.ends_with('}');
}

/// The path's own words joined by '-', else what the method means.
std::string verb_of(const std::string& method, const std::vector<std::string_view>& rest) {
  std::string words;
  for (const std::string_view segment : rest)
    if (!is_place(segment)) words += (words.empty() ? "" : "-") + std::string(segment);
  const bool one = !rest.empty() && is_place(rest.back());
  const bool plain = words.empty();
  std::string act;
  if (method == "GET")
    act = one ? "show" : "list";
  else if (method == "POST")
    act = "create";
  else if (method == "DELETE")
    act = "delete";
  else
    act = "update";
  if (plain) return act;
  // "tasks" alone reads or acts; what changes one of them says so.
  return act == "update" || act == "delete" || (act == "show" && rest.size() > 2) ? words + "-" + act : words;
}

/// The object at a JSON schema, references into the document followed; null when there is none.
const json::object* resolve(const json::value& document, const json::value* schema) {
  constexpr int hops_max = 8;
  for (int hops = 0; schema && schema->is_object() && hops < hops_max; ++hops) {
    const json::value* reference = schema->get_object().if_contains("$ref");
    if (!reference || !reference->is_string()) return &schema->get_object();
    std::string_view pointer = reference->get_string();
    if (!pointer.starts_with('#')) return nullptr;
    boost::system::error_code error;
    schema = document.find_pointer(pointer.substr(1), error);
  }
  return nullptr;
}

Operation read_operation(const json::value& document, const std::string& method, const std::string& pattern,
                         const json::object& spec) {
  Operation out;
  out.method = method;
  out.pattern = pattern;
  if (const json::value* summary = spec.if_contains("summary")) out.summary = std::string(summary->get_string());
  if (const json::value* parameters = spec.if_contains("parameters"))
    for (const json::value& parameter : parameters->get_array())
      if (parameter.at("in").get_string() == "query") out.query_names.emplace_back(parameter.at("name").get_string());
  boost::system::error_code error;
  const json::value* content = nullptr;
  if (const json::value* body = spec.if_contains("requestBody")) content = body->find_pointer("/content", error);
  const json::value* media = content ? content->get_object().if_contains("application/json") : nullptr;
  out.takes_body = media != nullptr;
  out.takes_file = content && !media;
  if (const json::object* schema = media ? resolve(document, media->get_object().if_contains("schema")) : nullptr)
    if (const json::value* properties = schema->if_contains("properties"); properties && properties->is_object())
      out.body_properties = properties->get_object();
  return out;
}

}  // namespace

Result<std::vector<Operation>> operations_of(Door& door, const std::string& collection) {
  const auto answer = door.call("GET", "/api/v1/openapi.json");
  if (!answer) return std::unexpected(answer.error());
  boost::system::error_code error;
  const json::value document = json::parse(answer->body, error);
  const json::value* paths = error || answer->status != 200 ? nullptr : document.find_pointer("/paths", error);
  if (!paths || !paths->is_object())
    return std::unexpected(fault(ErrorKind::network, "answer_unreadable", {{"what", "openapi.json"}}));
  std::vector<Operation> out;
  const std::string root = std::string(api_root) + collection;
  for (const auto& [pattern, methods] : paths->get_object()) {
    const std::string path(pattern);
    if (path != root && !path.starts_with(root + "/")) continue;
    std::vector<std::string_view> rest;
    for (const std::string_view segment : split(std::string_view(path).substr(root.size()), '/'))
      if (!segment.empty()) rest.push_back(segment);
    for (const auto& [method, spec] : methods.as_object()) {
      std::string upper(method);
      std::ranges::transform(upper, upper.begin(),
                             [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
      Operation operation = read_operation(document, upper, path, spec.as_object());
      for (const std::string_view segment : rest)
        if (is_place(segment)) operation.path_names.emplace_back(segment.substr(1, segment.size() - 2));
      // "records" is every register: its first place is the type, so a list of them has one place already.
      if (collection == "records" && !rest.empty()) {
        operation.verb = verb_of(upper, {rest.begin() + 1, rest.end()});
      } else {
        operation.verb = verb_of(upper, rest);
      }
      out.push_back(std::move(operation));
    }
  }
  // Where a path is both read and added to, adding is the verb that says so: "tasks" and "tasks-add".
  for (Operation& one : out)
    if (one.method == "POST" && one.verb != "create" && std::ranges::any_of(out, [&](const Operation& other) {
          return other.method == "GET" && other.pattern == one.pattern;
        }))
      one.verb += "-add";
  std::ranges::sort(out, [](const Operation& a, const Operation& b) {
    return std::tie(a.verb, a.pattern) < std::tie(b.verb, b.pattern);
  });
  return out;
}

Result<json::object> fields_of(Door& door, const std::string& type) {
  const auto answer = door.call("GET", "/api/v1/record-types/" + percent_encode(type));
  if (!answer) return std::unexpected(answer.error());
  boost::system::error_code error;
  const json::value document = json::parse(answer->body, error);
  const json::value* fields = error || answer->status != 200 ? nullptr : document.find_pointer("/fields", error);
  if (!fields || !fields->is_array())
    return std::unexpected(fault(ErrorKind::not_found, "no_register", {{"name", type}}));
  json::object out;
  for (const json::value& field : fields->get_array()) {
    const std::string_view kind = field.at("type").get_string();
    const bool as_it_is = kind == "integer" || kind == "number" || kind == "boolean";
    const std::string_view schema = as_it_is                            ? kind
                                    : kind == "duration"                ? "integer"
                                    : kind == "list"                    ? "array"
                                    : kind == "table" || kind == "json" ? ""
                                                                        : "string";
    out[field.at("name").get_string()] = schema.empty() ? json::object{} : json::object{{"type", schema}};
  }
  return out;
}

std::string fill_pattern(const Operation& operation, const std::vector<std::string>& values) {
  std::string out;
  size_t next = 0;
  for (const std::string_view segment : split(std::string_view(operation.pattern).substr(1), '/'))
    out += "/" + (is_place(segment) ? percent_encode(values.at(next++)) : std::string(segment));
  return out;
}

std::optional<json::value> to_typed(const std::string& text, const json::value& schema) {
  const json::value* type = schema.is_object() ? schema.get_object().if_contains("type") : nullptr;
  const std::string_view kind = type && type->is_string() ? std::string_view(type->get_string()) : std::string_view();
  boost::system::error_code error;
  json::value parsed = json::parse(text, error);
  if (kind == "string") return json::value(text);
  if (kind == "array") {
    if (!error && parsed.is_array()) return parsed;
    json::array items;
    for (const std::string_view item : split(text, ',')) items.emplace_back(trim(item));
    return items;
  }
  if (kind == "integer")
    return !error && (parsed.is_int64() || parsed.is_uint64()) ? std::optional(parsed) : std::nullopt;
  if (kind == "number") return !error && parsed.is_number() ? std::optional(parsed) : std::nullopt;
  if (kind == "boolean") return !error && parsed.is_bool() ? std::optional(parsed) : std::nullopt;
  if (kind == "object") return !error && parsed.is_object() ? std::optional(parsed) : std::nullopt;
  return error ? json::value(text) : parsed;
}

}  // namespace yagura::app
