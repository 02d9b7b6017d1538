#pragma once

#include <boost/json/object.hpp>
#include <vector>

#include "api/services.hpp"
#include "base/time.hpp"
#include "desks/intel/desk.hpp"

namespace yagura::api {

constexpr size_t indicator_import_bytes_max = size_t{4} << 30;  // of one request, as sent

/// Listing, finding, counting, importing, expiring and removing indicators. TLP:RED ones show only to those who hold
/// indicator.read_red.
RouteSet indicator_routes(desks::intel::IntelDesk& intel, Clock clock = system_now);

/// The parameters that say what an import is: source, format, tlp and so on.
std::vector<Parameter> indicator_import_parameters();

/// What they mean, by name; a Diagnostic for one that can't be read.
Diagnosed<detect::IntakeOptions> indicator_import_options(
    const std::function<std::string(std::string_view name)>& value_of, Timestamp now);

/// What an import did, and its schema.
boost::json::object intake_json(const detect::IntakeReport& report);
schema::Value intake_schema();

}  // namespace yagura::api
