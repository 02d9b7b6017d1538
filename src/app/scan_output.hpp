// The forms in which a scan's matches are written.
#pragma once

#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "app/catalog.hpp"
#include "app/scan_summary.hpp"
#include "pipeline/scan.hpp"

namespace yagura::app {

/// Takes matches in their order and writes them to a stream that outlives it.
class ScanOutput {
 public:
  virtual ~ScanOutput() = default;
  virtual void print(std::span<const pipeline::ScanMatch> matches) = 0;
  /// After the last match.
  virtual void finish(const pipeline::ScanStats& stats, const ScanSummary& summary) = 0;
  /// Whether it shows what ScanOptions::details fills.
  virtual bool wants_details() const = 0;
};

struct ScanOutputChoice {
  bool details = false;
  bool to_file = false;            // CSV then begins with a byte order mark, for spreadsheets
  std::vector<std::string> paths;  // what was scanned, for the page's head
  std::string rules;               // which rules, for the same
};

std::unique_ptr<ScanOutput> jsonl_output(std::FILE* out, const ScanOutputChoice& choice);
std::unique_ptr<ScanOutput> csv_output(std::FILE* out, const ScanOutputChoice& choice);
/// Fits the terminal that `out` is; else as wide as its cells.
std::unique_ptr<ScanOutput> table_output(std::FILE* out, const Words& words, const ScanOutputChoice& choice);

/// Tags that name techniques, as "T1059.001"; each once.
std::vector<std::string> techniques_of(const pipeline::ScanSubject& subject);

/// "Microsoft-Windows-Sysmon/Operational" -> "Sysmon"; other names as they are.
std::string short_channel(const std::string& channel);

/// The escape sequence that colours a level on a terminal.
const char* level_colour(detect::Level level);

}  // namespace yagura::app
