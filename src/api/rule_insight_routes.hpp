#pragma once

#include <memory>

#include "api/services.hpp"
#include "detect/taxonomy.hpp"
#include "pipeline/rule_book.hpp"

namespace yagura::api {

/// A rule's source and standing, the coverage of ATT&CK by rules and log sources, and a rule's trial on samples. Both
/// outlive the routes.
RouteSet rule_insight_routes(pipeline::RuleBook& book, const pipeline::RuleStore& store,
                             std::shared_ptr<const detect::Taxonomy> taxonomy, Counters& counters);

}  // namespace yagura::api
