// check(): for our own bugs only. On in release too; the process stops with the place and the reason,
// and a restart is safe because everything acknowledged is already durable.
#pragma once

#include <source_location>
#include <string_view>

namespace yagura {

[[noreturn]] void check_failed(std::string_view what, const std::source_location& where);

/// Stops the process with `what` when `holds` is false. Never use it for input, files or the network.
inline void check(bool holds, std::string_view what,
                  const std::source_location& where = std::source_location::current()) {
  if (!holds) [[unlikely]]
    check_failed(what, where);
}

}  // namespace yagura
