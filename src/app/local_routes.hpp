// Routes that only the owner of the data folder may use, because they read files of the server's machine.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "api/services.hpp"

namespace yagura::detect {
struct LoadReport;
}
namespace yagura::lake {
class EventStore;
struct LakeHealth;
}  // namespace yagura::lake
namespace yagura::ledger {
class Ledger;
}

namespace yagura::app {

class House;

// In no role: only the owner of the data folder holds them.
constexpr std::string_view ingest_files_permission = "owner.ingest_files";
constexpr std::string_view backup_permission = "owner.back_up";

/// POST /api/v1/ingest/files and /api/v1/backup: what `yagura ingest` and `yagura backup` ask of a running server.
api::RouteSet local_routes(House& house);

constexpr uint64_t lake_free_bytes_min = uint64_t{1} << 30;  // less on the lake's disk is worth an alarm

/// What the health page says of the lake: "down", "degraded" (broken parts, a disk that is nearly full) or "ok".
api::PartHealth lake_health(const lake::LakeHealth& lake);

/// How ledger and lake are, for the health page.
std::vector<api::PartHealth> part_health(ledger::Ledger& ledger, lake::EventStore& store,
                                         const detect::LoadReport& rules);

/// Degraded while rules are held (detect::LoadReport::held); what was rejected at the start is the author's matter.
api::PartHealth rules_health(const detect::LoadReport& report);

}  // namespace yagura::app
