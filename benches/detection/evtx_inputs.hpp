#pragma once

#include "detection/input.hpp"

namespace yagura::bench {

/// A file of process creations with command lines that never repeat.
Input generated_evtx();

/// A file of the well-filled chunks of the recorded samples; empty where there are none.
Input recorded_evtx();

}  // namespace yagura::bench
