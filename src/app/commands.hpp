// One function a command: what it prints goes to standard output, what went wrong to standard error.
#pragma once

#include "app/options.hpp"

namespace yagura::app {

Exit run_scan(const CommonOptions& common, const ScanOptions& options);
Exit run_decode(const CommonOptions& common, const DecodeOptions& options);
Exit run_rules_check(const CommonOptions& common, const RulesCheckOptions& options);
Exit run_staffing(const CommonOptions& common, const StaffingOptions& options);

}  // namespace yagura::app
