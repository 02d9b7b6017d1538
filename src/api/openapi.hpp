#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <string>

#include "api/route.hpp"

namespace yagura::api {

/// The OpenAPI 3.1 document of `routes`, with `components` as its component schemas. Every operation also
/// answers with a problem document, which stands as its default response.
boost::json::value make_openapi(const Routes& routes, const std::map<std::string, boost::json::value>& components);

}  // namespace yagura::api
