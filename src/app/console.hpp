#pragma once

#include "api/console_files.hpp"

namespace yagura::app {

/// The console that this program carries; no file at all when it was built without npm. `invalid` when the pack was
/// damaged on the way into the program.
Result<api::ConsoleFiles> embedded_console();

}  // namespace yagura::app
