// The API's own document, as the command line reads it: which operations a collection has, and what each takes.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/door.hpp"

namespace yagura::app {

/// One operation of a collection as words: "acknowledge" with one id is POST /api/v1/alerts/{id}/acknowledge.
struct Operation {
  std::string method;   // "GET"
  std::string pattern;  // "/api/v1/alerts/{id}/acknowledge"
  std::string verb;     // list, show, create, update, or the path's own words joined by '-'
  std::string summary;
  std::vector<std::string> path_names;  // of the pattern's places, in order
  std::vector<std::string> query_names;
  boost::json::object body_properties;  // name -> schema; empty when it takes no JSON body
  bool takes_body = false;              // of JSON
  bool takes_file = false;              // the body is a file's bytes, whatever they are
};

/// The operations under /api/v1/<collection>, in the order of their verbs.
Result<std::vector<Operation>> operations_of(Door& door, const std::string& collection);

/// The fields of the register `type`, each with the schema of its value.
Result<boost::json::object> fields_of(Door& door, const std::string& type);

/// The pattern with its places filled, percent-encoded. `values` has one for each place.
std::string fill_pattern(const Operation& operation, const std::vector<std::string>& values);

/// `text` as the JSON that `schema` asks for: a number, a boolean, a list (of comma-separated texts, or JSON), an
/// object (JSON); else a string. Nothing when it can't be that.
std::optional<boost::json::value> to_typed(const std::string& text, const boost::json::value& schema);

}  // namespace yagura::app
