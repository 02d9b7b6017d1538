// The textbook's catalogue as the API and the command line show it: every title, number and link that it carries over.
#pragma once

#include <boost/json/object.hpp>

#include "api/schema.hpp"
#include "desks/governance/textbook.hpp"

namespace yagura::api {

/// The whole edition with its counts.
boost::json::object textbook_json(const desks::governance::Textbook& book);
schema::Value textbook_schema();

}  // namespace yagura::api
