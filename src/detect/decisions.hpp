// What an organisation decided of rules that others wrote: its own take their place, or they are out of force.
#pragma once

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"

namespace yagura::detect {

constexpr size_t decision_file_bytes_max = 64 * 1024;

struct Decisions {
  std::string own;                                  // the folder of the organisation's own rules; empty: none
  std::set<std::string, std::less<>> out_of_force;  // ids of rules from elsewhere

  bool is_own(std::string_view file) const {
    return !own.empty() && file.size() > own.size() && file.starts_with(own) && file[own.size()] == '/';
  }
  bool operator==(const Decisions&) const = default;
};

/// The decisions of a folder: each "*.out" in it names rules, one id a line. A file that can't be read is a fault.
Decisions read_decisions(const std::filesystem::path& folder, std::vector<Diagnostic>& faults);

}  // namespace yagura::detect
