// What the routes work on, handed in from above (app) so that no route names where a part comes from.
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "api/accounts.hpp"
#include "api/route.hpp"
#include "base/counters.hpp"
#include "base/texts.hpp"
#include "base/time.hpp"

namespace yagura::api {

/// One part of the platform as the health page shows it.
struct PartHealth {
  std::string name;    // "ledger", "lake", "listener.syslog"
  std::string status;  // "ok", "degraded", "down"
  std::string detail;  // one sentence in English; empty when there is nothing to say
};

/// Every part outlives the routes.
struct SystemServices {
  Accounts& accounts;
  Counters& counters;
  const Texts& texts;
  Clock clock = system_now;
  std::string version;
  std::function<std::vector<PartHealth>()> health;  // quick; called for each look
};

using Components = std::map<std::string, boost::json::value>;

/// Routes and the component schemas that they name.
struct RouteSet {
  Routes routes;
  Components components;

  void add(RouteSet other) {
    for (Route& route : other.routes) routes.push_back(std::move(route));
    components.merge(other.components);
  }
};

RouteSet session_routes(const SystemServices& services);
RouteSet second_factor_routes(const SystemServices& services);  // part of session_routes
RouteSet account_routes(const SystemServices& services);
RouteSet system_routes(const SystemServices& services);

/// GET /api/v1/openapi.json: the document of `all`, itself included.
RouteSet document_route(const RouteSet& all);

}  // namespace yagura::api
