#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace yagura::detect::test {

/// Calls `take` with the name and the bytes of every file in a zip, at most `bytes_max` each.
void each_in_zip(const std::filesystem::path& zip, size_t bytes_max,
                 const std::function<void(const std::string& name, std::string bytes)>& take);

}  // namespace yagura::detect::test
