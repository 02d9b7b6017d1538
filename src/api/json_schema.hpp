// Validating JSON against JSON Schema 2020-12, the part that our contracts use: type, enum, const, properties,
// required, additionalProperties, min/maxProperties, items, prefixItems, min/maxItems, uniqueItems, min/maxLength,
// pattern, format (date-time, date, uuid), minimum, maximum, exclusive*, allOf, anyOf, oneOf, not and $ref to
// "#/...". A keyword outside this list is our bug: find_unknown_keyword() names it and a test calls it.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "api/problem.hpp"

namespace yagura::api {

constexpr int schema_depth_max = 64;      // of schema and instance together; deeper is refused
constexpr size_t schema_faults_max = 32;  // an answer names this many faults and stops

/// Everything in `instance` that breaks `schema`, with JSON pointers (RFC 6901) into the instance; empty when it
/// holds. `root` is the document that $ref points into. Cost: linear in the instance for our schemas.
std::vector<Fault> find_faults(const boost::json::value& instance, const boost::json::value& schema,
                               const boost::json::value& root);

/// The first keyword in `schema` (or below it) that find_faults would ignore, or a $ref that leads nowhere.
std::optional<std::string> find_unknown_keyword(const boost::json::value& schema, const boost::json::value& root);

}  // namespace yagura::api
