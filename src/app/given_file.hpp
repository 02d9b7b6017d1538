#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"

namespace yagura::app {

/// All of a file that a call names, "-" being standard input. Fails with `io` when it can't be read, with `limit` when
/// it holds more than `bytes_max`; of what is larger no more is read than that.
Result<std::string> read_given(const std::string& file, size_t bytes_max);

}  // namespace yagura::app
