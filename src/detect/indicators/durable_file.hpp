#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace yagura::detect {

/// Writes a new file in place of any old one, whole or not at all, on the disk when it returns. Mode 0600.
Status replace_file(const std::filesystem::path& file, std::string_view bytes);

/// Makes the names in a folder durable.
Status sync_folder(const std::filesystem::path& folder);

}  // namespace yagura::detect
