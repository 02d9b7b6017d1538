#pragma once

#include <filesystem>
#include <vector>

namespace yagura::bench {

/// Writes the rule files below `folders` into the folder `into`, `copies` times: from the second copy on, every listed
/// or named text of a detection is changed and every id is new.
void write_variants(const std::vector<std::filesystem::path>& folders, size_t copies,
                    const std::filesystem::path& into);

}  // namespace yagura::bench
