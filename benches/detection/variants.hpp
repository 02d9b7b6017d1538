#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace yagura::bench {

/// The rule files below `folders` as one text of documents; from the second of `copies` on, every quoted or listed text
/// of a detection is changed and every id is new.
std::string rule_variants(const std::vector<std::filesystem::path>& folders, size_t copies);

}  // namespace yagura::bench
