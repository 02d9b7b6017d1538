#pragma once

#include <boost/json/object.hpp>

#include "api/services.hpp"
#include "detect/explanation.hpp"

namespace yagura::api {

/// {"let_in", "conditions", "selections"}, as the components of explanation_components() say.
boost::json::object explanation_json(const detect::Explanation& explanation);

boost::json::object shown_value_json(const detect::ShownValue& value);

/// ShownValue, ExplainedValue, ExplainedItem, ExplainedSelection, ExplainedNode, ExplainedCondition.
Components explanation_components();

}  // namespace yagura::api
