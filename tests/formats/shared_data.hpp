#pragma once

#include <cstdlib>
#include <filesystem>

namespace yagura::formats {

/// The samples beside the project; see DESIGN.md section 11. Tests skip where they are absent.
inline std::filesystem::path shared_data() {
  if (const char* named = std::getenv("YAGURA_SHARED_DATA")) return named;
  return YAGURA_SOURCE_DIR "/../shared/data";
}

}  // namespace yagura::formats
