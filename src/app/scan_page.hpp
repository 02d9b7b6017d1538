#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>

#include "app/scan_output.hpp"
#include "base/result.hpp"

namespace yagura::app {

constexpr size_t page_rows_max = 10'000;       // listed; of more, the worst levels first, of one level the first
constexpr size_t page_cell_bytes_max = 1'000;  // of one value in the page

/// One page of HTML that needs nothing else: style and script stand in it, allowed by their hashes alone, so that
/// nothing that a log says can run. Reads catalog/reports/scan.css and scan.js; fails when they are not there.
Result<std::unique_ptr<ScanOutput>> page_output(std::FILE* out, const Words& words, const ScanOutputChoice& choice,
                                                const std::filesystem::path& catalog);

}  // namespace yagura::app
