// What the operating system says of an error number.
#pragma once

#include <string>

namespace yagura {

/// The system's words for an `errno`, e.g. "No such file or directory". From any thread.
std::string os_error_text(int error);

}  // namespace yagura
