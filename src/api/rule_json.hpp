#pragma once

#include <boost/json/array.hpp>
#include <vector>

#include "detect/rule_set.hpp"

namespace yagura::api {

/// At most `most` of them, as the component RuleFault says.
boost::json::array faults_json(const std::vector<detect::Rejection>& list, size_t most = SIZE_MAX);

}  // namespace yagura::api
