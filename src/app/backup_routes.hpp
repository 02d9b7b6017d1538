// Backups made and looked at by a page: into one folder that the server's configuration names, never where a request
// says.
#pragma once

#include <filesystem>

#include "api/services.hpp"

namespace yagura::app {

class House;

constexpr size_t backups_max = 200;  // of one folder; the oldest are somebody's to move away

/// GET and POST /api/v1/backups (system.manage), into `folder`. A backup is verified as soon as it is made, and each is
/// a fact "system.backed_up".
api::RouteSet backup_routes(House& house, std::filesystem::path folder);

}  // namespace yagura::app
