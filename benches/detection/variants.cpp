#include "detection/variants.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace yagura::bench {
namespace {

namespace fs = std::filesystem;

/// The line of a detection with a letter of its value's text changed, so that it looks for something else: a letter
/// in the middle, which leaves wildcards, quotes and endings such as ".exe" alone.
std::string changed(std::string line, size_t copy) {
  const size_t dash = line.find_first_not_of(' ');
  const size_t colon = line.find(": ");
  size_t begin = std::string::npos;
  if (dash != std::string::npos && line.compare(dash, 2, "- ") == 0) begin = dash + 2;
  if (colon != std::string::npos) begin = colon + 2;
  if (begin == std::string::npos) return line;
  const size_t comment = line.find(" #", begin);
  const size_t end = comment == std::string::npos ? line.size() : comment;
  if (end < begin + 6 || line.find('|') < begin || line.find("|re") != std::string::npos ||
      line.find("cidr") != std::string::npos || line.find("base64") != std::string::npos)
    return line;
  size_t seen = 0;
  for (size_t at = begin + (end - begin) / 3; at < end - 1 && seen < 3; ++at) {
    const char c = line[at];
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) || line[at - 1] == '\\') continue;
    line[at] = static_cast<char>('a' + (static_cast<size_t>(c) * 7 + copy * 5 + seen * 3) % 26);
    ++seen;
  }
  return line;
}

}  // namespace

std::string rule_variants(const std::vector<fs::path>& folders, size_t copies) {
  std::vector<fs::path> files;
  for (const fs::path& folder : folders)
    for (const auto& entry : fs::recursive_directory_iterator(folder))
      if (entry.path().extension() == ".yml") files.push_back(entry.path());
  std::ranges::sort(files);
  std::string out;
  for (size_t copy = 0; copy < copies; ++copy)
    for (const fs::path& file : files) {
      std::ifstream in(file);
      bool detection = false;
      out += "---\n";
      for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line[0] != ' ' && line[0] != '#') detection = line.starts_with("detection:");
        const bool condition = line.find("condition:") != std::string::npos;
        if (copy > 0 && line.starts_with("id: "))
          line = line.substr(0, 12) + std::to_string(100000 + copy) + line.substr(18);
        if (copy > 0 && detection && !condition) line = changed(std::move(line), copy);
        out.append(line).append("\n");
      }
    }
  return out;
}

}  // namespace yagura::bench
