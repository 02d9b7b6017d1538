// Files of indicators on this machine: for `yagura indicators import` and `yagura scan --indicators`.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "api/services.hpp"
#include "base/diagnostic.hpp"
#include "desks/intel/desk.hpp"
#include "detect/indicators/field_classes.hpp"
#include "detect/indicators/indicator_intake.hpp"
#include "pipeline/input.hpp"

namespace yagura::app {

/// In no role: only the owner of the data folder holds it.
constexpr std::string_view indicator_files_permission = "owner.import_indicator_files";

/// The catalogue's classes of fields that can hold an indicator.
Diagnosed<std::shared_ptr<const detect::FieldClasses>> load_field_classes(const std::filesystem::path& catalog);

/// POST /api/v1/indicators/import/files: what the command line asks of a running server.
api::RouteSet indicator_file_routes(desks::intel::IntelDesk& intel);

/// "degraded" when files of the store had to be put aside.
api::PartHealth indicators_health(const detect::IndicatorStore& indicators);

/// The source of a file that nobody named: its name without endings.
std::string source_of_file(std::string_view name);

/// Reads a file, each input in it (archives, compression, encodings) by `take` with the input's name; what it feeds to
/// comes from there. What can't be read is added to `failures`.
using TakeInput =
    std::function<Status(const std::string& name, const std::function<Status(detect::IndicatorIntake&)>& read)>;
Status read_indicator_files(std::span<const std::filesystem::path> paths, const TakeInput& take,
                            std::vector<pipeline::InputFailure>& failures);

/// Indicators in memory alone, for a scan: each file is its own source. What is rejected is told on standard error.
Result<std::unique_ptr<detect::IndicatorStore>> load_indicators(std::span<const std::filesystem::path> paths);

}  // namespace yagura::app
