#pragma once

#include <memory>

#include "api/services.hpp"
#include "detect/taxonomy.hpp"
#include "pipeline/hunts.hpp"

namespace yagura::api {

/// Rules over the past, as work in the background. `hunts` outlives the routes.
RouteSet hunt_routes(pipeline::Hunts& hunts, std::shared_ptr<const detect::Taxonomy> taxonomy);

}  // namespace yagura::api
