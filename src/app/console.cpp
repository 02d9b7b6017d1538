#include "app/console.hpp"

#include <cstddef>
#include <string_view>

// The linker's names for the piece that console_pack.S takes in.
extern "C" {
extern const char yagura_console_pack[];
extern const char yagura_console_pack_end[];
}

namespace yagura::app {

Result<api::ConsoleFiles> embedded_console() {
  const auto size = static_cast<size_t>(yagura_console_pack_end - yagura_console_pack);
  return api::ConsoleFiles::parse(std::string_view(yagura_console_pack, size));
}

}  // namespace yagura::app
